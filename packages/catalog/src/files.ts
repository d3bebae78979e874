import {
  type FileRecord,
  type FoundFile,
  isSettled,
  type SourceKind,
  type SourceRecord,
} from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import { type Db, writing } from './open.ts';
import { type FileRow, fileRecord } from './rows.ts';
import type { Sequence } from './sequence.ts';
import type { Tally } from './tally.ts';

export interface Files {
  source(archive: string, kind: SourceKind, path: string): SourceRecord;
  sources(): SourceRecord[];
  archives(): string[];
  files(source: number, after: string | null, limit: number): FileRecord[];
  filesNamed(source: number, names: readonly string[]): (FileRecord | null)[];
  openFiles(source: number, after: string | null, limit: number): FileRecord[];
  unknownNames(source: number, names: readonly string[]): string[];
  countFiles(source: number, beginning: string): number;
  put(source: number, files: readonly FoundFile[], restart: boolean): number[];
  move(file: number, source: number, name: string): void;
  settle(source: number, files: readonly FoundFile[]): void;
  complete(files: readonly number[]): void;
  lose(files: readonly number[]): void;
  loseSource(source: number): void;
  dropLost(archives: readonly string[]): number;
}

interface LostPlace {
  readonly offset: number;
  readonly message: number;
  readonly archive: string;
}

/** Places, messages or files that are taken out at a time: so many are held in memory. */
const PAGE = 10_000;

