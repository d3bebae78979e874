import { dirname } from 'node:path';
import { type Change, type DeclaredField, syncToDisk, type WriteOutcome } from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { type Db, settle, tuneForLoading, tuneForServing } from './database.ts';
import { INDEX_INDEXES } from './ddl.ts';
import type { ThreadCalls } from './thread-protocol.ts';
import { prepareWriter } from './write.ts';

/** Documents a transaction of a bulk load: a kill costs at most these, and FTS5 starts a segment with each. */
const COMMIT_EVERY = 5_000;

type Loader = Pick<ThreadCalls, 'write' | 'finish' | 'close'>;

/** Fills a new generation: long transactions, no indexes until the end. `write` answers the seq that is safely applied. */
export function openLoader(path: string, fields: readonly DeclaredField[]): Loader {
  const db = new Database(path);
  tuneForLoading(db);
  const setApplied = prepareApplied(db);
  let applied = readApplied(db);
  let open: { readonly writer: ReturnType<typeof prepareWriter>; documents: number } | null = null;

  function commit(): void {
    if (open === null) return;
    db.exec('COMMIT');
    open = null;
  }

  return {
    write(changes: Iterable<Change>, upTo: number) {
      if (open === null) {
        db.exec('BEGIN IMMEDIATE');
        open = { writer: prepareWriter(db, fields, false), documents: 0 };
      }
      let outcome: WriteOutcome;
      try {
        outcome = open.writer.apply(changes);
        setApplied(upTo);
      } catch (error) {
        if (db.inTransaction) db.exec('ROLLBACK');
        open = null;
        throw error;
      }
      open.documents += outcome.added + outcome.updated;
      if (open.documents >= COMMIT_EVERY) {
        commit();
        applied = upTo;
      }
      return { outcome, applied };
    },
    finish() {
      commit();
      db.transaction(() => {
        settle(db);
        db.exec(INDEX_INDEXES);
        db.prepare("INSERT OR REPLACE INTO meta VALUES('finished', '1')").run();
      })();
      applied = readApplied(db);
      db.exec('ANALYZE');
      db.pragma('locking_mode = NORMAL');
      tuneForServing(db);
      db.close();
      syncToDisk(path);
      syncToDisk(dirname(path));
    },
    close() {
      if (db.open && db.inTransaction) db.exec('COMMIT');
      db.close();
    },
  };
}

/** Writes into a generation that is served: one transaction a batch. */
export function openUpdater(
  path: string,
  fields: readonly DeclaredField[],
): Pick<ThreadCalls, 'write' | 'finish' | 'close'> {
  const db = new Database(path, { timeout: 10_000, fileMustExist: true });
  tuneForServing(db);
  const setApplied = prepareApplied(db);
  return {
    write(changes, upTo) {
      const outcome = db
        .transaction(() => {
          const done = prepareWriter(db, fields, true).apply(changes);
          setApplied(upTo);
          return done;
        })
        .immediate();
      return { outcome, applied: upTo };
    },
    finish() {
      db.pragma('wal_checkpoint(TRUNCATE)');
    },
    close: () => void db.close(),
  };
}

function prepareApplied(db: Db): (seq: number) => void {
  const statement = db.prepare<[string]>("INSERT OR REPLACE INTO meta VALUES('applied', ?)");
  return (seq) => void statement.run(String(seq));
}

function readApplied(db: Db): number {
  return Number(
    db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'applied'").get()?.value ?? 0,
  );
}
