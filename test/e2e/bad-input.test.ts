import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ADMIN_BIN, type Ended, hayrick, json, REPOSITORY } from './command.ts';
import { makeSite, mbox, type TestSite } from './site.ts';

let site: TestSite;

beforeEach(() => {
  site = makeSite();
});
afterEach(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });
const GOOD = mbox([{ id: 'good@example.org', text: 'hedgehog' }]);

describe('wrong settings end with 2, and say where and what', () => {
  it.each<[string, string, RegExp]>([
    ['settings.mjs', 'export default {', /settings\.mjs cannot be loaded: SyntaxError/u],
    ['settings.ts', 'enum X { a }\nexport default {};', /settings\.ts cannot be loaded/u],
    [
      'settings.mjs',
      "import x from 'nowhere';\nexport default {};",
      /settings\.mjs cannot be loaded: .*nowhere/u,
    ],
    ['settings.mjs', "\nthrow new Error('no mail today');", /Error: no mail today \(line 2/u],
    ['settings.json', '{ "connections": }', /settings\.json is not valid JSON/u],
    ['settings.json', '[]', /must be an object/u],
    [
      'settings.json',
      '{ "archivs": {}, "store": "yes" }',
      /has 3 problems:\n {2}store: must be one of [^\n]*\n {2}archivs: unknown key\. Did you mean "archives"\?\n {2}connections\.default: required/u,
    ],
    [
      'settings.json',
      '{ "connections": { "default": { "engine": "sqlite", "pth": 1 } } }',
      /connections\.default\.pth: unknown key/u,
    ],
    [
      'settings.json',
      '{ "connections": { "default": { "engine": "sqlit" } } }',
      /engine "sqlit" is not installed\. Did you mean "sqlite"/u,
    ],
    ['settings.json', '{ "connections": { "default": { "engine": "./none.mjs" } } }', /none\.mjs/u],
  ])('%s: %s', async (name, text, message) => {
    site.write(name, text);
    const ended = await run('count');
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(2);
    expect(ended.stdout).toBe('');
    expect(existsSync(join(site.folder, 'data/catalog.db'))).toBe(false);
  });
});

describe('bad sources end with 3, and what is good beside them is indexed', () => {
  it.each<[string, (folder: string) => string, RegExp]>([
    ['a path that is not there', () => 'gone.mbox', /gone\.mbox/u],
    ['a wildcard that matches nothing', () => 'mail/*.mbox', /Nothing matches/u],
    [
      'a file that is no mail',
      () => {
        site.write('notes.txt', 'just notes\nof mine\n');
        return 'notes.txt';
      },
      /notes\.txt holds no mail/u,
    ],
    [
      'compression that is not read',
      () => {
        site.write('a.mbox.xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00, 0x00, 0x00, 0x00]));
        return 'a.mbox.xz';
      },
      /a\.mbox\.xz/u,
    ],
    [
      'a torn gzip file',
      () => {
        const whole = gzipSync(
          mbox(
            Array.from({ length: 50 }, (_, i) => ({
              id: `z${i}@example.org`,
              text: `${i} ${Math.imul(i, 2654435761)}`,
            })),
          ),
        );
        site.write('torn.mbox.gz', whole.subarray(0, whole.length - 40));
        return 'torn.mbox.gz';
      },
      /torn\.mbox\.gz/u,
    ],
  ])('%s', async (_, make, message) => {
    const path = make(site.folder);
    site.write('good.mbox', GOOD);
    site.settings({ good: { paths: ['good.mbox'] }, bad: { paths: [path] } });
    const ended = await run('update_index');
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(3);
    expect(await run('count', 'hedgehog')).toMatchObject({ status: 0, stdout: '1\n' });
  });

  it('an unreadable file', async () => {
    site.write('good.mbox', GOOD);
    site.write('shut.mbox', GOOD);
    site.settings({ good: { paths: ['good.mbox'] }, bad: { paths: ['shut.mbox'] } });
    chmodSync(join(site.folder, 'shut.mbox'), 0o000);
    mkdirSync(join(site.folder, 'data'));
    if (process.getuid?.() === 0)
      for (const path of ['', 'data', 'settings.json']) chownSync(join(site.folder, path), 65_534, 65_534);
    const ended = await hayrick(['update_index'], { cwd: site.folder, unprivileged: true });
    expect(ended.stderr).toMatch(/shut\.mbox cannot be read/u);
    expect(ended.status).toBe(3);
    expect((await hayrick(['count', 'hedgehog'], { cwd: site.folder, unprivileged: true })).stdout).toBe(
      '1\n',
    );
  });

  it('a source that changed since it was indexed', async () => {
    site.write(
      'm.mbox',
      mbox([
        { id: 'a@example.org', text: 'first' },
        { id: 'b@example.org', text: 'second' },
      ]),
    );
    site.settings({ m: { paths: ['m.mbox'] } });
    await run('update_index');
    site.write('m.mbox', mbox([{ id: 'c@example.org', text: 'third and rather longer' }]));
    const shown = await run('show', 'b@example.org');
    expect(shown.status).toBe(3);
    expect(shown.stderr).toMatch(/update_index/u);
    expect(json(await run('search', 'second', '--format', 'json'))).toMatchObject({
      total: 1,
      hits: [{ snippet: null }],
    });
  });
});

describe('odd sources are no failure', () => {
  it('an empty file, and a file beside the mail that is none', async () => {
    site.write('mail/a.mbox', GOOD);
    site.write('mail/empty.mbox', '');
    site.write('mail/README', 'just notes\nof mine\n');
    site.settings({ m: { paths: ['mail'] } });
    const ended = await run('update_index');
    expect(ended.status).toBe(0);
    expect(ended.stderr).toMatch(/README/u);
    expect(ended.stdout).toMatch(/^1 message read: 1 indexed\./u);
    expect((await run('update_index', '-v', '0')).stderr).toBe('');
  });

  it('garbage is put into quarantine with its place, and shown', async () => {
    site.write('g.mbox.gz', Buffer.concat([gzipSync(GOOD), Buffer.from('this is not gzip \u001B[31m')]));
    site.settings({ m: { paths: ['g.mbox.gz'] } });
    const ended = await run('update_index', '--format', 'json');
    expect(json(ended)).toMatchObject({ totals: { read: 2, indexed: 1, quarantined: 1 } });
    expect(ended.status).toBe(0);
    expect((await run('update_index', '--strict')).status).toBe(1);
    const list = await run('quarantine', 'list');
    expect(list.stdout).toMatch(/g\.mbox\.gz at \d+[\s\S]*1 message in quarantine\n$/u);
    const [entry] = [json(await run('quarantine', 'list', '--format', 'json'))['entries']].flat();
    expect(entry).toMatchObject({ archive: 'm', reason: expect.any(String), key: expect.any(Number) });
    const key = typeof entry === 'object' && entry !== null && 'key' in entry ? String(entry.key) : '';
    expect((await run('quarantine', 'show', key)).stdout).not.toContain('\u001B');
    const none = await run('quarantine', 'show', '99');
    expect(none).toMatchObject({ status: 1, stdout: '' });
  });

  it('no message at all', async () => {
    site.write('mail/empty.mbox', '');
    site.settings({ m: { paths: ['mail/empty.mbox'] } });
    expect(await run('update_index')).toMatchObject({
      status: 0,
      stdout: expect.stringMatching(/^0 messages read\. Nothing new\./u),
    });
    expect(await run('search', '*')).toMatchObject({ status: 1, stderr: '' });
  });
});

describe('the data folder', () => {
  it('searching before indexing tells what to run', async () => {
    site.write('a.mbox', GOOD);
    site.settings({ m: { paths: ['a.mbox'] } });
    const ended = await run('search', 'x');
    expect(ended.status).toBe(3);
    expect(ended.stderr).toMatch(/no index yet\. Run rebuild_index/u);
  });

  it('that cannot be made is a sentence, not a stack', async () => {
    site.write('a.mbox', GOOD);
    site.write('data', 'a file');
    site.settings({ m: { paths: ['a.mbox'] } });
    const ended = await run('update_index');
    expect(ended.stderr).not.toContain('    at ');
    expect(ended.stderr).not.toMatch(/unexpected/u);
    expect([2, 3]).toContain(ended.status);
  });

  it('belongs to its owner alone', async () => {
    site.write('a.mbox', GOOD);
    site.settings({ m: { paths: ['a.mbox'] } });
    await run('update_index');
    const { statSync } = await import('node:fs');
    const open: string[] = [];
    const pending = [join(site.folder, 'data')];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      const stat = statSync(path);
      if ((stat.mode & 0o077) !== 0) open.push(path);
      if (stat.isDirectory()) pending.push(...readdirSync(path).map((name) => join(String(path), name)));
    }
    expect(open).toEqual([]);
  });
});

describe('an older Node', () => {
  const old = olderNode();

  it.skipIf(old === null).each([
    ['hayrick', `${REPOSITORY}packages/cli/bin/hayrick.js`],
    ['hayrick-admin', ADMIN_BIN],
    ['start', `${REPOSITORY}examples/start/main.js`],
    ['elastic', `${REPOSITORY}test/elasticsearch/main.js`],
    ['manage.mjs', `${REPOSITORY}packages/cli/templates/project/manage.mjs`],
  ])('%s says so in one sentence', async (name, script) => {
    const ended = await hayrick(['search', 'x'], { cwd: site.folder, script, node: old?.path ?? '' });
    expect(ended).toEqual({
      status: 2,
      stdout: '',
      stderr: `${name}: Hayrick needs Node.js 24 or newer; this is v${old?.version}.\n`,
    });
  });
});

/** A Node on the PATH that is older than 24; null where there is none (bin/node-version.js has a test of its own). */
function olderNode(): { readonly path: string; readonly version: string } | null {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, 'node');
    if (!existsSync(path)) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' }).trim().replace(/^v/u, '');
    if (Number(version.split('.')[0]) < 24) return { path, version };
  }
  return null;
}
