import type { Address, MessageRecord, StoredField, StoredValues } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { addressesOf, type MessageRow, type PlaceRow, placeRecord, stringsOf } from './rows.ts';

export interface Messages {
  byIds(ids: readonly string[]): MessageRecord[];
  byMessageId(messageId: string): MessageRecord[];
  values(ids: readonly string[], field: StoredField): (readonly string[])[];
  valuesBehind(key: number, limit: number, field: StoredField): StoredValues[];
}

export function prepareMessages(db: Db): Messages {
  const columns = 'key, id, mid, subject, sender, filenames, date, received, size';
  const byId = db.prepare<[Buffer], MessageRow>(`SELECT ${columns} FROM message WHERE id = ?`);
  const byMid = db.prepare<[string], MessageRow>(
    `SELECT ${columns} FROM message WHERE mid = ? ORDER BY date, id`,
  );
  const places = db.prepare<[number], PlaceRow>(
    `SELECT s.archive, s.kind, s.path, f.name, f.compression,
       CASE WHEN p.round < f.round THEN '' ELSE f.size || ':' || f.mtime_ns END AS stamp, f.settled,
       p.offset, p.length, p.object, p.received, p.size
     FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.message = +? ORDER BY p.file, p.offset`,
  );
  const lost = db.prepare<[number], { archive: string }>('SELECT archive FROM lost WHERE message = ?');

  function record(row: MessageRow): MessageRecord {
    const there = places.all(row.key).map(placeRecord);
    const archives = new Set([...there.map((p) => p.archive), ...lost.all(row.key).map((l) => l.archive)]);
    return {
      key: row.key,
      id: row.id.toString('hex'),
      messageId: row.mid,
      subject: row.subject,
      from: addressesOf(row.sender),
      filenames: stringsOf(row.filenames),
      date: row.date,
      received: row.received,
      size: row.size,
      archives: [...archives].sort(),
      places: there,
    };
  }

  const stored = (field: StoredField) => {
    const { column, read } = STORED[field];
    const one = db.prepare<[Buffer], string | null>(`SELECT ${column} FROM message WHERE id = ?`).pluck();
    const next = db.prepare<[number, number], StoredRow>(
      `SELECT key, id, ${column} AS value FROM message WHERE key > ? ORDER BY key LIMIT ?`,
    );
    return { one, next, read };
  };
  const fields: Readonly<Record<StoredField, ReturnType<typeof stored>>> = {
    subject: stored('subject'),
    from: stored('from'),
    filename: stored('filename'),
    mid: stored('mid'),
  };

  return {
    values(ids, field) {
      const { one, read } = fields[field];
      return ids.map((id) => {
        const value = one.get(Buffer.from(id, 'hex'));
        return value === undefined ? [] : read(value);
      });
    },
    valuesBehind(key, limit, field) {
      const { next, read } = fields[field];
      return next.all(key, limit).map((row) => ({
        key: row.key,
        id: row.id.toString('hex'),
        values: read(row.value),
      }));
    },
    // One view of the file for all: to begin a reading for each statement takes a quarter of the time.
    byIds: db.transaction((ids: readonly string[]) =>
      ids.flatMap((id) => {
        const row = byId.get(Buffer.from(id, 'hex'));
        return row === undefined ? [] : [record(row)];
      }),
    ),
    byMessageId: (messageId) =>
      byMid
        .all(messageId)
        .map(record)
        .filter((m) => m.archives.length > 0),
  };
}

interface StoredRow {
  readonly key: number;
  readonly id: Buffer;
  readonly value: string | null;
}

const STORED: Readonly<
  Record<StoredField, { readonly column: string; readonly read: (value: string | null) => readonly string[] }>
> = {
  subject: { column: 'subject', read: (value) => [value ?? ''] },
  from: { column: 'sender', read: (value) => addressesOf(value ?? '[]').flatMap(spellings) },
  filename: { column: 'filenames', read: stringsOf },
  mid: { column: 'mid', read: (value) => [value ?? ''] },
};

/** As people may look for a sender. */
function spellings({ name, address }: Address): readonly string[] {
  return name === '' ? [address] : [name, address, `${name} <${address}>`];
}
