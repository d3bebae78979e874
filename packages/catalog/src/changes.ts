import type { Compression, MessageHomes, PendingChange, PlaceFile, SourceKind } from '@hayrick/core/catalog';
import { LEFT_OUT } from '@hayrick/core/catalog';
import type { Db } from './open.ts';

interface ChangeRow {
  readonly key: number;
  readonly id: Buffer;
  readonly seq: number;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  readonly home_file: number | null;
  readonly home_offset: number | null;
  readonly length: number | null;
  readonly object: Buffer | null;
  readonly copies: number;
}

interface HomeRow {
  readonly key: number;
  readonly seq: number;
  readonly date: number;
  readonly home_file: number;
  readonly home_offset: number;
  readonly copies: number;
}

export interface Changes {
  after(seq: number, limit: number): PendingChange[];
  removed(seq: number, limit: number): { readonly seq: number; readonly id: string }[];
  ofFile(file: number, afterOffset: number, limit: number): PendingChange[];
  byArchive(seq: number): Map<string, number>;
  leftOut(seq: number): Map<string, number>;
  filesToRead(after: number, limit: number): PlaceFile[];
  file(key: number): PlaceFile | null;
  ranks(last: number | null): Uint32Array;
  homes(): MessageHomes;
  keysOf(ids: readonly string[]): (number | null)[];
}

const COPIES = `(SELECT count(*) FROM place WHERE message = m.key) + (SELECT count(*) FROM lost WHERE message = m.key) AS copies`;

const COLUMNS = `m.key, m.id, m.seq, m.date, m.received, m.size, m.home_file, m.home_offset, p.length, p.object,
  ${COPIES}`;

export function prepareChanges(db: Db): Changes {
  const bySeq = db.prepare<[number, number], ChangeRow>(
    `SELECT ${COLUMNS} FROM message m LEFT JOIN place p ON p.file = m.home_file AND p.offset = m.home_offset
     WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
  );
  const removed = db.prepare<[number, number], { seq: number; id: Buffer }>(
    `SELECT seq, id FROM message m WHERE seq > ? AND home_file IS NULL
       AND NOT EXISTS (SELECT 1 FROM lost WHERE message = m.key) ORDER BY seq LIMIT ?`,
  );
  const byFile = db.prepare<[number, number, number], ChangeRow>(
    `SELECT ${COLUMNS} FROM place p JOIN message m ON m.key = p.message AND m.home_file = p.file AND m.home_offset = p.offset
     WHERE p.file = ? AND p.offset > ? ORDER BY p.offset LIMIT ?`,
  );
  const fileColumns =
    'f.key, s.archive, s.kind, s.path, f.name, f.compression FROM file f JOIN source s ON s.key = f.source';
  const files = db.prepare<[number, number], PlaceFile>(
    `SELECT ${fileColumns} WHERE f.key > ? AND EXISTS (SELECT 1 FROM place WHERE file = f.key) ORDER BY f.key LIMIT ?`,
  );
  const oneFile = db.prepare<
    [number],
    { archive: string; kind: SourceKind; path: string; name: string; key: number; compression: Compression }
  >(`SELECT ${fileColumns} WHERE f.key = ?`);
  const archives = db.prepare<[number, number], { archive: string }>(
    `SELECT s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source WHERE p.message = +?
     UNION SELECT archive FROM lost WHERE message = ? ORDER BY 1`,
  );
  const byArchive = db.prepare<[number], { archive: string; n: number }>(
    `SELECT s.archive, count(*) AS n FROM message m JOIN file f ON f.key = m.home_file JOIN source s ON s.key = f.source
     LEFT JOIN quarantine q ON q.file = m.home_file AND q.offset = m.home_offset AND q.connection = ''
     WHERE m.seq > ? AND q.key IS NULL GROUP BY s.archive`,
  );
  const leftOut = db.prepare<[number, number], { archive: string; n: number }>(
    `SELECT s.archive, count(*) AS n FROM document d JOIN message m ON m.key = d.message JOIN file f ON f.key = m.home_file
     JOIN source s ON s.key = f.source WHERE d.digest = ? AND m.seq > ? GROUP BY s.archive`,
  );

  const newest = db.prepare<[], { top: number | null }>('SELECT max(key) AS top FROM message');
  const inOrder = db.prepare<[], { key: number }>('SELECT key FROM message ORDER BY date, id');
  const atHome = db.prepare<[], HomeRow>(
    `SELECT m.key, m.seq, m.date, m.home_file, m.home_offset, ${COPIES} FROM message m WHERE m.home_file IS NOT NULL`,
  );
  const keyOf = db.prepare<[Buffer], { key: number }>('SELECT key FROM message WHERE id = ?');

  /** @param archiveOfFile within one call only: the key of a lost file may be given to another */
  function archivesOf(row: ChangeRow, archiveOfFile: Map<number, string>): readonly string[] {
    if (row.copies === 1 && row.home_file !== null) {
      const known = archiveOfFile.get(row.home_file) ?? oneFile.get(row.home_file)?.archive;
      if (known !== undefined) {
        archiveOfFile.set(row.home_file, known);
        return [known];
      }
    }
    return archives.all(row.key, row.key).map((a) => a.archive);
  }

  function changes(rows: readonly ChangeRow[]): PendingChange[] {
    const archiveOfFile = new Map<number, string>();
    return rows.map((row) => change(row, archivesOf(row, archiveOfFile)));
  }

  function change(row: ChangeRow, of: readonly string[]): PendingChange {
    const { home_file: file, home_offset: offset, length } = row;
    return {
      seq: row.seq,
      key: row.key,
      id: row.id.toString('hex'),
      date: row.date,
      received: row.received,
      size: row.size,
      archives: of,
      place:
        file === null || offset === null || length === null
          ? null
          : { file, offset, length, object: row.object?.toString('hex') ?? null },
    };
  }

  return {
    after: (seq, limit) => changes(bySeq.all(seq, limit)),
    removed: (after, limit) =>
      removed.all(after, limit).map(({ seq, id }) => ({ seq, id: id.toString('hex') })),
    ofFile: (file, afterOffset, limit) => changes(byFile.all(file, afterOffset, limit)),
    byArchive: (seq) => new Map(byArchive.all(seq).map(({ archive, n }) => [archive, n])),
    leftOut: (seq) => new Map(leftOut.all(LEFT_OUT, seq).map(({ archive, n }) => [archive, n])),
    filesToRead: (after, limit) => files.all(after, limit),
    file: (key) => oneFile.get(key) ?? null,
    ranks(last) {
      const top = last ?? newest.get()?.top ?? 0;
      const ranks = new Uint32Array(top + 1);
      let rank = 0;
      for (const { key } of inOrder.iterate()) if (key <= top) ranks[key] = ++rank;
      return ranks;
    },
    homes() {
      const length = (newest.get()?.top ?? 0) + 1;
      const numbers = () => new Float64Array(length);
      const homes = { seqs: numbers(), dates: numbers(), files: numbers(), offsets: numbers() };
      const sole = new Uint8Array(length);
      for (const { key, seq, date, home_file: file, home_offset: offset, copies } of atHome.iterate()) {
        homes.seqs[key] = seq;
        homes.dates[key] = date;
        homes.files[key] = file;
        homes.offsets[key] = offset;
        if (copies === 1) sole[key] = 1;
      }
      return { ...homes, sole };
    },
    keysOf: (ids) => ids.map((id) => keyOf.get(Buffer.from(id, 'hex'))?.key ?? null),
  };
}
