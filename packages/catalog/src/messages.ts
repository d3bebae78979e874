import type { MessageRecord } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { addressesOf, type MessageRow, type PlaceRow, placeRecord, stringsOf } from './rows.ts';

export interface Messages {
  byIds(ids: readonly string[]): MessageRecord[];
  byMessageId(messageId: string): MessageRecord[];
}

export function prepareMessages(db: Db): Messages {
  const columns = 'key, id, mid, subject, sender, filenames, date, received, size';
  const byId = db.prepare<[Buffer], MessageRow>(`SELECT ${columns} FROM message WHERE id = ?`);
  const byMid = db.prepare<[string], MessageRow>(
    `SELECT ${columns} FROM message WHERE mid = ? ORDER BY date, id`,
  );
  const places = db.prepare<[number], PlaceRow>(
    `SELECT s.archive, s.kind, s.path, f.name, f.compression, f.size || ':' || f.mtime_ns AS stamp,
       p.offset, p.length, p.object, p.received, p.size
     FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.message = ? ORDER BY p.file, p.offset`,
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

  return {
    byIds: (ids) =>
      ids.flatMap((id) => {
        const row = byId.get(Buffer.from(id, 'hex'));
        return row === undefined ? [] : [record(row)];
      }),
    byMessageId: (messageId) =>
      byMid
        .all(messageId)
        .map(record)
        .filter((m) => m.archives.length > 0),
  };
}
