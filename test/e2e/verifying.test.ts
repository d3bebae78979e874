import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Ended, hayrick, json } from './command.ts';
import { fillSite, makeSite, type TestSite } from './site.ts';

let site: TestSite;
beforeEach(() => {
  site = makeSite();
  fillSite(site);
});
afterEach(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });

it('verify_index names what differs and ends with 1; repair_index tells what it would do, and mends it', async () => {
  const none = await run('verify_index');
  expect(none).toMatchObject({ status: 1, stderr: '' });
  expect(none.stdout).toContain('there is no index yet');
  expect((await run('rebuild_index')).status).toBe(0);
  const healthy = await run('verify_index');
  expect(healthy).toMatchObject({ status: 0, stderr: '' });
  expect(healthy.stdout).toMatch(/^no differences; documents: default 5; [\d.]+ s\n$/u);

  const db = new DatabaseSync(join(site.folder, 'data/indexes/default/g1/index.db'));
  const rows = db.prepare('SELECT row, hex(id) AS id FROM doc ORDER BY row').all() as {
    row: number;
    id: string;
  }[];
  db.exec('UPDATE doc SET size = size + 1 WHERE row = 1');
  db.exec('UPDATE doc SET digest = 1 WHERE row = 2');
  db.close();

  const found = await run('verify_index');
  expect(found.status).toBe(1);
  const lines = found.stdout.split('\n');
  expect(lines).toHaveLength(4);
  expect(found.stdout).toMatch(
    /^place {4}default {2}[0-9a-f]{32} <g1@example\.org> {2}garden: \S+mail\/garden\.mbox:0 {2}size \d+ instead of \d+$/mu,
  );
  expect(found.stdout).toMatch(/^content {2}default {2}[0-9a-f]{32} <g2@example\.org> /mu);
  const asJson = json(await run('verify_index', '--format', 'json'));
  expect(asJson).toMatchObject({
    format: 1,
    level: 'quick',
    total: 2,
    documents: { default: 5 },
    failures: [],
  });
  expect(asJson['differences']).toContainEqual({
    what: 'content',
    connection: 'default',
    id: rows[1]?.id.toLowerCase(),
    messageId: 'g2@example.org',
    place: { archive: 'garden', path: join(site.folder, 'mail/garden.mbox'), offset: expect.any(Number) },
    detail: 'its document is not the one that was built of it',
  });

  const planned = await run('repair_index', '--dry-run');
  expect(planned.status).toBe(1);
  expect(planned.stdout).toContain('would do: 2 messages are given to the indexes again, or removed\n');
  expect((await run('verify_index')).status).toBe(1);
  const mended = await run('repair_index');
  expect(mended.status).toBe(0);
  expect(mended.stdout).toMatch(/^done: 2 messages.*\nAll of it is mended\.\n$/mu);
  expect((await run('verify_index', '--deep')).status).toBe(0);
  expect(json(await run('repair_index', '--full', '--format', 'json'))).toMatchObject({
    steps: [],
    left: null,
  });
});

it('verify_index knows connections by name', async () => {
  const unknown = await run('verify_index', '-u', 'defualt');
  expect(unknown).toMatchObject({ status: 2, stdout: '' });
  expect(unknown.stderr).toContain('default');
});
