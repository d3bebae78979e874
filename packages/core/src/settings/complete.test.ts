import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { completeSettings } from './complete.ts';
import { checkConnectionKeys } from './connection-keys.ts';
import { overlay } from './overlay.ts';

const ORIGIN = { file: '/site/settings.ts', directory: '/site', home: null };
const BASE = { connections: { default: { engine: 'sqlite' } } };

function problemsOf(value: unknown): string[] {
  try {
    completeSettings(value, ORIGIN);
    return [];
  } catch (error) {
    const lines = error instanceof Error ? error.message.split('\n') : [];
    return lines.slice(1, -1).map((line) => line.trim());
  }
}

describe('completeSettings', () => {
  it('fills in every default', () => {
    expect(completeSettings({ ...BASE, archives: { a: { paths: ['mail/*.mbox'] } } }, ORIGIN)).toEqual({
      file: '/site/settings.ts',
      directory: '/site',
      dataDir: '/site/data',
      archives: {
        a: {
          name: 'a',
          paths: ['/site/mail/*.mbox'],
          kind: null,
          address: null,
          listId: null,
          access: 'private',
          readers: [],
          patches: false,
          threads: 'references',
        },
      },
      connections: {
        default: {
          name: 'default',
          engine: 'sqlite',
          only: null,
          exclude: [],
          batchSize: 1000,
          timeout: 10,
          options: {},
          backend: {},
        },
      },
      search: { defaultOperator: 'and', resultsPerPage: 20, maxResults: 10_000, timeZone: 'UTC' },
      fields: [],
      routers: { read: 'default', write: null },
      logging: { level: 'info', file: null },
      databases: { catalog: { engine: 'sqlite', path: '/site/data/catalog.db' } },
      language: 'en',
      store: 'auto',
      document: null,
    });
  });

  it.each<[string, unknown, string | RegExp]>([
    ['an unknown key', { ...BASE, archivs: {} }, 'archivs: unknown key. Did you mean "archives"?'],
    ['a key of a later version', { ...BASE, web: {} }, /^web: unknown key: it comes with a later version/u],
    [
      'an unknown key with none near',
      { ...BASE, search: { xxxxxxxx: 1 } },
      /Known: defaultOperator, resultsPerPage/u,
    ],
    [
      'an unknown key of an archive',
      { ...BASE, archives: { a: { paths: ['x'], reader: [] } } },
      'archives.a.reader: unknown key. Did you mean "readers"?',
    ],
    ['no connections', {}, /^connections\.default: required/u],
    [
      'no default connection',
      { connections: { ram: { engine: 'sqlite' } } },
      /^connections\.default: required/u,
    ],
    ['no engine', { connections: { default: {} } }, /^connections\.default\.engine: must be the name/u],
    [
      'an engine that is no backend',
      { connections: { default: { engine: { open: 1 } } } },
      /engine: must be the name/u,
    ],
    ['no paths', { ...BASE, archives: { a: {} } }, 'archives.a.paths: required: must be a list'],
    ['empty paths', { ...BASE, archives: { a: { paths: [] } } }, 'archives.a.paths: must not be empty'],
    [
      'a path that is no string',
      { ...BASE, archives: { a: { paths: [5] } } },
      'archives.a.paths[0]: must be a string, not a number',
    ],
    [
      'a bad kind',
      { ...BASE, archives: { a: { paths: ['x'], kind: 'mailder' } } },
      /kind: must be one of .*Did you mean "maildir"/u,
    ],
    [
      'a bad address',
      { ...BASE, archives: { a: { paths: ['x'], address: 'nobody' } } },
      'archives.a.address: must be a mail address',
    ],
    [
      'a bad archive name',
      { ...BASE, archives: { 'A b': { paths: ['x'] } } },
      /^archives\."A b": a name has 1 to 63/u,
    ],
    [
      'a long name',
      { connections: { ...BASE.connections, ['x'.repeat(64)]: { engine: 'sqlite' } } },
      /a name has 1 to 63/u,
    ],
    [
      'a reserved reader',
      { ...BASE, archives: { a: { paths: ['x'], readers: ['ann', 'all'] } } },
      /^archives\.a\.readers\[1\]: "all" is a word/u,
    ],
    [
      'a batch of none',
      { connections: { default: { engine: 'sqlite', batchSize: 0 } } },
      'connections.default.batchSize: must be at least 1',
    ],
    [
      'half a result',
      { ...BASE, search: { resultsPerPage: 1.5 } },
      'search.resultsPerPage: must be a whole number, not a broken number',
    ],
    [
      'a time zone of nowhere',
      { ...BASE, search: { timeZone: 'Mars/North' } },
      /^search\.timeZone: must be a time zone/u,
    ],
    [
      'a field of a built-in name',
      { ...BASE, fields: { Subject: { header: 'X', kind: 'text' } } },
      /^fields\.Subject: the name or alias/u,
    ],
    [
      'a field of an alias',
      { ...BASE, fields: { recip: { header: 'X', kind: 'text' } } },
      /^fields\.recip: the name or alias/u,
    ],
    [
      'counts of a number',
      { ...BASE, fields: { x: { header: 'X', kind: 'number', facet: true } } },
      /^fields\.x\.facet: only keywords are counted/u,
    ],
    [
      'a field that facets know',
      { ...BASE, fields: { year: { header: 'X', kind: 'keyword' } } },
      /^fields\.year: the name or alias/u,
    ],
    [
      'two fields with one name',
      { ...BASE, fields: { ab: { header: 'X', kind: 'text' }, aB: { header: 'Y', kind: 'text' } } },
      /^fields\.aB: the same as "ab"/u,
    ],
    [
      'a header with a colon',
      { ...BASE, fields: { x: { header: 'X:', kind: 'text' } } },
      /^fields\.x\.header: must be the name/u,
    ],
    [
      'only and exclude',
      {
        archives: { a: { paths: ['x'] } },
        connections: { default: { engine: 'sqlite', only: ['a'], exclude: ['a'] } },
      },
      /^connections\.default: `only` and `exclude`/u,
    ],
    [
      'an unknown archive in only',
      {
        archives: { staff: { paths: ['x'] } },
        connections: { default: { engine: 'sqlite', only: ['staf'] } },
      },
      'connections.default.only[0]: no archive "staf" in these settings. Did you mean "staff"?',
    ],
    [
      'one target twice',
      { connections: { default: { engine: 'sqlite', path: 'x' }, b: { engine: 'sqlite', path: 'x' } } },
      /^connections\.b: has the same target as connections\.default/u,
    ],
    [
      'one index twice',
      {
        connections: {
          default: { engine: 'elasticsearch', url: 'http://a', index: 'i', auth: 1 },
          b: { engine: 'elasticsearch', url: 'http://a', index: 'i' },
        },
      },
      /^connections\.b: has the same target/u,
    ],
    [
      'a router to nowhere',
      { ...BASE, routers: { read: 'defualt', write: ['x'] } },
      /^routers\.read: no connection "defualt".*Did you mean "default"/u,
    ],
    ['a null', { ...BASE, archives: null }, 'archives: must be an object, not null'],
  ])('tells of %s', (_, value, expected) => {
    const problems = problemsOf(value);
    if (typeof expected === 'string') expect(problems).toContain(expected);
    else expect(problems).toContainEqual(expect.stringMatching(expected));
  });

  it('tells of all problems at once, of single keys and of what they mean together', () => {
    const value = {
      dataDir: 5,
      archives: { a: { paths: ['x'], acess: 'public' }, b: { paths: 'x' } },
      connections: { default: { engine: 'sqlite', only: ['z'], timeout: -1 } },
      colour: true,
    };
    expect(
      problemsOf(value)
        .map((line) => line.split(':')[0])
        .toSorted(),
    ).toEqual([
      'archives.a.acess',
      'archives.b.paths',
      'colour',
      'connections.default.only[0]',
      'connections.default.timeout',
      'dataDir',
    ]);
  });

  it('lets connections differ that share an engine', () => {
    const connections = {
      default: { engine: 'sqlite' },
      b: { engine: 'sqlite' },
      c: { engine: 'sqlite', path: 'y' },
    };
    expect(problemsOf({ connections })).toEqual([]);
  });

  it('never throws anything but the list of problems', () => {
    fc.assert(
      fc.property(
        fc.object({
          key: fc.constantFrom(
            'archives',
            'connections',
            'default',
            'engine',
            'only',
            'paths',
            'fields',
            'x',
          ),
        }),
        (value) => {
          try {
            completeSettings(value, ORIGIN);
          } catch (error) {
            expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
          }
        },
      ),
    );
  });
});

