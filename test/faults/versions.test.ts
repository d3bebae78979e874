import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Ended, hayrick } from '../e2e/command.ts';
import { fillSite, makeSite, type TestSite } from '../e2e/site.ts';

let site: TestSite;
beforeEach(async () => {
  site = makeSite();
  fillSite(site);
  expect(await run('update_index')).toMatchObject({ status: 0 });
});
afterEach(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });
const CATALOG = 'data/catalog.db';
const INDEX = 'data/indexes/default/g1/index.db';

/** As if a newer program had written it. */
function raiseVersion(name: string): void {
  const db = new DatabaseSync(join(site.folder, name));
  db.exec('PRAGMA user_version = 999; PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
}

function version(name: string): unknown {
  const db = new DatabaseSync(join(site.folder, name), { readOnly: true });
  const row = db.prepare('PRAGMA user_version').get();
  db.close();
  return row?.['user_version'];
}

describe.each([
  ['catalog', CATALOG],
  ['index', INDEX],
])('an older program on a newer %s', (_, name) => {
  it.each([['search', 'scythe'], ['update_index'], ['rebuild_index', '--noinput']])(
    '%s refuses in a sentence and touches nothing',
    async (...argv) => {
      raiseVersion(name);
      const refused = await run(...argv);
      expect(refused).toMatchObject({ status: 3, stdout: '' });
      expect(refused.stderr).toMatch(
        /was written by a newer Hayrick \(its format is 999, this one knows \d+\)\. Use that version/,
      );
      expect(refused.stderr.trim().split('\n')).toHaveLength(1);
      expect(version(name)).toBe(999);
    },
  );
});

describe('damage', () => {
  const NONSENSE = Buffer.from('no database, whatever its name says\n'.repeat(500));

  it('to the catalog is told; moved away it is made again by a rebuild', async () => {
    for (const end of ['-wal', '-shm']) rmSync(join(site.folder, CATALOG + end), { force: true });
    writeFileSync(join(site.folder, CATALOG), NONSENSE);
    const told = await run('update_index');
    expect(told).toMatchObject({
      status: 3,
      stderr: /catalog .* is damaged\. Move it away and run rebuild_index/,
    });
    rmSync(join(site.folder, CATALOG));
    expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0 });
    expect((await run('count', 'scythe')).stdout).toBe('3\n');
  });

  it('to the index is told; a rebuild replaces it', async () => {
    for (const end of ['-wal', '-shm']) rmSync(join(site.folder, INDEX + end), { force: true });
    writeFileSync(join(site.folder, INDEX), NONSENSE);
    for (const argv of [['count', 'scythe'], ['update_index']]) {
      expect(await run(...argv)).toMatchObject({
        status: 3,
        stderr: /index .* is damaged\. Run rebuild_index/,
      });
    }
    expect((await run('index_info')).stdout).toMatch(/damaged/);
    expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0 });
    expect((await run('count', 'scythe')).stdout).toBe('3\n');
  });

  it('to a generation that is not the live one hinders nobody', async () => {
    expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0 });
    const whole = readFileSync(join(site.folder, INDEX));
    for (const torn of [NONSENSE, Buffer.alloc(0), whole.subarray(0, 8192)]) {
      writeFileSync(join(site.folder, INDEX), torn);
      expect(await run('index_info')).toMatchObject({ status: 0 });
      expect((await run('count', 'scythe')).stdout).toBe('3\n');
    }
    expect(await run('update_index')).toMatchObject({ status: 0 });
    expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0 });
    expect((await run('count', 'scythe')).stdout).toBe('3\n');
  });
});
