import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, hayrick, json, REPOSITORY } from './command.ts';
import { mailText, makeSite, mbox, type TestSite } from './site.ts';

const JUNK = 'this is not gzip \u001B[31m';
const GOOD = [
  { id: 'one@example.org', text: 'A scythe.' },
  { id: 'two@example.org', subject: 'poisoned apple', text: 'A rake.' },
];
/** SQLite that refuses what is poisoned as long as a file is there, and breaks down over what is deadly. */
const PICKY = `
import { existsSync } from 'node:fs';
import { backend as sqlite, HayrickError } from 'SQLITE';
const is = (word) => (change) => change.kind === 'put' && change.document.text.subject?.split(' ').includes(word);
const wrap = (writer) => new Proxy(writer, {
  get(target, name) {
    if (name === 'writePacked') return undefined;
    if (name !== 'write') return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
    return async (changes, upTo, options) => {
      if (!existsSync('refuse')) return target.write(changes, upTo, options);
      if (changes.some(is('deadli'))) throw new Error('the engine broke down');
      const refused = changes.filter(is('poison')).map(({ seq, document }) => ({ seq, id: document.id, reason: 'poison' }));
      const taken = changes.filter((change) => !is('poison')(change));
      const outcome = await target.write(taken, upTo, options);
      return { ...outcome, refused: [...outcome.refused, ...refused] };
    };
  },
});
export const backend = {
  ...sqlite,
  open: async (context) => {
    const engine = await sqlite.open(context);
    return new Proxy(engine, {
      get(target, name) {
        if (name === 'create' || name === 'writer') return async (...given) => wrap(await target[name](...given));
        return typeof target[name] === 'function' ? target[name].bind(target) : target[name];
      },
    });
  },
};
`
  .replace("'SQLITE'", `'${REPOSITORY}packages/backends/sqlite/src/index.ts'`)
  .replace(', HayrickError', '');

let site: TestSite;
const run = (...argv: readonly string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });
beforeEach(() => {
  site = makeSite();
});
afterEach(() => site.remove());

async function entries(...flags: readonly string[]): Promise<readonly Record<string, unknown>[]> {
  const { entries: all } = json(await run('quarantine', 'list', '--format', 'json', ...flags));
  return Array.isArray(all) ? all : [];
}

describe('what an engine refuses', () => {
  beforeEach(() => {
    site.write('picky.mjs', PICKY);
    site.write('refuse', '');
    site.write('list.mbox', mbox([...GOOD, { id: 'dead@example.org', subject: 'deadly nightshade' }]));
    site.settings(
      { list: { paths: ['list.mbox'], access: 'public' } },
      { connections: { default: { engine: 'sqlite' }, picky: { engine: join(site.folder, 'picky.mjs') } } },
    );
  });

  it('is kept with place and reason for its connection alone, fails --strict, and is indexed by a retry', async () => {
    const first = await run('update_index', '--format', 'json', '-u', 'picky', '-u', 'default');
    expect(json(first)).toMatchObject({
      totals: { read: 3, indexed: 3, quarantined: 0 },
      connections: { default: { added: 3, quarantined: 0 }, picky: { added: 1, quarantined: 2 } },
      failures: [],
    });
    expect((await run('update_index', '--strict')).status).toBe(1);
    expect((await run('update_index', '--strict', '-u', 'default')).status).toBe(0);
    expect(await entries('-u', 'picky')).toMatchObject([
      { archive: 'list', connection: 'picky', id: expect.stringMatching(/^[0-9a-f]{32}$/) },
      { archive: 'list', connection: 'picky', offset: expect.any(Number), length: expect.any(Number) },
    ]);
    expect((await entries()).map(({ reason }) => reason).toSorted()).toEqual([
      expect.stringContaining('the engine broke down'),
      'poison',
    ]);
    expect(await entries('-u', 'default')).toEqual([]);
    expect((await run('count', '-u', 'picky', '*')).stdout.trim()).toBe('1');

    const again = await run('quarantine', 'retry', '-u', 'picky', '--strict');
    expect(again.stdout).toMatch(/2 messages tried again, 2 failed\n$/u);
    expect(again.status).toBe(1);
    rmSync(join(site.folder, 'refuse'));
    // A plain update has nothing new to try.
    expect((await run('update_index')).stdout).toContain('Nothing new');
    expect(await entries()).toHaveLength(2);
    const retried = await run('quarantine', 'retry', '--all', '--format', 'json');
    expect(json(retried)).toMatchObject({
      format: 1,
      retried: 2,
      failedAgain: [],
      connections: { picky: { quarantined: 0 } },
    });
    expect(retried.status).toBe(0);
    expect((await run('count', '-u', 'picky', '*')).stdout.trim()).toBe('3');
    expect((await run('quarantine', 'list')).stdout).toBe('No message is in quarantine.\n');
  });

  it('and was dropped is not told of again, however often it fails', async () => {
    await run('update_index');
    const [one, other] = await entries();
    const dropped = await run('quarantine', 'drop', String(one?.['key']), '--format', 'json');
    expect(json(dropped)).toMatchObject({ format: 1, dropped: [{ key: one?.['key'] }] });
    expect(await entries()).toMatchObject([{ key: other?.['key'] }]);
    expect((await run('quarantine', 'drop', '--archive', 'list')).stdout).toBe(
      '1 message dropped from quarantine\n',
    );
    expect((await run('update_index', '--strict')).status).toBe(0);
    expect((await run('update_index', '--full', '--strict')).status).toBe(0);
    expect((await run('rebuild_index', '--noinput', '--strict')).status).toBe(0);
    expect(await entries()).toEqual([]);
    // Another message is another matter.
    site.write('list.mbox', mbox([...GOOD, { id: 'three@example.org', subject: 'more poison' }]));
    expect((await run('update_index', '--strict')).status).toBe(1);
    expect(await entries()).toMatchObject([{ reason: 'poison' }]);
  });
});

