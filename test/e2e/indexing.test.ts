import { appendFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ended, hayrick, json } from './command.ts';
import { fillSite, makeSite, mbox, type TestSite } from './site.ts';

let site: TestSite;

beforeEach(() => {
  site = makeSite();
  fillSite(site);
});
afterEach(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });

it('rebuild_index builds, reports, and asks before it replaces', async () => {
  const first = await run('rebuild_index', '--format', 'json');
  expect(first.stderr).toBe('');
  expect(first.status).toBe(0);
  expect(json(first)).toMatchObject({
    format: 1,
    totals: {
      read: 6,
      indexed: 5,
      unchanged: 0,
      duplicates: 1,
      skipped: 0,
      quarantined: 0,
      removed: 0,
      cutTokens: 0,
    },
    archives: { garden: { read: 4 }, board: { read: 2 } },
    connections: { default: { added: 5, updated: 0, removed: 0, documents: 5 } },
  });

  const alone = await run('rebuild_index');
  expect(alone.status).toBe(2);
  expect(alone.stderr).toMatch(/Replace the index of "default" \(5 messages\)\?.*--noinput/u);

  const no = await hayrick(['rebuild_index'], { cwd: site.folder, input: 'n\n' });
  expect(no).toMatchObject({ status: 1, stdout: '' });
  expect(no.stderr).toContain('Nothing was done.');

  const yes = await hayrick(['rebuild_index'], { cwd: site.folder, input: 'y\n' });
  expect(yes.status).toBe(0);
  expect(yes.stdout).toMatch(/^6 messages read: .*1 duplicate/u);
  expect(json(await run('index_info', '--format', 'json'))).toMatchObject({
    connections: { default: { documents: 5 } },
  });
});

it('update_index adds what is new, says when nothing is, and drops what is gone when told', async () => {
  expect((await run('update_index')).status).toBe(0);
  const again = await run('update_index');
  expect(again.stdout).toMatch(
    /^6 messages read: 5 unchanged, 1 duplicate \(1 cross-post\)\. Nothing new\./u,
  );

  appendFileSync(
    join(site.folder, 'mail/garden.mbox'),
    mbox([{ id: 'g4@example.org', text: 'A tedder arrived.' }]),
  );
  const grown = json(await run('update_index', 'garden', '--format', 'json'));
  expect(grown).toMatchObject({
    totals: { read: 5, indexed: 1 },
    archives: { garden: { read: 5, indexed: 1, quarantined: 0 } },
    connections: { default: { added: 1, documents: 6 } },
  });
  expect((await run('count', 'tedder')).stdout).toBe('1\n');

  site.write('mail/board.mbox', '');
  await run('update_index', '--full');
  expect((await run('count', 'escrow')).stdout).toBe('1\n');
  const removed = json(await run('update_index', '--remove', '--format', 'json'));
  expect(removed).toMatchObject({ totals: { removed: 1 }, connections: { default: { documents: 5 } } });
  expect(await run('count', 'escrow')).toMatchObject({ status: 1, stdout: '0\n' });
  expect((await run('count', 'quince')).stdout).toBe('1\n');
});

it('update_index --dry-run prints the plan and does nothing', async () => {
  const fresh = await run('update_index', '--dry-run');
  expect(fresh.status).toBe(0);
  expect(fresh.stdout).toMatch(/^garden: 1 file to read, 907 bytes\n {2}new +\S+garden\.mbox/u);
  expect(fresh.stdout).toMatch(/-> default: a new generation, 0 pending, 0 removals pending\n$/u);
  expect(fresh.stderr).toContain('Nothing was changed');
  expect(existsSync(join(site.folder, 'data'))).toBe(false);

  await run('update_index');
  appendFileSync(join(site.folder, 'mail/garden.mbox'), mbox([{ id: 'g4@example.org', text: 'A tedder.' }]));
  const plan = json(await run('update_index', 'garden', '--dry-run', '--format', 'json'));
  expect(plan).toMatchObject({
    format: 1,
    archives: { garden: { files: [{ why: 'grown' }], gone: [] } },
    connections: { default: { pending: 0 } },
  });
  expect((await run('count', 'tedder')).stdout).toBe('0\n');
});

