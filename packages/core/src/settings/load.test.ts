import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diffSettings } from './difference.ts';
import { type Environment, systemEnvironment } from './environment.ts';
import { type LoadedSettings, loadSettings, makeSettings } from './load.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-settings-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function environment(variables: Record<string, string> = {}): Environment {
  return systemEnvironment({ variables, cwd: folder, uid: process.getuid?.() ?? null });
}

async function load(
  files: Record<string, string>,
  variables: Record<string, string> = {},
): Promise<LoadedSettings> {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o644 });
  return loadSettings({ module: Object.keys(files)[0] }, environment(variables));
}

const SQLITE = "connections: { default: { engine: 'sqlite' } }";

describe('forms of the module', () => {
  it.each([
    [
      'settings.ts',
      `const name: string = 'sqlite'; export default { connections: { default: { engine: name } } }`,
    ],
    ['settings.mts', `export default Promise.resolve({ ${SQLITE} })`],
    ['settings.mjs', `export default () => ({ ${SQLITE} })`],
    ['settings.js', `export default async () => ({ ${SQLITE} })`],
    ['settings.js', `module.exports = { ${SQLITE} }`],
    ['settings.json', '\uFEFF{ "connections": { "default": { "engine": "sqlite" } } }'],
  ])('%s: %s', async (name, text) => {
    const { settings } = await load({ [name]: text });
    expect(settings.connections['default']).toEqual({
      name: 'default',
      engine: 'sqlite',
      only: null,
      exclude: [],
      batchSize: 1000,
      timeout: 10,
      options: {},
      backend: {},
    });
    expect(settings.file).toBe(join(folder, name));
    expect(settings.dataDir).toBe(join(folder, 'data'));
    expect(settings.databases.catalog.path).toBe(join(folder, 'data/catalog.db'));
  });

  it('takes a backend in person, or its module', async () => {
    const backend = `{ contractVersion: 1, engine: 'own', settings: [], open: async () => null }`;
    const { settings } = await load({
      'settings.mjs': `export default { connections: { default: { engine: ${backend} }, other: { engine: await import('./own.mjs') } } }`,
      'own.mjs': `export const backend = ${backend}`,
    });
    expect(settings.connections['default']?.engine).toMatchObject({ engine: 'own' });
    expect(settings.connections['other']?.engine).toMatchObject({ engine: 'own' });
  });

  it.each<[string, string, RegExp]>([
    ['settings.mjs', 'export const x = 1', /no default export/u],
    ['settings.mjs', 'export default [1]', /must be an object.*a list/u],
    ['settings.mjs', 'export default () => null', /must be an object.*null/u],
    ['settings.mjs', 'export default {', /settings\.mjs cannot be loaded: /u],
    [
      'settings.json',
      '{"connections":{"default":{"engine":"sqlite"}},"archives":{"__proto__":{"paths":["x"]}}}',
      /archives\.__proto__: no name/u,
    ],
    [
      'settings.mjs',
      '\nthrow new Error("no mail today")',
      /cannot be loaded: Error: no mail today \(line 2/u,
    ],
    ['settings.mjs', 'throw new Error("at https://ann:pw123@host/")', /https:\/\/\*\*\*@host/u],
    ['settings.mjs', 'export default () => { throw 5 }', /it threw 5/u],
    ['settings.mjs', 'import "./gone"', /endings/u],
    ['settings.json', '{\n  "token": "abc", x }', /settings\.json is not valid JSON \(line 2 column 19\)/u],
    ['settings.json', '"x', /is not valid JSON/u],
  ])('tells of %s: %s', async (name, text, message) => {
    await expect(load({ [name]: text })).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringMatching(message),
    });
  });
});

