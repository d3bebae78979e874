import { chooseDates, type ExpectedMessage, LEFT_OUT } from '@hayrick/core/catalog';
import type { Db } from './open.ts';

/** Messages as the indexes should have them. */
export interface Expected {
  behind(after: string | null, limit: number): ExpectedMessage[];
  of(ids: readonly string[]): ExpectedMessage[];
  noteDigests(documents: readonly { readonly id: string; readonly digest: number }[]): void;
}

interface Row {
  readonly key: number;
  readonly id: Buffer;
  readonly mid: string;
  readonly seq: number;
  readonly date_header: number | null;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  readonly home_file: number | null;
  readonly home_offset: number | null;
  readonly digest: number | null;
  readonly archive: string | null;
  readonly path: string | null;
  /** 1: the first copy is there and is one of this message. */
  readonly home: number;
  readonly copies: number;
  readonly lost: number;
  readonly earliest: number | null;
  readonly smallest: number | null;
  readonly aside: number;
}

const COLUMNS = `m.key, m.id, m.mid, m.seq, m.date_header, m.date, m.received, m.size, m.home_file, m.home_offset, d.digest, s.archive,
  s.path || CASE f.name WHEN '' THEN '' ELSE '/' || f.name END AS path, h.message IS m.key AS home,
  (SELECT count(*) FROM place WHERE message = m.key) AS copies, (SELECT count(*) FROM lost WHERE message = m.key) AS lost,
  (SELECT min(received) FROM place WHERE message = m.key) AS earliest, (SELECT min(size) FROM place WHERE message = m.key) AS smallest,
  EXISTS (SELECT 1 FROM quarantine q WHERE q.file = m.home_file AND q.offset = m.home_offset) AS aside
  FROM message m LEFT JOIN document d ON d.message = m.key LEFT JOIN file f ON f.key = m.home_file
  LEFT JOIN source s ON s.key = f.source LEFT JOIN place h ON h.file = m.home_file AND h.offset = m.home_offset`;

export function prepareExpected(db: Db): Expected {
  const next = db.prepare<[Buffer, number], Row>(`SELECT ${COLUMNS} WHERE m.id > ? ORDER BY m.id LIMIT ?`);
  const one = db.prepare<[Buffer], Row>(`SELECT ${COLUMNS} WHERE m.id = +?`);
  const archives = db
    .prepare<[number, number], string>(
      `SELECT s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source WHERE p.message = +?
       UNION SELECT archive FROM lost WHERE message = ? ORDER BY 1`,
    )
    .pluck();
  const note = db.prepare<[number, Buffer]>(
    'INSERT OR REPLACE INTO document(message, digest) SELECT key, ? FROM message WHERE id = ?',
  );

  function expected(row: Row): ExpectedMessage {
    const { key, id, mid: messageId, seq, date, received, size, digest, archive, path } = row;
    const single = row.copies === 1 && row.lost === 0 && row.home === 1 && archive !== null;
    return {
      key,
      id: id.toString('hex'),
      messageId,
      seq,
      date,
      received,
      size,
      digest,
      archives: single ? [archive] : row.copies + row.lost === 0 ? [] : archives.all(key, key),
      setAside: row.aside === 1 || digest === LEFT_OUT,
      place:
        archive === null || path === null || row.home_offset === null
          ? null
          : { archive, path, offset: row.home_offset },
      wrong: wrongIn(row),
    };
  }

  return {
    behind: (after, limit) =>
      next.all(after === null ? Buffer.alloc(0) : Buffer.from(after, 'hex'), limit).map(expected),
    of: (ids) =>
      ids.flatMap((id) => {
        const row = one.get(Buffer.from(id, 'hex'));
        return row === undefined ? [] : [expected(row)];
      }),
    noteDigests: (documents) => {
      db.transaction(() => {
        for (const { id, digest } of documents) note.run(digest, Buffer.from(id, 'hex'));
      }).immediate();
    },
  };
}

function wrongIn(row: Row): string | null {
  if (row.home_file === null) return row.copies === 0 ? null : 'it has copies and no first one';
  if (row.home === 0) return 'its first copy is not where the catalog has it';
  if (row.earliest !== row.received) return 'its arrival is not that of its earliest copy';
  if (row.smallest !== row.size) return 'its size is not that of its smallest copy';
  const { date } = chooseDates({
    dateHeader: row.date_header,
    receivedHeader: row.received,
    placeDate: null,
  });
  return date === row.date ? null : 'its date does not follow from its Date header and its arrival';
}
