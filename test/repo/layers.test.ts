import { posix } from 'node:path';
import { expect, it } from 'vitest';
import { importsOf } from './imports.ts';
import { codeFiles, packages, readText } from './tree.ts';

const CORE = 'packages/core/src/';

/**
 * Folders (and files at the root) of core, and what each may import besides itself. Two one-way flows meet in nothing but
 * the analyser, the field table and the backend's contract: query never sees source or message, search never sees ingest.
 */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  nearest: [],
  limits: [],
  fields: ['errors', 'nearest', 'limits'],
  analysis: ['errors', 'limits', 'fields'],
  source: ['errors', 'limits'],
  message: ['errors', 'limits', 'fields'],
  // What is kept of messages, and where: files of mail it never sees.
  store: ['limits', 'message'],
  document: ['errors', 'limits', 'fields', 'analysis', 'message'],
  query: ['errors', 'nearest', 'limits', 'fields', 'analysis'],
  backend: ['errors', 'limits', 'fields', 'document', 'query'],
  catalog: ['errors', 'message', 'source', 'store'],
  settings: ['errors', 'nearest', 'limits', 'fields', 'backend'],
  threads: ['errors', 'message', 'backend', 'catalog'],
  ingest: [
    'errors',
    'limits',
    'fields',
    'analysis',
    'source',
    'message',
    'store',
    'document',
    'backend',
    'catalog',
    'settings',
  ],
  verify: ['errors', 'limits', 'message', 'source', 'document', 'backend', 'catalog', 'settings', 'ingest'],
  search: [
    'errors',
    'nearest',
    'limits',
    'fields',
    'analysis',
    'source',
    'message',
    'store',
    'document',
    'query',
    'backend',
    'catalog',
    'settings',
    'threads',
  ],
  'query-set': [
    'errors',
    'nearest',
    'limits',
    'fields',
    'query',
    'backend',
    'catalog',
    'settings',
    'threads',
    'search',
  ],
  site: [
    'errors',
    'nearest',
    'limits',
    'fields',
    'analysis',
    'source',
    'message',
    'store',
    'document',
    'query',
    'backend',
    'catalog',
    'settings',
    'ingest',
    'search',
    'query-set',
    'threads',
    'verify',
  ],
  // What engines are tested with. Nothing imports it, so that vitest is loaded by those alone who ask for it.
  testing: ['errors', 'limits', 'fields', 'source', 'message', 'document', 'query', 'backend'],
};

/** What each package may import of ours. Tests and benches stand outside and may use every public entry. */
const OURS: Readonly<Record<string, readonly string[]>> = {
  'packages/core/': [
    '@hayrick/core/parse-worker',
    '@hayrick/core/regex-worker',
    '@hayrick/core/snippet-worker',
  ],
  'packages/catalog/': ['@hayrick/core', '@hayrick/core/catalog'],
  'packages/backends/elasticsearch/': ['@hayrick/core/backend'],
  'packages/backends/memory/': ['@hayrick/core/backend'],
  'packages/backends/sqlite/': ['@hayrick/core/backend', '@hayrick/sqlite/thread'],
  'packages/cli/': [
    '@hayrick/cli',
    '@hayrick/core',
    '@hayrick/core/settings',
    '@hayrick/catalog',
    '@hayrick/sqlite',
  ],
};

interface Import {
  readonly file: string;
  readonly name: string;
}

const IMPORTS: readonly Import[] = codeFiles().flatMap((file) =>
  importsOf(readText(file)).map((name) => ({ file, name })),
);

it('has a layer for every folder of core', () => {
  const folders = new Set(IMPORTS.map(({ file }) => layerOf(file)).filter((layer) => layer !== null));
  folders.delete('index');
  expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([]);
});

it('orders the layers: none may reach itself through others', () => {
  for (const layer of Object.keys(LAYERS)) {
    const reached = new Set<string>();
    const open = [...(LAYERS[layer] ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (!reached.has(next)) open.push(...(LAYERS[next] ?? []));
      reached.add(next);
    }
    expect(reached, layer).not.toContain(layer);
  }
});

it('imports inside core go to allowed layers only', () => {
  const wrong = IMPORTS.filter(({ file, name }) => {
    const from = layerOf(file);
    const to = name.startsWith('.') ? layerOf(posix.join(posix.dirname(file), name)) : null;
    if (from === null || from === 'index' || to === null || from === to) return false;
    return !(LAYERS[from] ?? []).includes(to);
  });
  expect(wrong.map(tell)).toEqual([]);
});

it('no relative import leads out of its package, those of tests into the examples apart', () => {
  const homes = packages()
    .map(({ folder }) => folder)
    .filter((folder) => folder !== '')
    .toSorted((a, b) => b.length - a.length);
  const home = (path: string): string => homes.find((folder) => path.startsWith(folder)) ?? '';
  const wrong = IMPORTS.filter(({ file, name }) => {
    if (!name.startsWith('.') || /(?:^|\/)package\.json$/.test(name)) return false;
    const target = home(posix.join(posix.dirname(file), name));
    // An example that no test imports rots.
    const isTested = home(file) === 'test/' && target === 'examples/';
    return target !== home(file) && !isTested;
  });
  expect(wrong.map(tell)).toEqual([]);
});

it('packages import of ours what their place allows', () => {
  const wrong = IMPORTS.filter(({ file, name }) => {
    if (!name.startsWith('@hayrick/') || /(?:^|\/)templates\//.test(file)) return false;
    const folder = Object.keys(OURS).find((prefix) => file.startsWith(prefix));
    return folder !== undefined && !(OURS[folder] ?? []).includes(name);
  });
  expect(wrong.map(tell)).toEqual([]);
});

it('every import of ours is a public entry', () => {
  const entries = new Set(
    packages().flatMap(({ json }) =>
      Object.keys(json.exports ?? {}).map((path) => json.name + path.slice(1)),
    ),
  );
  const wrong = IMPORTS.filter(({ name }) => name.startsWith('@hayrick/') && !entries.has(name));
  expect(wrong.map(tell)).toEqual([]);
});

it('relative imports name their file with its ending', () => {
  const wrong = IMPORTS.filter(
    ({ file, name }) =>
      !file.endsWith('.test.ts') && name.startsWith('.') && !/\.(?:ts|mts|js|mjs|json)$/.test(name),
  );
  expect(wrong.map(tell)).toEqual([]);
});

/** The folder under core's src, or the name of a file that lies there itself; null outside of core. */
function layerOf(path: string): string | null {
  if (!path.startsWith(CORE)) return null;
  return (
    path
      .slice(CORE.length)
      .split('/')[0]
      ?.replace(/(?:\.test)?\.ts$/, '') ?? null
  );
}

function tell({ file, name }: Import): string {
  return `${file} imports ${name}`;
}
