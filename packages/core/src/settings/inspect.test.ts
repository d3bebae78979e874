import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSettings } from './check.ts';
import { diffSettings } from './difference.ts';
import { systemEnvironment } from './environment.ts';
import { loadSettings, makeSettings } from './load.ts';
import { settingsReference } from './reference.ts';
import type { SettingsInput } from './settings.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-inspect-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const environment = (variables: Record<string, string> = {}) =>
  systemEnvironment({ variables, cwd: folder, uid: process.getuid?.() ?? null });

function hints(input: SettingsInput): string[] {
  const here = environment();
  return checkSettings(makeSettings(input, folder, here), here).map(
    ({ level, path, message }) => `${level} ${path}: ${message}`,
  );
}

const connections = { default: { engine: 'sqlite' } };

describe('checkSettings', () => {
  it('has nothing to say of a site in order', () => {
    mkdirSync(join(folder, 'mail'));
    expect(
      hints({ connections, archives: { a: { paths: ['mail', 'mail/*.mbox'], access: 'public' } } }),
    ).toEqual([]);
  });

  it('tells what to do next where there is no archive', () => {
    expect(hints({ connections })).toEqual([expect.stringMatching(/^hint archives: no archive yet/u)]);
  });

  it.each<[string, (at: string) => void, SettingsInput, RegExp]>([
    [
      'a path that is not there',
      () => {},
      { connections, archives: { a: { paths: ['gone/*.mbox'], access: 'public' } } },
      /^error archives\.a\.paths\[0\]: .*gone does not exist/u,
    ],
    [
      'a folder that is a file',
      (at) => writeFileSync(join(at, 'm'), ''),
      { connections, archives: { a: { paths: ['m/*'], access: 'public' } } },
      /^error .*no folder/u,
    ],
    [
      'a private archive that no one may read',
      () => {},
      { connections, archives: { a: { paths: ['.'] } } },
      /^warning archives\.a\.readers: private, and no readers/u,
    ],
    [
      'readers of a public one',
      () => {},
      { connections, archives: { a: { paths: ['.'], access: 'public', readers: ['ann'] } } },
      /readers: public/u,
    ],
    [
      'an empty connection',
      () => {},
      {
        connections: { default: { engine: 'sqlite', exclude: ['a'] } },
        archives: { a: { paths: ['.'], access: 'public' } },
      },
      /^warning connections\.default: no archive goes/u,
    ],
    [
      'a data folder that is a file',
      (at) => writeFileSync(join(at, 'data'), ''),
      { connections, archives: { a: { paths: ['.'], access: 'public' } } },
      /^error dataDir: .*no folder/u,
    ],
    [
      'a data folder that others see',
      (at) => {
        mkdirSync(join(at, 'data'));
        chmodSync(join(at, 'data'), 0o755);
      },
      { connections, archives: { a: { paths: ['.'], access: 'public' } } },
      /^warning dataDir: others may look into/u,
    ],
  ])('tells of %s', (_, prepare, input, expected) => {
    prepare(folder);
    expect(hints(input)).toEqual([expect.stringMatching(expected)]);
  });

  it('tells of a data folder that cannot be written', () => {
    const here = { ...environment(), mayWrite: () => false };
    const loaded = makeSettings(
      { connections, archives: { a: { paths: ['.'], access: 'public' } } },
      folder,
      here,
    );
    expect(checkSettings(loaded, here)).toEqual([
      expect.objectContaining({ level: 'error', path: 'dataDir' }),
    ]);
  });

  it('tells of secrets and settings that others see or write', async () => {
    writeFileSync(join(folder, 'key'), 'abcdef');
    chmodSync(join(folder, 'key'), 0o644);
    writeFileSync(
      join(folder, 's.json'),
      JSON.stringify({ connections: { default: { engine: 'x', token: { file: 'key' } } } }),
    );
    chmodSync(join(folder, 's.json'), 0o666);
    const here = environment();
    const found = checkSettings(await loadSettings({ module: 's.json' }, here), here);
    expect(found.map(({ message }) => message)).toEqual([
      expect.stringContaining('no archive yet'),
      expect.stringContaining('others may read this file of secrets'),
      expect.stringContaining('others may write these settings'),
    ]);
  });
});

describe('diffSettings', () => {
  it('names just what differs, with the default', () => {
    const loaded = makeSettings(
      {
        dataDir: './data',
        search: { resultsPerPage: 50, maxResults: 10_000 },
        connections,
        archives: { a: { paths: ['x'], access: 'private' } },
      },
      folder,
      environment(),
    );
    expect(diffSettings(loaded)).toEqual([
      { path: 'search.resultsPerPage', value: 50, default: 20 },
      { path: 'connections.default.engine', value: 'sqlite' },
      { path: 'archives.a.paths', value: ['x'] },
    ]);
  });
});

describe('settingsReference', () => {
  it('has every key, its type and its default', () => {
    const keys = settingsReference();
    expect(keys.map(({ path }) => path)).toEqual([
      'dataDir',
      'archives',
      ...['paths', 'kind', 'address', 'listId', 'access', 'readers', 'patches', 'threads'].map(
        (key) => `archives.NAME.${key}`,
      ),
      'connections',
      ...['engine', 'only', 'exclude', 'batchSize', 'timeout', 'options'].map(
        (key) => `connections.NAME.${key}`,
      ),
      'search',
      ...['defaultOperator', 'resultsPerPage', 'maxResults', 'timeZone'].map((key) => `search.${key}`),
      'fields',
      'fields.NAME.header',
      'fields.NAME.kind',
      'fields.NAME.weight',
      'fields.NAME.stored',
      'fields.NAME.facet',
      'routers',
      'routers.read',
      'routers.write',
      'logging',
      'logging.level',
      'logging.file',
      'databases',
      'databases.catalog',
      'databases.catalog.engine',
      'databases.catalog.path',
      'language',
      'document',
      'store',
    ]);
    expect(keys.filter(({ about }) => about === '')).toEqual([]);
    expect(keys.find(({ path }) => path === 'connections.NAME.batchSize')).toMatchObject({
      type: 'whole number',
      default: '1000',
    });
  });
});