describe('settings.local', () => {
  it('is laid over: objects merge, lists and scalars replace, references are scalars', async () => {
    const { settings, files } = await load({
      'settings.mjs': `export default { dataDir: './a', archives: { x: { paths: ['a', 'b'], access: 'public', address: { env: 'GONE' } } },
        ${SQLITE}, search: { resultsPerPage: 5 } }`,
      'settings.local.json': JSON.stringify({
        archives: { x: { paths: ['c'], address: { file: 'address' } }, y: { paths: ['d'] } },
        search: { maxResults: 50 },
      }),
      address: 'x@example.org\n',
    });
    expect(settings.archives).toMatchObject({
      x: { paths: [join(folder, 'c')], access: 'public', address: 'x@example.org' },
      y: { paths: [join(folder, 'd')] },
    });
    expect(settings.search).toMatchObject({ resultsPerPage: 5, maxResults: 50 });
    expect(files.overlay).toBe(join(folder, 'settings.local.json'));
  });

  it('must be as safe as the settings nobody named', async () => {
    writeFileSync(join(folder, 'settings.mjs'), `export default { ${SQLITE} }`, { mode: 0o644 });
    await expect(loadSettings({}, environment())).resolves.toBeDefined();
    writeFileSync(join(folder, 'settings.local.mjs'), 'export default {}');
    chmodSync(join(folder, 'settings.local.mjs'), 0o666);
    await expect(loadSettings({}, environment())).rejects.toMatchObject({ code: 'SETTINGS_UNSAFE' });
    await expect(loadSettings({ module: 'settings' }, environment())).resolves.toBeDefined();
  });
});

describe('references and secrets', () => {
  const text = `export default {
    connections: {
      default: { engine: 'elasticsearch', url: 'http://elastic:hunter2@es:9200', auth: { apiKey: { env: 'ES_KEY' } }, password: 'opensesame' },
    },
  }`;

  it('are put in place, and masked wherever a text leaves', async () => {
    const loaded = await load({ 'settings.mjs': text }, { ES_KEY: 'k-12/345' });
    expect(loaded.settings.connections['default']?.backend).toMatchObject({ auth: { apiKey: 'k-12/345' } });
    expect(loaded.mask('k-12/345 k-12%2F345 opensesame hunter2 http://elastic:hunter2@es:9200 elastic')).toBe(
      '*** *** *** *** http://***@es:9200 elastic',
    );
    const shown = JSON.stringify(diffSettings(loaded));
    for (const secret of ['k-12', 'opensesame', 'hunter2', 'elastic:']) expect(shown).not.toContain(secret);
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['an unset variable', {}, /connections\.default\.auth\.apiKey: .*ES_KEY, which is not set/u],
    ['an empty variable', { ES_KEY: '' }, /ES_KEY, which is empty/u],
  ])('%s is a problem with its path', async (_, variables, message) => {
    await expect(load({ 'settings.mjs': text }, variables)).rejects.toMatchObject({
      message: expect.stringMatching(message),
    });
  });

  it('a missing file is a problem, and the place gets no second one', async () => {
    const given = `export default { ${SQLITE}, archives: { x: { paths: [{ file: 'gone' }], kind: { env: 'KIND' } } } }`;
    await expect(load({ 'settings.mjs': given })).rejects.toMatchObject({
      message: expect.stringMatching(
        /has 2 problems:\n {2}archives\.x\.paths\[0\]: .*gone.*ENOENT.*\n {2}archives\.x\.kind: .*KIND/u,
      ),
    });
  });

  it('a secret in the wrong place does not get into the error', async () => {
    const given = `export default { connections: { default: { engine: 'sqlite', only: [{ env: 'KEY' }] } }, store: { env: 'KEY' } }`;
    const error: unknown = await load({ 'settings.mjs': given }, { KEY: 'topsecret' }).catch(
      (e: unknown) => e,
    );
    expect(String(error)).toContain('only[0]');
    expect(String(error)).not.toContain('topsecret');
  });
});

describe('what a program makes itself', () => {
  it('is checked and completed like a file', () => {
    const { settings } = makeSettings(
      {
        dataDir: '~/x',
        archives: { a: { paths: ['mail'] } },
        connections: { default: { engine: './e.ts', path: 'i.db' } },
      },
      folder,
      environment({ HOME: '/home/ann' }),
    );
    expect(settings).toMatchObject({
      file: null,
      dataDir: '/home/ann/x',
      archives: { a: { paths: [join(folder, 'mail')] } },
    });
    expect(settings.connections['default']).toMatchObject({
      engine: join(folder, 'e.ts'),
      backend: { path: join(folder, 'i.db') },
    });
  });

  it('may be what another realm made, and no more deeply nested than settings are', () => {
    mkdirSync(join(folder, 'x'));
    const ring: Record<string, unknown> = {};
    ring['ring'] = ring;
    const made = (): unknown =>
      makeSettings({ connections: { default: { engine: 'sqlite', options: ring } } }, folder, environment());
    expect(made).toThrow(
      expect.objectContaining({ code: 'SETTINGS_INVALID', message: expect.stringContaining('deeper') }),
    );
  });
});
