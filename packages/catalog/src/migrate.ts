import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { HayrickError } from '@hayrick/core/catalog';
import Database from 'better-sqlite3';
import { CATALOG_DDL, CATALOG_VERSION } from './ddl.ts';

/** Statements that bring the tables of a version to those of the next. Never changed once a release has them. */
const STEPS: Readonly<Record<number, string>> = {
  // Digests of documents are noted whenever one is built; until then nothing is compared with them.
  2: 'CREATE TABLE document(message INTEGER PRIMARY KEY, digest INTEGER NOT NULL)',
  3: `
ALTER TABLE thread_member ADD COLUMN date INTEGER NOT NULL DEFAULT 0;
UPDATE thread_member SET date = ifnull((SELECT date FROM message WHERE key = thread_member.message), 0);
DROP INDEX thread_member_thread;
CREATE INDEX thread_member_thread ON thread_member(thread, date);
CREATE TRIGGER thread_member_date AFTER UPDATE OF date ON message
  BEGIN UPDATE thread_member SET date = new.date WHERE message = new.key; END;`,
};

/**
 * Brings the tables to today's form: all of it is committed, or nothing. Call it within a transaction that writes.
 * @param path of the file, for people
 * @returns where the catalog is kept as it was
 * @throws HayrickError CATALOG_TOO_OLD for a version that no step leads from, or tables that are not those of the version
 */
export function migrateTables(db: Database.Database, path: string, from: number): string {
  const versions = Array.from({ length: CATALOG_VERSION - from }, (_, i) => from + i);
  const steps = versions.map((version) => STEPS[version]);
  if (!steps.every((step) => step !== undefined)) throw tooOld(path, from);
  try {
    for (const step of steps) db.exec(step);
  } catch (error) {
    // A step that does not fit the tables; a full disk is another matter.
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR') throw tooOld(path, from);
    throw error;
  }
  if (shapeOf(db) !== shapeOfToday()) throw tooOld(path, from);
  db.pragma(`user_version = ${CATALOG_VERSION}`);
  const backup = `${path}.v${from}-backup`;
  copyTo(path, backup);
  return backup;
}

/** What is not to be written cannot be brought to today's form either. */
export function migrationNeeded(path: string, version: number): HayrickError {
  if (STEPS[version] === undefined) return tooOld(path, version);
  return new HayrickError(
    'CATALOG_TOO_OLD',
    `The catalog ${path} was written by an older Hayrick (its format is ${version}, this one knows ${CATALOG_VERSION}), and nothing may be written here. Run index_info, which brings it up to date and keeps a copy, and then this again.`,
  );
}

/** As it is committed yet: whoever calls keeps others from writing meanwhile. A copy that is not whole never bears the name. */
function copyTo(path: string, backup: string): void {
  const beside = `${backup}.new`;
  rmSync(beside, { force: true });
  // SQLite would go by the umask.
  closeSync(openSync(beside, 'wx', 0o600));
  const source = new Database(path, { readonly: true });
  try {
    source.prepare('VACUUM INTO ?').run(beside);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  } finally {
    source.close();
  }
  sync(beside);
  renameSync(beside, backup);
  sync(dirname(backup));
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** All tables and indexes with their columns, and the triggers, however the statements that made them were written. */
function shapeOf(db: Database.Database): string {
  return JSON.stringify(
    db
      .prepare(
        `SELECT s.type, s.name, c.name AS part, c.type AS holds, c."notnull", c.dflt_value, c.pk FROM sqlite_schema s, pragma_table_info(s.name) c
         WHERE s.type = 'table' UNION ALL
         SELECT s.type, s.name, i.name, s.tbl_name, i.seqno, NULL, NULL FROM sqlite_schema s, pragma_index_info(s.name) i WHERE s.type = 'index' UNION ALL
         SELECT type, name, NULL, tbl_name, NULL, NULL, NULL FROM sqlite_schema WHERE type = 'trigger'
         ORDER BY 1, 2, 3`,
      )
      .all(),
  );
}

function shapeOfToday(): string {
  const db = new Database(':memory:');
  try {
    db.exec(CATALOG_DDL);
    return shapeOf(db);
  } finally {
    db.close();
  }
}

function tooOld(path: string, version: number): HayrickError {
  return new HayrickError(
    'CATALOG_TOO_OLD',
    `The catalog ${path} was written by a Hayrick before its first release (its format is ${version}, this one knows ${CATALOG_VERSION}). Move it away and run rebuild_index: it is made again from the sources with the same ids.`,
  );
}
