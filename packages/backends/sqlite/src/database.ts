import { HayrickError } from '@hayrick/core/backend';
import Database from 'better-sqlite3';

export type Db = Database.Database;

/** Runs database work and turns SQLite's errors into ours. */
export function translate<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    throw translated(path, cause);
  }
}

function translated(path: string, cause: unknown): unknown {
  if (!(cause instanceof Database.SqliteError)) return cause;
  const { code } = cause;
  if (code === 'SQLITE_FULL') {
    return new HayrickError(
      'DISK_FULL',
      `No room left to write ${path}. Free some space and run the command again; what was committed is kept.`,
      { cause },
    );
  }
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new HayrickError(
      'INDEX_DAMAGED',
      `The index ${path} is damaged. Run rebuild_index: it is made again from the sources.`,
      { cause },
    );
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new HayrickError('LOCKED', `The index ${path} is being written by another process.`, { cause });
  }
  return new HayrickError(
    'ENGINE_FAILED',
    `SQLite failed on ${path}: ${cause.message}. Check the folder and its permissions, then run the command again.`,
    { cause },
  );
}

/** A generation being loaded: nothing else reads it, and a kill loses it back to its last commit only. */
export function tuneForLoading(db: Db): void {
  db.pragma('journal_mode = TRUNCATE');
  db.pragma('synchronous = OFF');
  db.pragma('locking_mode = EXCLUSIVE');
  db.pragma('cache_size = -16000');
  db.pragma('temp_store = MEMORY');
  for (const table of FTS_TABLES) {
    setFts(db, table, 'hashsize', table === 'words' ? 4 << 20 : 1 << 20);
    setFts(db, table, 'automerge', 0);
    setFts(db, table, 'crisismerge', 1999);
  }
}

/** A live generation: WAL, so readers are never blocked. Merging is left to small steps inside commits. */
export function tuneForServing(db: Db): void {
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = NORMAL');
  db.pragma('cache_size = -32000');
  db.pragma('journal_size_limit = 16000000');
}

/** After a load: one segment a table, and the settings of a served index, kept in the index itself. */
export function settle(db: Db): void {
  for (const table of FTS_TABLES) {
    db.exec(`INSERT INTO ${table}(${table}) VALUES('optimize')`);
    setFts(db, table, 'hashsize', 4 << 20);
    setFts(db, table, 'automerge', 4);
    setFts(db, table, 'crisismerge', 64);
  }
}

const FTS_TABLES = ['words', 'aside', 'patch', 'keywords'] as const;

/** Options are whole numbers, and numbers are bound as fractions: so written out. */
function setFts(db: Db, table: (typeof FTS_TABLES)[number], name: string, value: number): void {
  db.exec(`INSERT INTO ${table}(${table}, rank) VALUES('${name}', ${value})`);
}