describe('checkConnectionKeys', () => {
  const connection = { name: 'c', backend: { url: 'x', indx: 'y' } };

  it('passes what the engine declares', () => {
    expect(() => checkConnectionKeys(connection, ['url', 'indx'])).not.toThrow();
  });

  it('names the nearest known key', () => {
    expect(() => checkConnectionKeys(connection, ['url', 'index'])).toThrow(
      /connections\.c\.indx: unknown key\. Did you mean "index"\?/u,
    );
    expect(() => checkConnectionKeys({ name: 'c', backend: { batchsize: 1 } }, [])).toThrow(
      /Did you mean "batchSize"\?/u,
    );
  });
});

describe('overlay', () => {
  const tree = fc.letrec((tie) => ({
    node: fc.oneof(
      { depthSize: 'small' },
      fc.integer(),
      fc.array(fc.integer()),
      fc.dictionary(fc.constantFrom('a', 'b', 'c'), tie('node')),
    ),
  })).node;

  it('over nothing, and nothing over it, is the same; laid twice is as laid once', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('a', 'b'), tree),
        fc.dictionary(fc.constantFrom('a', 'b'), tree),
        (a, b) => {
          expect(overlay(a, {})).toEqual(a);
          expect(overlay({}, a)).toEqual(a);
          expect(overlay(overlay(a, b), b)).toEqual(overlay(a, b));
        },
      ),
    );
  });
});