it('update_index indexes what arrived within dates, and the rest later', async () => {
  const arrived = (day: number) => ({
    id: `day${day}@example.org`,
    headers: [`Received: by mx.example.org; ${day} Feb 2020 12:00:00 +0000`],
  });
  site.write('mail/garden.mbox', mbox([1, 2, 3].map(arrived)));
  site.write('mail/board.mbox', mbox([3, 4].map(arrived)));
  const dated = await run('update_index', '--start', '2020-02-02', '--end', '2020-02-03');
  expect(dated.stdout).toMatch(/^5 messages read: 2 indexed, 1 duplicate \(1 cross-post\), 2 skipped\./u);
  expect((await run('count')).stdout).toBe('2\n');
  expect((await run('update_index')).stdout).toMatch(
    /^5 messages read: 2 indexed, 2 unchanged, 1 duplicate \(1 cross-post\)\./u,
  );
  expect((await run('count')).stdout).toBe('4\n');

  const both = await run('update_index', '-a', '1', '-s', '2020');
  expect(both.status).toBe(2);
  expect(both.stderr).toContain('--age and --start exclude one another');
  expect(await run('update_index', '--minutes', 'ten')).toMatchObject({ status: 2 });
  const wrong = await run('update_index', '--end', 'whenever');
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('"whenever" is no date');
  expect(await run('update_index', '--age', '0.5', '-m', '3')).toMatchObject({ status: 2 });
  expect((await run('update_index', '-m', '30')).status).toBe(0);
});

it('update_index says what it found changed in the settings', async () => {
  await run('update_index');
  site.settings({
    yard: { paths: ['mail/garden.mbox'], access: 'public' },
    board: { paths: ['mail/board.mbox'] },
  });
  const renamed = await run('update_index');
  expect(renamed.status).toBe(0);
  expect(renamed.stderr).toContain('settings: Archive "yard" is the former "garden"');
  site.settings({ yard: { paths: ['mail/garden.mbox'], access: 'public' } });
  expect((await run('update_index', '--format', 'json')).stderr).toContain(
    'Archive "board" is no longer in the settings',
  );
  expect(json(await run('update_index', '--remove', '--format', 'json'))).toMatchObject({
    settings: [expect.stringContaining('Archive "board"')],
    totals: { removed: 1 },
  });
});

it('--nocommit leaves the new generation beside the live one', async () => {
  await run('update_index');
  site.write('mail/garden.mbox', mbox([{ id: 'new@example.org', text: 'hedgehog' }]));
  const built = await run('rebuild_index', '--nocommit');
  expect(built.status).toBe(0);
  expect(await run('count', 'hedgehog')).toMatchObject({ status: 1, stdout: '0\n' });
  expect((await run('count', 'scythe')).stdout).toBe('3\n');
});

it('rollback_index goes back after asking, and update_index brings what the index lacks', async () => {
  await run('update_index');
  const none = await run('rollback_index', '--noinput');
  expect(none).toMatchObject({ status: 3, stdout: '' });
  expect(none.stderr).toMatch(/no generation that is older than its live one, g1.*--keep/su);
  site.write('mail/garden.mbox', mbox([{ id: 'new@example.org', text: 'hedgehog' }]));
  await run('rebuild_index', '--noinput');
  expect((await run('count', 'hedgehog')).stdout).toBe('1\n');

  const alone = await run('rollback_index');
  expect(alone.status).toBe(2);
  expect(alone.stderr).toMatch(/"default" from g2 to g1 \(5 messages, built 20.*--noinput/u);
  const no = await hayrick(['rollback_index'], { cwd: site.folder, input: 'n\n' });
  expect(no).toMatchObject({ status: 1, stdout: '' });
  const yes = await hayrick(['rollback_index'], { cwd: site.folder, input: 'y\n' });
  expect(yes).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^default: generation g1 is live, with 5 messages; \d+ change/),
  });
  expect(await run('count', 'hedgehog')).toMatchObject({ status: 1, stdout: '0\n' });
  await run('update_index');
  expect((await run('count', 'hedgehog')).stdout).toBe('1\n');

  const forward = await run('rollback_index', '--noinput', '--to', 'g2', '--format', 'json');
  expect(json(forward)).toMatchObject({ format: 1, connections: { default: { from: 'g1', to: 'g2' } } });
  expect((await run('index_info')).stdout).toMatch(/g1 {2}kept[\s\S]*g2 {2}live/u);
});

