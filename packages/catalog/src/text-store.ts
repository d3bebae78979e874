import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { join } from 'node:path';
import {
  type CurrentTextStore,
  HayrickError,
  type OpenTextStore,
  type TextBlock,
  type TextStore,
  withoutTexts,
} from '@hayrick/core/catalog';
import Database from 'better-sqlite3';
import { type Db, translate, writing } from './open.ts';

/** Raised with every change of the tables, of the blocks or of what is written into them. A store of another version is of no use. */
const VERSION = 1;

/** block: in the order in which they were made. holder: which blocks hold the text of a message, or parts of it. */
const DDL = `
CREATE TABLE meta(name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE block(key INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
CREATE TABLE holder(id BLOB NOT NULL, block INTEGER NOT NULL, PRIMARY KEY(id, block)) WITHOUT ROWID;
`;

/** Stores are numbered: the newest counts. One that is being built bears another ending. */
const LIVE = /^texts-(\d+)\.db$/;
const OURS = /^texts-\d+\./;

/** A text store in a SQLite file, in a folder of its own. */
export const openTextStore: OpenTextStore = async ({ folder, site, purpose, log }) => {
  const newest = currentTextStore(folder);
  if (purpose === 'read') {
    const db = newest === null ? null : openLive(join(folder, newest), site);
    return db === null || newest === null ? null : storeIn(db, join(folder, newest), null);
  }
  if (purpose === 'add' && newest !== null) {
    const path = join(folder, newest);
    const db = openLive(path, site);
    if (db !== null) return storeIn(db, path, null);
    log(
      'warn',
      `The kept texts in ${path} are damaged, or of another catalog or version. They are begun anew: until the next rebuild_index answers from packed files are slower.`,
    );
  }
  const number = Number(LIVE.exec(newest ?? '')?.[1] ?? 0) + 1;
  const path = join(folder, `texts-${number}.db`);
  const building = join(folder, `texts-${number}.building`);
  const lasting = purpose === 'begin' || purpose === 'go-on';
  const begun = purpose === 'go-on' ? openBegun(building, site) : null;
  if (begun === null) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    removeOthers(folder, newest === null ? [] : [newest]);
  }
  const db = begun ?? makeFile(building, site, lasting);
  const end: Ending = {
    commit() {
      finish(db, building);
      renameSync(building, path);
      sync(folder);
      removeOthers(folder, [`texts-${number}.db`]);
    },
    abandon() {
      db.close();
      if (!lasting) rmSync(building, { force: true });
    },
  };
  if (purpose !== 'add') return storeIn(db, building, end);
  translate(path, end.commit, WHAT);
  const added = openLive(path, site);
  return added === null ? null : storeIn(added, path, null);
};

/** The file name of the newest store in a folder. */
export const currentTextStore: CurrentTextStore = (folder) => {
  let newest = 0;
  for (const name of namesIn(folder)) newest = Math.max(newest, Number(LIVE.exec(name)?.[1] ?? 0));
  return newest === 0 ? null : `texts-${newest}.db`;
};

/** What is to be done with a store that was built anew. */
interface Ending {
  commit(): void;
  abandon(): void;
}

const WHAT = 'text store';

