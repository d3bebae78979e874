import { expect, it } from 'vitest';
import { withoutComments } from './imports.ts';
import { publicPackages, readText } from './tree.ts';

interface Entry {
  readonly name: string;
  readonly file: string;
}

const ENTRIES: readonly Entry[] = publicPackages().flatMap(({ folder, json }) =>
  Object.entries(json.exports ?? {}).map(([path, conditions]) => ({
    name: json.name + path.slice(1),
    file: folder + (conditions['hayrick-src'] ?? '').replace(/^\.\//, ''),
  })),
);

it('the public names are those of exports.txt (write it anew with vitest -u, and add a changeset)', async () => {
  const list = ENTRIES.map(({ name, file }) =>
    [name, ...namesOf(readText(file)).map((n) => `  ${n}`)].join('\n'),
  );
  await expect(`${list.join('\n\n')}\n`).toMatchFileSnapshot('./exports.txt');
});

it('index files of core hold re-exports by name and nothing else', () => {
  for (const { file } of ENTRIES) {
    if (!/^packages\/core\/.*\bindex\.ts$/.test(file)) continue;
    const rest = withoutComments(readText(file)).replace(
      /export\s+(?:type\s+)?\{[^}]*\}\s*from\s*'[^']+';/g,
      '',
    );
    expect(rest.trim(), file).toBe('');
  }
});

it('each entry has its source, its types and its code', () => {
  for (const { folder, json } of publicPackages()) {
    for (const [path, conditions] of Object.entries(json.exports ?? {})) {
      expect(Object.keys(conditions), json.name + path.slice(1)).toEqual(['hayrick-src', 'types', 'default']);
      const source = conditions['hayrick-src'] ?? '';
      expect(() => readText(folder + source.slice(2))).not.toThrow();
      const built = source.replace('./src/', './dist/').replace(/\.ts$/, '');
      expect([conditions['types'], conditions['default']]).toEqual([`${built}.d.ts`, `${built}.js`]);
    }
  }
});

/** Exported names, types marked, in the order of the alphabet. */
function namesOf(source: string): string[] {
  const code = withoutComments(source);
  const lists = [...code.matchAll(/\bexport\s+(type\s+)?\{([^}]*)\}/g)].flatMap(([, type, list]) =>
    (list ?? '').split(',').flatMap((entry) => {
      const words = entry.trim().split(/\s+/);
      const name = words.at(-1) ?? '';
      if (name === '') return [];
      return [type !== undefined || words[0] === 'type' ? `type ${name}` : name];
    }),
  );
  const declared = [
    ...code.matchAll(
      /^export\s+(?:declare\s+)?(?:async\s+)?(function\*?|const|let|class|type|interface|enum)\s+([\w$]+)/gm,
    ),
  ].map(([, kind, name]) => (kind === 'type' || kind === 'interface' ? `type ${name}` : `${name}`));
  return [...lists, ...declared].toSorted();
}