export function prepareFiles(db: Db, sequence: Sequence, copies: Copies, tally: Tally): Files {
  const findSource = db.prepare<[string, string, string], SourceRecord>(
    'SELECT key, archive, kind, path FROM source WHERE archive = ? AND kind = ? AND path = ?',
  );
  const addSource = db.prepare<[string, string, string]>(
    'INSERT INTO source(archive, kind, path) VALUES(?, ?, ?)',
  );
  const allSources = db.prepare<[], SourceRecord>('SELECT key, archive, kind, path FROM source ORDER BY key');
  // The least one behind each: an index is hopped along, however many are lost.
  const archives = db.prepare<[], { archive: string }>(
    `WITH RECURSIVE gone(archive) AS (SELECT min(archive) FROM lost UNION ALL
       SELECT (SELECT min(archive) FROM lost WHERE archive > gone.archive) FROM gone WHERE gone.archive IS NOT NULL)
     SELECT archive FROM source UNION SELECT archive FROM gone WHERE archive IS NOT NULL ORDER BY 1`,
  );
  const columns = `key, name, device, inode, size, mtime_ns, compression, tail, looked_at, read_to, complete`;
  const filesAfter = db.prepare<[number, string, number], FileRow>(
    `SELECT ${columns} FROM file WHERE source = ? AND name >= ? ORDER BY name LIMIT ?`,
  );
  filesAfter.safeIntegers();
  const fileNamed = db.prepare<[number, string], FileRow>(
    `SELECT ${columns} FROM file WHERE source = ? AND name = ?`,
  );
  fileNamed.safeIntegers();
  const openAfter = db.prepare<[number, string, number], FileRow>(
    `SELECT ${columns} FROM file WHERE source = ? AND (complete = 0 OR settled = 0) AND name >= ? ORDER BY name LIMIT ?`,
  );
  openAfter.safeIntegers();
  const countFiles = db.prepare<[number, string, string], { n: number }>(
    'SELECT count(*) AS n FROM file WHERE source = ? AND name >= ? AND name < ?',
  );
  const isKnown = db.prepare<[number, string], { n: number }>(
    'SELECT 1 AS n FROM file WHERE source = ? AND name = ?',
  );
  const putFile = db.prepare<(bigint | number | string)[], { key: number }>(
    `INSERT INTO file(source, name, device, inode, size, mtime_ns, compression, tail, looked_at, settled)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(source, name) DO UPDATE SET device = excluded.device, inode = excluded.inode, size = excluded.size,
       mtime_ns = excluded.mtime_ns, compression = excluded.compression, tail = excluded.tail,
       looked_at = excluded.looked_at, settled = excluded.settled, complete = 0 RETURNING key`,
  );
  const settleFile = db.prepare<(bigint | number | string)[]>(
    'UPDATE file SET device = ?, inode = ?, looked_at = ?, settled = ? WHERE source = ? AND name = ?',
  );
  const restartFile = db.prepare<[number]>('UPDATE file SET read_to = 0, round = round + 1 WHERE key = ?');
  const moveFile = db.prepare<[number, string, number]>('UPDATE file SET source = ?, name = ? WHERE key = ?');
  const moved = db.prepare<[number], { source: number; copies: number; homes: number }>(
    `SELECT f.source, count(*) AS copies, total(m.home_file = p.file AND m.home_offset = p.offset) AS homes
     FROM file f JOIN place p ON p.file = f.key JOIN message m ON m.key = p.message WHERE f.key = ? GROUP BY f.source`,
  );
  const addCounts = db.prepare<[number, number, number]>(
    'UPDATE source SET copies = copies + ?, homes = homes + ? WHERE key = ?',
  );
  const completeFile = db.prepare<[number]>('UPDATE file SET complete = 1 WHERE key = ?');
  const stale = db.prepare<[number, number], LostPlace>(
    `SELECT p.offset, p.message, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.file = ? AND f.round > 1 AND p.round < f.round LIMIT ?`,
  );
  const ofFile = db.prepare<[number, number], LostPlace>(
    `SELECT p.offset, p.message, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.file = ? LIMIT ?`,
  );
  const removePlace = db.prepare<[number, number]>('DELETE FROM place WHERE file = ? AND offset = ?');
  const removeFile = db.prepare<[number]>('DELETE FROM file WHERE key = ?');
  const removeQuarantine = db.prepare<[number]>('DELETE FROM quarantine WHERE file = ?');
  const removeFolders = db.prepare<[number]>('DELETE FROM folder WHERE source = ?');
  const removeSource = db.prepare<[number]>('DELETE FROM source WHERE key = ?');
  const someFiles = db.prepare<[number, number], { key: number }>(
    'SELECT key FROM file WHERE source = ? LIMIT ?',
  );
  const lostOf = db.prepare<[string, number], { message: number }>(
    'SELECT message FROM lost WHERE archive = ? LIMIT ?',
  );
  const dropLost = db.prepare<[number, string]>('DELETE FROM lost WHERE message = ? AND archive = ?');
  const quarantinedIn = db.prepare<[number], { message: number }>(
    'SELECT p.message FROM quarantine q JOIN place p ON p.file = q.file AND p.offset = q.offset WHERE q.file = ?',
  );

  function source(archive: string, kind: SourceKind, path: string): SourceRecord {
    const known = findSource.get(archive, kind, path);
    if (known !== undefined) return known;
    addSource.run(archive, kind, path);
    const record = findSource.get(archive, kind, path);
    if (record === undefined) throw new TypeError('a source that was just written is missing');
    return record;
  }

  /** What could not be indexed of the file is tried again, wherever it will be found. */
  function release(file: number): void {
    for (const { message } of quarantinedIn.all(file)) copies.logAgain(message);
    removeQuarantine.run(file);
  }

  function losePlaces(file: number, some: () => readonly LostPlace[]): void {
    for (let page = some(); page.length > 0; page = some()) {
      for (const { offset, message, archive } of page) {
        removePlace.run(file, offset);
        tally.copies(file, -1);
        copies.afterLoss(message, archive);
      }
    }
  }

  const lose = writing(db, (files: readonly number[]) => {
    sequence.begin();
    tally.begin();
    for (const file of files) {
      release(file);
      losePlaces(file, () => ofFile.all(file, PAGE));
      // The file tells which source it was in.
      tally.store();
      removeFile.run(file);
    }
    sequence.store();
  });

  return {
    source,
    sources: () => allSources.all(),
    archives: () => archives.all().map((row) => row.archive),
    files: (key, after, limit) => filesAfter.all(key, firstBehind(after), limit).map(fileRecord),
    filesNamed: (key, names) =>
      names.map((name) => {
        const row = fileNamed.get(key, name);
        return row === undefined ? null : fileRecord(row);
      }),
    openFiles: (key, after, limit) => openAfter.all(key, firstBehind(after), limit).map(fileRecord),
    unknownNames: (key, names) => names.filter((name) => isKnown.get(key, name) === undefined),
    countFiles: (key, beginning) => countFiles.get(key, beginning, `${beginning}\u{10ffff}`)?.n ?? 0,
    put: writing(db, (key: number, files: readonly FoundFile[], restart: boolean) => {
      sequence.begin();
      const keys = files.map((f) => {
        const { name, device, inode, size, mtimeNs, compression, tail, lookedAt } = f;
        const settled = isSettled(f) ? 1 : 0;
        const row = putFile.get(
          key,
          name,
          device,
          inode,
          size,
          mtimeNs,
          compression,
          tail,
          lookedAt,
          settled,
        );
        const file = row?.key ?? 0;
        if (restart) {
          restartFile.run(file);
          release(file);
        }
        return file;
      });
      sequence.store();
      return keys;
    }),
    move: writing(db, (file: number, to: number, name: string) => {
      const at = moved.get(file);
      moveFile.run(to, name, file);
      if (at === undefined || at.source === to) return;
      addCounts.run(-at.copies, -at.homes, at.source);
      addCounts.run(at.copies, at.homes, to);
    }),
    settle: writing(db, (key: number, files: readonly FoundFile[]) => {
      for (const f of files) settleFile.run(f.device, f.inode, f.lookedAt, isSettled(f) ? 1 : 0, key, f.name);
    }),
    complete: writing(db, (files: readonly number[]) => {
      sequence.begin();
      tally.begin();
      for (const file of files) {
        losePlaces(file, () => stale.all(file, PAGE));
        completeFile.run(file);
      }
      tally.store();
      sequence.store();
    }),
    lose,
    loseSource(key) {
      for (let some = someFiles.all(key, PAGE); some.length > 0; some = someFiles.all(key, PAGE)) {
        lose(some.map((file) => file.key));
      }
      removeFolders.run(key);
      removeSource.run(key);
    },
    dropLost: writing(db, (archives: readonly string[]) => {
      sequence.begin();
      let dropped = 0;
      for (const archive of archives) {
        for (let some = lostOf.all(archive, PAGE); some.length > 0; some = lostOf.all(archive, PAGE)) {
          for (const { message } of some) {
            dropLost.run(message, archive);
            copies.logAgain(message);
            dropped++;
          }
        }
      }
      sequence.store();
      return dropped;
    }),
  };
}

/** The least name behind this one. The file that is a whole source has the empty name. */
function firstBehind(name: string | null): string {
  return name === null ? '' : `${name}\0`;
}