describe('what is no message', () => {
  beforeEach(() => {
    site.write('a.mbox.gz', Buffer.concat([gzipSync(mbox(GOOD)), Buffer.from(JUNK)]));
    site.write('b/x.mbox', `junk before it all\n${mbox([{ id: 'three@example.org' }])}`);
    site.settings({ a: { paths: ['a.mbox.gz'] }, b: { paths: ['b'], kind: 'mbox' } });
  });

  it('is listed by archive, shown, and read again by a retry', async () => {
    const ended = await run('update_index', '--format', 'json');
    expect(json(ended)).toMatchObject({ totals: { read: 5, indexed: 3, quarantined: 2 } });
    const [entry] = await entries('--archive', 'a');
    expect(entry).toMatchObject({ archive: 'a', id: null, connection: null, length: JUNK.length });
    const shown = await run('quarantine', 'show', String(entry?.['key']), '--format', 'raw');
    expect(shown.stdout).toBe(JUNK);
    expect((await run('quarantine', 'retry', '--archive', 'b')).stdout).toMatch(
      /1 message tried again, 1 failed\n$/u,
    );
    expect(await entries()).toHaveLength(2);
    site.write('b/x.mbox', mbox([{ id: 'three@example.org' }]));
    const mended = await run('update_index', '--format', 'json');
    expect(json(mended)).toMatchObject({ totals: { read: 4, unchanged: 3, quarantined: 1 } });
  });

  it('and was dropped does not come back until its bytes change', async () => {
    await run('update_index');
    expect((await run('quarantine', 'drop', '--all')).stdout).toBe('2 messages dropped from quarantine\n');
    expect(await entries()).toEqual([]);
    const full = await run('update_index', '--full', '--strict', '--format', 'json');
    expect(json(full)).toMatchObject({ totals: { read: 3, unchanged: 3, quarantined: 0 } });
    expect(full.status).toBe(0);
    // Elsewhere in the file, behind other mail, the same bytes are the same.
    const more = [...GOOD, { id: 'four@example.org', text: 'A fork.' }];
    site.write('a.mbox.gz', Buffer.concat([gzipSync(mbox(more)), Buffer.from(JUNK)]));
    const grown = await run('update_index', '--strict', '--format', 'json');
    expect(json(grown)).toMatchObject({ totals: { read: 4, indexed: 1, quarantined: 0 } });
    site.write('a.mbox.gz', Buffer.concat([gzipSync(mbox(more)), Buffer.from(JUNK.replace('not', 'NOT'))]));
    const changed = await run('update_index', '--strict');
    expect(changed.status).toBe(1);
    expect(await entries()).toMatchObject([{ archive: 'a' }]);
  });
});

it('retry and drop want to be told which, and say what there is not', async () => {
  site.write('one.eml', mailText({ id: 'one@example.org' }));
  site.settings({ m: { paths: ['one.eml'] } });
  await run('update_index');
  for (const command of ['retry', 'drop']) {
    expect(await run('quarantine', command)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--all'),
    });
    expect((await run('quarantine', command, '1', '--all')).status).toBe(2);
    expect((await run('quarantine', command, 'x')).status).toBe(2);
    expect(await run('quarantine', command, '7')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('7'),
    });
    expect(await run('quarantine', command, '--archive', 'n')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/"n".*"m"/u),
    });
    expect((await run('quarantine', command, '--using', 'nobody')).status).toBe(2);
    expect((await run('quarantine', command, '--all')).status).toBe(0);
  }
});
