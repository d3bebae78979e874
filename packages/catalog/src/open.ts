import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { HayrickError } from '@hayrick/core/catalog';
import Database from 'better-sqlite3';
import { CATALOG_DDL, CATALOG_VERSION } from './ddl.ts';
import { migrateTables, migrationNeeded } from './migrate.ts';

export type Db = Database.Database;

/**
 * In statements: a bare `= ?` in one with a JOIN makes this SQLite (ENABLE_STAT4) plan it anew for every value that it is bound to, which takes ten times as
 * long as the work; `= +?` does not.
 *
 * Opens or makes the file, and brings an older one to today's form. WAL: readers are never blocked by the one who writes.
 * @param log told where an older one is kept
 */
export function openDatabase(
  path: string,
  readOnly: boolean,
  log: (level: 'warn', message: string) => void = () => undefined,
): Db {
  if (readOnly) return openToRead(path);
  if (!existsSync(path)) {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // SQLite would go by the umask; its side files take over the mode of the file itself.
    closeSync(openSync(path, 'a', 0o600));
  }
  return translate(path, () => {
    const db = new Database(path, { timeout: 10_000 });
    try {
      db.pragma('page_size = 8192');
      db.pragma('journal_mode = WAL');
      db.pragma('synchronous = NORMAL');
      db.pragma('cache_size = -16000');
      db.pragma('journal_size_limit = 16000000');
      // One who only reads must not wait for the one who writes.
      if (versionOf(db) !== CATALOG_VERSION) {
        const told = db.transaction(() => prepareTables(db, path)).immediate();
        if (told !== null) log('warn', told);
      }
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/**
 * Work in a transaction that writes. It says so at its beginning: one that reads first, and finds that another process has written meanwhile, could
 * only be given up.
 */
export function writing<A extends readonly unknown[], R>(db: Db, work: (...args: A) => R): (...args: A) => R {
  return (...args) => db.transaction(() => work(...args)).immediate();
}

/** Nothing is written: an empty one stands for one that is missing. */
function openToRead(path: string): Db {
  return translate(path, () => {
    const db = new Database(existsSync(path) ? path : ':memory:', { timeout: 10_000 });
    try {
      const version = versionOf(db);
      if (version > 0 && version < CATALOG_VERSION) throw migrationNeeded(path, version);
      if (version !== CATALOG_VERSION) prepareTables(db, path);
      // One that is opened for reading alone would leave its side files behind.
      db.pragma('query_only = ON');
      return db;
    } catch (error) {
      db.close();
      throw error;
    }
  });
}

/** Runs database work and turns SQLite's errors into ours. `what`: the file's part, for people. */
export function translate<T>(path: string, work: () => T, what = 'catalog'): T {
  try {
    return work();
  } catch (cause) {
    const code = cause instanceof Database.SqliteError ? cause.code : '';
    // SHMSIZE: the small file that readers and writer share could not grow.
    if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE') {
      throw new HayrickError(
        'DISK_FULL',
        `No room left to write ${path}. Free some space and run the command again; nothing that was committed is lost.`,
        { cause },
      );
    }
    if (code === 'SQLITE_CORRUPT' || code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT_')) {
      throw new HayrickError(
        'CATALOG_DAMAGED',
        `The ${what} ${path} is damaged. Move it away and run rebuild_index: it is made again from the sources with the same ids.`,
        { cause },
      );
    }
    if (code.startsWith('SQLITE_BUSY')) {
      throw new HayrickError(
        'LOCKED',
        `The ${what} ${path} is being written by another process. Wait for it, or give --wait.`,
        { cause },
      );
    }
    if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code === 'SQLITE_PERM') {
      throw new HayrickError(
        'ENGINE_FAILED',
        `The ${what} ${path} cannot be opened for writing. Check that its folder belongs to you and that its disk is not read-only.`,
        { cause },
      );
    }
    if (code !== '') {
      throw new HayrickError(
        'ENGINE_FAILED',
        `SQLite failed on the ${what} ${path}: ${String(cause)}. Check the disk and the folder's permissions, then run the command again.`,
        { cause },
      );
    }
    throw cause;
  }
}

function versionOf(db: Db): number {
  return Number(db.pragma('user_version', { simple: true }));
}

/** Answers what is to be told of it. */
function prepareTables(db: Db, path: string): string | null {
  const version = versionOf(db);
  if (version > CATALOG_VERSION) {
    throw new HayrickError(
      'CATALOG_TOO_NEW',
      `The catalog ${path} was written by a newer Hayrick (its format is ${version}, this one knows ${CATALOG_VERSION}). Use that version, or name another dataDir.`,
    );
  }
  // Another process has done it meanwhile.
  if (version === CATALOG_VERSION) return null;
  if (version !== 0) {
    const backup = migrateTables(db, path, version);
    return `The catalog ${path} had the format ${version} of an older Hayrick and was brought to ${CATALOG_VERSION}. As it was it is kept as ${backup}: delete that when you are sure.`;
  }
  db.exec(CATALOG_DDL);
  db.prepare('INSERT INTO meta VALUES(?, ?)').run('site', randomUUID().slice(0, 8));
  db.prepare('INSERT INTO meta VALUES(?, ?)').run('seq', '0');
  db.pragma(`user_version = ${CATALOG_VERSION}`);
  return null;
}