it('clear_index empties after asking; the catalog fills it again', async () => {
  await run('update_index');
  const alone = await run('clear_index');
  expect(alone.status).toBe(2);
  expect(alone.stderr).toContain('--noinput');
  const no = await hayrick(['clear_index'], { cwd: site.folder, input: 'no\n' });
  expect(no.status).toBe(1);
  expect((await run('count')).stdout).toBe('5\n');
  const cleared = await run('clear_index', '--noinput', '--format', 'json');
  expect(json(cleared)).toEqual({ format: 1, connections: { default: { removed: 5 } } });
  expect(await run('count')).toMatchObject({ status: 1, stdout: '0\n' });
  expect((await run('update_index')).status).toBe(0);
  expect((await run('count')).stdout).toBe('5\n');
});

it('index_info and its alias tell of the connection, before and after', async () => {
  const before = await run('index_info');
  expect(before.status).toBe(0);
  expect(before.stdout).toMatch(/default {2}SQLite 3[\s\S]*no index yet: run rebuild_index/u);
  await run('update_index');
  const text = await run('haystack_info');
  expect(text.stdout).toMatch(/documents +5\n/u);
  expect(text.stdout).toMatch(/lag +none/u);
  expect(json(await run('index_info', '-u', 'default', '--format', 'json'))).toMatchObject({
    format: 1,
    connections: {
      default: {
        engine: 'sqlite',
        documents: 5,
        lag: 0,
        rebuildNeeded: null,
        capabilities: { phrases: true },
      },
    },
  });
});

it('build_schema prints what the engine is given, or writes it to a file', async () => {
  const printed = await run('build_schema');
  expect(printed.stdout).toMatch(/CREATE VIRTUAL TABLE/iu);
  const written = await run('build_schema', '-f', 'schema.sql');
  expect(written).toMatchObject({ status: 0, stdout: '' });
  expect(existsSync(join(site.folder, 'schema.sql'))).toBe(true);
  expect((await run('build_schema', '-f', 'gone/schema.sql')).status).toBe(2);
});

it('several connections are written in one run, or those named', async () => {
  site.settings(
    { garden: { paths: ['mail/garden.mbox'], access: 'public' }, board: { paths: ['mail/board.mbox'] } },
    { connections: { default: { engine: 'sqlite' }, small: { engine: 'sqlite', only: ['board'] } } },
  );
  const both = json(await run('update_index', '--format', 'json'));
  expect(both).toMatchObject({ connections: { default: { documents: 5 }, small: { documents: 2 } } });
  expect((await run('count', '-u', 'small')).stdout).toBe('2\n');
  const one = json(await run('rebuild_index', '--noinput', '-u', 'small', '--format', 'json'));
  expect(Object.keys(one['connections'] ?? {})).toEqual(['small']);
});

it('a settings file that is gone leaves nothing behind, and nothing is written without need', async () => {
  await run('check');
  await run('diffsettings');
  expect(existsSync(join(site.folder, 'data/catalog.db'))).toBe(false);
  rmSync(join(site.folder, 'settings.json'));
  expect((await run('update_index')).status).toBe(2);
  expect(existsSync(join(site.folder, 'data'))).toBe(false);
});

it('an interrupted run ends with 130, and the next one completes it', async () => {
  site.write(
    'data/locks/build~default.lock',
    JSON.stringify({ pid: 1, host: 'elsewhere', began: '', since: 'long ago', purpose: 'rebuild_index' }),
  );
  let sent = false;
  const stopped = await hayrick(['update_index', '--wait', '3600', '-v', '2'], {
    cwd: site.folder,
    onStderr: (child, stderr) => {
      // Once: a second one ends the program at once.
      if (stderr.includes('settings: ') && !sent) sent = child.kill('SIGINT');
    },
  });
  expect(stopped.status).toBe(130);
  expect(stopped.stderr).toContain('Interrupted');
  const busy = await run('update_index');
  expect(busy.status).toBe(3);
  expect(busy.stderr).toMatch(/rebuild_index \(process 1 on elsewhere\) since long ago.*--wait/u);
  rmSync(join(site.folder, 'data/locks/build~default.lock'));
  expect(json(await run('update_index', '--format', 'json'))).toMatchObject({
    totals: { read: 6, indexed: 5 },
  });
});
