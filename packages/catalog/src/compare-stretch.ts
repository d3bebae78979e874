import type { ReadStretch, ScanDifference, ScannedMessage } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { addressText, stringsText } from './rows.ts';

/** What was read of files, compared with what the catalog says of them. */
export interface Comparison {
  compare(stretch: ReadStretch): ScanDifference[];
  /** Takes over what messages say of themselves. */
  correct(messages: readonly ScannedMessage[]): void;
}

interface PlaceRow {
  readonly offset: number;
  readonly length: number;
  readonly size: number;
  readonly received: number;
  readonly id: Buffer;
  readonly mid: string;
  readonly subject: string;
  readonly sender: string;
  readonly filenames: string | null;
  readonly refs: string | null;
  readonly date_header: number | null;
}

export function prepareComparison(db: Db): Comparison {
  const places = db.prepare<[number, number, number], PlaceRow>(
    `SELECT p.offset, p.length, p.size, p.received, m.id, m.mid, m.subject, m.sender, m.filenames, m.refs, m.date_header
     FROM place p JOIN message m ON m.key = p.message WHERE p.file = ? AND p.offset >= ? AND p.offset < ? ORDER BY p.offset`,
  );
  const elsewhere = db.prepare<[Buffer, number], number>(
    'SELECT 1 FROM place p JOIN message m ON m.key = p.message WHERE m.id = +? AND p.file = +? LIMIT 1',
  );
  const aside = db.prepare<[number, number], number>(
    "SELECT 1 FROM quarantine WHERE file = ? AND offset = ? AND connection = '' LIMIT 1",
  );
  const correct = db.prepare<(string | number | null | Buffer)[]>(
    'UPDATE message SET mid = ?, subject = ?, sender = ?, filenames = ?, refs = ?, date_header = ? WHERE id = ?',
  );

  function different(row: PlaceRow, message: ScannedMessage): ScanDifference['what'] | null {
    const { length, size, received, identity } = message;
    if (row.length !== length || row.size !== size || row.received !== received) return 'place';
    const same =
      row.mid === identity.messageId &&
      row.subject === identity.subject &&
      row.sender === addressText(identity.from) &&
      row.filenames === stringsText(identity.filenames) &&
      row.refs === stringsText(identity.references) &&
      row.date_header === identity.dateHeader;
    return same ? null : 'facts';
  }

  return {
    compare({ file, from, to, messages }) {
      const found: ScanDifference[] = [];
      const read = new Map(messages.map((message) => [message.offset, message]));
      const told = (what: ScanDifference['what'], row: PlaceRow, detail: string) =>
        found.push({ what, id: row.id.toString('hex'), messageId: row.mid, offset: row.offset, detail });
      for (const row of places.iterate(file, from, to ?? Number.MAX_SAFE_INTEGER)) {
        const message = read.get(row.offset);
        if (message === undefined) {
          told('place', row, 'no message begins at its place');
          continue;
        }
        if (message.identity.id !== row.id.toString('hex')) {
          told('place', row, 'another message is at its place');
          continue;
        }
        read.delete(row.offset);
        const what = different(row, message);
        if (what === 'place') told(what, row, 'length, size or arrival of its copy are others');
        if (what === 'facts') told(what, row, 'what the catalog says of it is not what it says itself');
      }
      // What the catalog has elsewhere in the file was told of there.
      for (const { offset, identity } of read.values()) {
        const id = Buffer.from(identity.id, 'hex');
        if (elsewhere.get(id, file) !== undefined || aside.get(file, offset) !== undefined) continue;
        const { messageId } = identity;
        const detail = 'the catalog does not know this copy';
        found.push({ what: 'unknown', id: identity.id, messageId, offset, detail });
      }
      return found;
    },
    correct: (messages) => {
      db.transaction(() => {
        for (const { identity } of messages) {
          const { messageId, subject, from, filenames, references, dateHeader, id } = identity;
          correct.run(
            messageId,
            subject,
            addressText(from),
            stringsText(filenames),
            stringsText(references),
            dateHeader,
            Buffer.from(id, 'hex'),
          );
        }
      }).immediate();
    },
  };
}
