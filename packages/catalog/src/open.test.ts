import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NOW } from '../testing/rig.ts';
import { openCatalog } from './index.ts';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-catalog-'));
  path = join(folder, 'deep/catalog.db');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = () => openCatalog({ path, now: () => NOW * 1000 });

it('is made with its folder, and bears the same site name ever after', async () => {
  const first = await open();
  await first.close();
  const second = await open();
  expect(second.site).toMatch(/^[0-9a-f]{8}$/);
  expect(second.site).toBe(first.site);
  expect(second.version).toMatch(/^SQLite 3\./);
  await second.close();
});

it.each([
  ['newer', 999, 'CATALOG_TOO_NEW', /newer Hayrick.*999/],
  ['older', 1, 'CATALOG_TOO_OLD', /before its first release.*rebuild_index/],
])('of %s format is refused, and left as it is', async (_, version, code, message) => {
  await (await open()).close();
  const db = new Database(path);
  db.pragma(`user_version = ${version}`);
  db.close();
  await expect(open()).rejects.toMatchObject({ code, message });
  const after = new Database(path);
  expect(after.pragma('user_version', { simple: true })).toBe(version);
  after.close();
});

it('of an older format with other tables than that had is refused, and left as it is', async () => {
  await (await open()).close();
  const db = new Database(path);
  db.exec('DROP TABLE document; DROP TABLE held; PRAGMA user_version = 2');
  db.close();
  const told: string[] = [];
  const log = (_: string, message: string) => told.push(message);
  const refusal = { code: 'CATALOG_TOO_OLD', message: /its format is 2.*Move it away/ };
  await expect(openCatalog({ path, now: () => 0, log })).rejects.toMatchObject(refusal);
  expect(told).toEqual([]);
  expect(readdirSync(join(folder, 'deep')).filter((name) => name.includes('backup'))).toEqual([]);
  const after = new Database(path);
  expect(after.pragma('user_version', { simple: true })).toBe(2);
  expect(after.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'document'").pluck().get()).toBe(0);
  after.close();
});

it('of an older format is copied, brought up to date and said by one of those who open it at once', async () => {
  await (await open()).close();
  const db = new Database(path);
  db.exec(`DROP TABLE document; DROP TRIGGER thread_member_date; DROP INDEX thread_member_thread;
    ALTER TABLE thread_member DROP COLUMN date; CREATE INDEX thread_member_thread ON thread_member(thread);
    PRAGMA user_version = 2; INSERT INTO held VALUES('a', 7)`);
  db.close();
  writeFileSync(`${path}.v2-backup.new`, 'left by one that was killed');
  const told: string[] = [];
  const log = (_: string, message: string) => told.push(message);
  const opened = await Promise.all([1, 2, 3].map(() => openCatalog({ path, now: () => 0, log })));
  for (const catalog of opened) await catalog.close();
  expect(told).toEqual([expect.stringContaining(`${path}.v2-backup: delete that`)]);
  expect(readdirSync(join(folder, 'deep'))).toEqual(['catalog.db', 'catalog.db.v2-backup']);
  expect(statSync(`${path}.v2-backup`).mode & 0o777).toBe(0o600);
  const backup = new Database(`${path}.v2-backup`);
  expect(backup.pragma('user_version', { simple: true })).toBe(2);
  expect(backup.prepare('SELECT * FROM held').get()).toEqual({ archive: 'a', messages: 7 });
  backup.close();
});

it.each([
  [
    'holds something else',
    () => Buffer.from('this is a text about hay, and no database at all\n'.repeat(200)),
  ],
  [
    'has lost its tables',
    (whole: Buffer) => Buffer.concat([whole.subarray(0, 100), Buffer.alloc(whole.length - 100, 7)]),
  ],
])('that %s is called damaged', async (_, damage) => {
  await (await open()).close();
  const { readFileSync } = await import('node:fs');
  writeFileSync(path, damage(readFileSync(path)));
  await expect(open()).rejects.toMatchObject({
    code: 'CATALOG_DAMAGED',
    message: /Move it away and run rebuild_index/,
  });
});

it('is opened and read while another process writes', async () => {
  const reader = await open();
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const second = await open();
  expect(await second.head()).toBe(0);
  other.exec('ROLLBACK');
  other.close();
  await second.close();
  await reader.close();
});
