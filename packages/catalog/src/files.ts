import type { FileRecord, FoundFile, SourceKind, SourceRecord } from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import type { Db } from './open.ts';
import { type FileRow, fileRecord } from './rows.ts';
import type { Sequence } from './sequence.ts';

export interface Files {
  source(archive: string, kind: SourceKind, path: string): SourceRecord;
  sources(): SourceRecord[];
  files(source: number): FileRecord[];
  put(source: number, files: readonly FoundFile[], restart: boolean): number[];
  rename(file: number, name: string): void;
  complete(files: readonly number[]): void;
  lose(files: readonly number[]): void;
  dropLost(archives: readonly string[]): number;
}

export function prepareFiles(db: Db, sequence: Sequence, copies: Copies): Files {
  const findSource = db.prepare<[string, string], SourceRecord>(
    'SELECT key, archive, kind, path FROM source WHERE archive = ? AND path = ?',
  );
  const addSource = db.prepare<[string, string, string]>(
    'INSERT INTO source(archive, kind, path) VALUES(?, ?, ?)',
  );
  const setKind = db.prepare<[string, number]>('UPDATE source SET kind = ? WHERE key = ?');
  const allSources = db.prepare<[], SourceRecord>('SELECT key, archive, kind, path FROM source ORDER BY key');
  const filesOf = db.prepare<[number, number], FileRow>(
    `SELECT f.*, coalesce(c.first, 0) AS first, coalesce(c.further, 0) AS further,
       (SELECT count(*) FROM quarantine q WHERE q.file = f.key AND q.connection = '') AS quarantined
     FROM file f LEFT JOIN (
       SELECT p.file, sum(m.home_file = p.file AND m.home_offset = p.offset AND q.key IS NULL) AS first,
         sum(NOT (m.home_file = p.file AND m.home_offset = p.offset) AND q.key IS NULL) AS further
       FROM place p JOIN message m ON m.key = p.message
       LEFT JOIN quarantine q ON q.file = p.file AND q.offset = p.offset AND q.connection = ''
       WHERE p.file IN (SELECT key FROM file WHERE source = ?) GROUP BY p.file) c ON c.file = f.key
     WHERE f.source = ? ORDER BY f.name`,
  );
  filesOf.safeIntegers();
  const putFile = db.prepare<(bigint | number | string)[], { key: number }>(
    `INSERT INTO file(source, name, device, inode, size, mtime_ns, compression, tail, looked_at)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT(source, name) DO UPDATE SET device = excluded.device, inode = excluded.inode, size = excluded.size,
       mtime_ns = excluded.mtime_ns, compression = excluded.compression, tail = excluded.tail,
       looked_at = excluded.looked_at, complete = 0 RETURNING key`,
  );
  const restartFile = db.prepare<[number]>('UPDATE file SET read_to = 0, round = round + 1 WHERE key = ?');
  const renameFile = db.prepare<[string, number]>('UPDATE file SET name = ? WHERE key = ?');
  const completeFile = db.prepare<[number]>('UPDATE file SET complete = 1 WHERE key = ?');
  const stale = db.prepare<[number], { offset: number; message: number; archive: string }>(
    `SELECT p.offset, p.message, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.file = ? AND f.round > 1 AND p.round < f.round`,
  );
  const ofFile = db.prepare<[number], { offset: number; message: number; archive: string }>(
    `SELECT p.offset, p.message, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.file = ?`,
  );
  const removePlace = db.prepare<[number, number]>('DELETE FROM place WHERE file = ? AND offset = ?');
  const removeFile = db.prepare<[number]>('DELETE FROM file WHERE key = ?');
  const removeQuarantine = db.prepare<[number]>('DELETE FROM quarantine WHERE file = ?');
  const lostOf = db.prepare<[string], { message: number }>('SELECT message FROM lost WHERE archive = ?');
  const dropLost = db.prepare<[string]>('DELETE FROM lost WHERE archive = ?');
  const quarantinedIn = db.prepare<[number], { message: number }>(
    'SELECT p.message FROM quarantine q JOIN place p ON p.file = q.file AND p.offset = q.offset WHERE q.file = ?',
  );

  function source(archive: string, kind: SourceKind, path: string): SourceRecord {
    const known = findSource.get(archive, path);
    if (known === undefined) {
      addSource.run(archive, kind, path);
    } else if (known.kind !== kind) {
      setKind.run(kind, known.key);
    }
    const record = findSource.get(archive, path);
    if (record === undefined) throw new TypeError('a source that was just written is missing');
    return record;
  }

  /** What could not be indexed of the file is tried again, wherever it will be found. */
  function release(file: number): void {
    for (const { message } of quarantinedIn.all(file)) copies.logAgain(message);
    removeQuarantine.run(file);
  }

  function loseAll(
    file: number,
    gone: readonly { offset: number; message: number; archive: string }[],
  ): void {
    for (const { offset, message, archive } of gone) {
      removePlace.run(file, offset);
      copies.afterLoss(message, archive);
    }
  }

  return {
    source,
    sources: () => allSources.all(),
    files: (key) => filesOf.all(key, key).map(fileRecord),
    put: db.transaction((key: number, files: readonly FoundFile[], restart: boolean) => {
      sequence.begin();
      const keys = files.map((f) => {
        const row = putFile.get(
          key,
          f.name,
          f.device,
          f.inode,
          f.size,
          f.mtimeNs,
          f.compression,
          f.tail,
          f.lookedAt,
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
    rename: (file, name) => void renameFile.run(name, file),
    complete: db.transaction((files: readonly number[]) => {
      sequence.begin();
      for (const file of files) {
        loseAll(file, stale.all(file));
        completeFile.run(file);
      }
      sequence.store();
    }),
    lose: db.transaction((files: readonly number[]) => {
      sequence.begin();
      for (const file of files) {
        release(file);
        loseAll(file, ofFile.all(file));
        removeFile.run(file);
      }
      sequence.store();
    }),
    dropLost: db.transaction((archives: readonly string[]) => {
      sequence.begin();
      let dropped = 0;
      for (const archive of archives) {
        const messages = lostOf.all(archive);
        dropLost.run(archive);
        for (const { message } of messages) {
          copies.logAgain(message);
          dropped++;
        }
      }
      sequence.store();
      return dropped;
    }),
  };
}