function storeIn(db: Db, path: string, ending: Ending | null): TextStore {
  const held = db.prepare<[Buffer], { block: number }>(
    'SELECT block FROM holder WHERE id = ? ORDER BY block',
  );
  const blockAt = db.prepare<[number], { bytes: Buffer }>('SELECT bytes FROM block WHERE key = ?');
  const addBlock = db.prepare<[Uint8Array]>('INSERT INTO block(bytes) VALUES(?)');
  const replaceBlock = db.prepare<[Uint8Array, number]>('UPDATE block SET bytes = ? WHERE key = ?');
  const removeBlock = db.prepare<[number]>('DELETE FROM block WHERE key = ?');
  const hold = db.prepare<[Buffer, number | bigint]>('INSERT OR IGNORE INTO holder(id, block) VALUES(?, ?)');
  const release = db.prepare<[Buffer]>('DELETE FROM holder WHERE id = ?');
  const getMeta = db.prepare<[string], { value: string }>('SELECT value FROM meta WHERE name = ?');
  const setMeta = db.prepare<[string, string]>('INSERT OR REPLACE INTO meta VALUES(?, ?)');
  let open = true;

  const put = writing(db, (blocks: readonly TextBlock[]) => {
    const ids = new Set(blocks.flatMap((block) => block.ids));
    const known = new Set([...ids].filter((id) => held.get(keyOf(id)) !== undefined));
    for (const block of blocks) {
      // A text that is there already would stay behind in this block when it is dropped.
      const fresh = block.ids.some((id) => known.has(id)) ? withoutTexts(block.bytes, known) : block;
      if (fresh === null) continue;
      const { lastInsertRowid } = addBlock.run(fresh.bytes);
      for (const id of fresh.ids) hold.run(keyOf(id), lastInsertRowid);
    }
  });

  const drop = writing(db, (ids: readonly string[], upTo: number) => {
    const gone = new Set(ids);
    const blocks = new Set(ids.flatMap((id) => held.all(keyOf(id)).map(({ block }) => block)));
    for (const key of blocks) {
      const left = withoutTexts(blockAt.get(key)?.bytes ?? new Uint8Array(), gone);
      if (left === null) removeBlock.run(key);
      else replaceBlock.run(left.bytes, key);
    }
    for (const id of ids) release.run(keyOf(id));
    setMeta.run('followed', String(upTo));
    return blocks.size;
  });

  function blocksOf(ids: readonly string[]): ReadonlyMap<string, readonly Uint8Array[]> {
    const bytes = new Map<number, Uint8Array>();
    const found = new Map<string, readonly Uint8Array[]>();
    for (const id of ids) {
      const blocks = held.all(keyOf(id)).map(({ block }) => {
        const known = bytes.get(block) ?? blockAt.get(block)?.bytes ?? new Uint8Array();
        bytes.set(block, known);
        return known;
      });
      if (blocks.length > 0) found.set(id, blocks);
    }
    return found;
  }

  const run = async <T>(work: () => T): Promise<T> => translate(path, work, WHAT);
  return {
    put: (blocks) => run(() => put(blocks)),
    blocksOf: (ids) => run(() => blocksOf(ids)),
    followed: () => run(() => Number(getMeta.get('followed')?.value ?? 0)),
    drop: (ids, upTo) =>
      run(() => {
        // What was written over may still stand in the log beside the file.
        if (drop(ids, upTo) > 0) db.pragma('wal_checkpoint(TRUNCATE)');
      }),
    commit: () =>
      run(() => {
        if (!open || ending === null) return;
        open = false;
        ending.commit();
      }),
    async close() {
      if (!open) return;
      open = false;
      if (ending === null) db.close();
      else ending.abandon();
    },
  };
}

function keyOf(id: string): Buffer {
  return Buffer.from(id, 'hex');
}

/** Null where it is no store that can be used. */
function openLive(path: string, site: string): Db | null {
  try {
    return translate(
      path,
      () => {
        const db = new Database(path, { timeout: 10_000, fileMustExist: true });
        try {
          if (isOf(db, site)) {
            db.pragma('synchronous = NORMAL');
            // What is dropped is written over.
            db.pragma('secure_delete = ON');
            db.pragma('journal_size_limit = 16000000');
            return db;
          }
        } catch (error) {
          db.close();
          throw error;
        }
        db.close();
        return null;
      },
      WHAT,
    );
  } catch (error) {
    if (error instanceof HayrickError && error.code === 'CATALOG_DAMAGED') return null;
    // Another one has taken its place since it was seen.
    if (!existsSync(path)) return null;
    throw error;
  }
}

function isOf(db: Db, site: string): boolean {
  if (Number(db.pragma('user_version', { simple: true })) !== VERSION) return false;
  const known = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'site'").get();
  return known?.value === site;
}

/** One that a dead process was building. Null where there is none that is whole: after a power failure it may not be. */
function openBegun(path: string, site: string): Db | null {
  if (!existsSync(path)) return null;
  try {
    const db = new Database(path, { fileMustExist: true });
    if (isOf(db, site) && db.pragma('quick_check(1)', { simple: true }) === 'ok') {
      db.pragma('synchronous = OFF');
      return db;
    }
    db.close();
  } catch {
    // It is no database any more, and nobody has seen it yet.
  }
  return null;
}

/**
 * Nobody sees it before it is whole, so nothing is synced.
 * @param lasting a process that is killed leaves it as it was behind some transaction; else a crash leaves a file that nobody looks at
 */
function makeFile(path: string, site: string, lasting: boolean): Db {
  return translate(
    path,
    () => {
      // SQLite would go by the umask; its side files take over the mode of the file itself.
      closeSync(openSync(path, 'w', 0o600));
      const db = new Database(path);
      db.pragma('page_size = 4096');
      db.pragma(`journal_mode = ${lasting ? 'WAL' : 'OFF'}`);
      db.pragma('synchronous = OFF');
      db.exec(DDL);
      db.prepare('INSERT INTO meta VALUES(?, ?)').run('site', site);
      db.pragma(`user_version = ${VERSION}`);
      return db;
    },
    WHAT,
  );
}

/** From here on it may be written to and read at the same time. */
function finish(db: Db, path: string): void {
  db.pragma('journal_mode = WAL');
  db.close();
  sync(path);
}

function sync(path: string): void {
  const descriptor = openSync(path, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

function removeOthers(folder: string, kept: readonly string[]): void {
  for (const name of namesIn(folder)) {
    const of = kept.some((one) => name === one || name.startsWith(`${one}-`));
    if (OURS.test(name) && !of) rmSync(join(folder, name), { force: true });
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
