// Hot: a few statements a message. bench: update.
import { chooseDates, type ScanBatch, type ScannedMessage, type ScanOutcome } from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import type { Db } from './open.ts';
import { addressText, stringsText } from './rows.ts';
import type { Sequence } from './sequence.ts';

interface KnownMessage {
  readonly key: number;
  readonly date_header: number | null;
  readonly received: number;
  readonly size: number;
  readonly home_file: number | null;
  readonly home_offset: number | null;
}

interface FileRound {
  readonly round: number;
  readonly archive: string;
}

/** What a scanned message was found to be. */
type Place = Exclude<keyof ScanOutcome, 'quarantined'>;

export type Recorder = (batches: readonly ScanBatch[]) => ScanOutcome;

/** Statements for recording batches of scanned messages; the answer runs one transaction a call. */
export function prepareRecorder(db: Db, sequence: Sequence, copies: Copies, now: () => number): Recorder {
  const fileRound = db.prepare<[number], FileRound>(
    'SELECT f.round, s.archive FROM file f JOIN source s ON s.key = f.source WHERE f.key = ?',
  );
  const advance = db.prepare<[number, number]>('UPDATE file SET read_to = max(read_to, ?) WHERE key = ?');
  const find = db.prepare<[Buffer], KnownMessage>(
    'SELECT key, date_header, received, size, home_file, home_offset FROM message WHERE id = ?',
  );
  const insert = db.prepare<(Buffer | string | number | null)[]>(
    `INSERT INTO message(id, mid, subject, sender, filenames, refs, date_header, date, received, size, home_file, home_offset, seq)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const change = db.prepare<[number, number, number, number, number]>(
    'UPDATE message SET date = ?, received = ?, size = ?, seq = ? WHERE key = ?',
  );
  const rehome = db.prepare<[number, number, number]>(
    'UPDATE message SET home_file = ?, home_offset = ? WHERE key = ?',
  );
  const placeAt = db.prepare<[number, number], { message: number; length: number; round: number }>(
    'SELECT message, length, round FROM place WHERE file = ? AND offset = ?',
  );
  const unseenIn = db.prepare<[number, number, number], { offset: number }>(
    'SELECT offset FROM place WHERE message = ? AND file = ? AND round < ? ORDER BY offset LIMIT 1',
  );
  const removePlace = db.prepare<[number, number]>('DELETE FROM place WHERE file = ? AND offset = ?');
  const place = db.prepare<number[]>(
    'INSERT OR REPLACE INTO place(file, offset, length, message, received, size, round) VALUES(?, ?, ?, ?, ?, ?, ?)',
  );
  const heldIn = db.prepare<[number, string, number, string], { n: number }>(
    `SELECT 1 AS n FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.message = ? AND s.archive = ? UNION ALL SELECT 1 FROM lost WHERE message = ? AND archive = ? LIMIT 1`,
  );
  const unlose = db.prepare<[number, string]>('DELETE FROM lost WHERE message = ? AND archive = ?');
  const quarantine = db.prepare<(number | string)[]>(
    `INSERT INTO quarantine(file, offset, length, reason, at) VALUES(?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET length = excluded.length, reason = excluded.reason`,
  );
  const release = db.prepare<[number, number]>(
    "DELETE FROM quarantine WHERE file = ? AND offset = ? AND connection = ''",
  );

  function addMessage(file: number, scanned: ScannedMessage): number {
    const { identity, offset, received, size } = scanned;
    const { date } = chooseDates({
      dateHeader: identity.dateHeader,
      receivedHeader: received,
      placeDate: null,
    });
    const { lastInsertRowid } = insert.run(
      Buffer.from(identity.id, 'hex'),
      identity.messageId,
      identity.subject,
      addressText(identity.from),
      stringsText(identity.filenames),
      stringsText(identity.references),
      identity.dateHeader,
      date,
      received,
      size,
      file,
      offset,
      sequence.next(),
    );
    return Number(lastInsertRowid);
  }

  /** A message the catalog knows, in a place where it was not: it moved within its file, came back, or is a further copy. */
  function addCopy(
    file: number,
    { round, archive }: FileRound,
    known: KnownMessage,
    scanned: ScannedMessage,
  ): Place {
    const { offset, length, received, size } = scanned;
    const moved = unseenIn.get(known.key, file, round);
    const newArchive = heldIn.get(known.key, archive, known.key, archive) === undefined;
    if (moved !== undefined) removePlace.run(file, moved.offset);
    place.run(file, offset, length, known.key, received, size, round);
    unlose.run(known.key, archive);
    const wasHome =
      known.home_file === null ||
      (moved !== undefined && known.home_file === file && known.home_offset === moved.offset);
    if (wasHome || standsBefore(file, offset, known)) rehome.run(file, offset, known.key);
    const earliest = Math.min(known.received, received);
    const smallest = Math.min(known.size, size);
    if (newArchive || earliest !== known.received || smallest !== known.size) {
      const { date } = chooseDates({
        dateHeader: known.date_header,
        receivedHeader: earliest,
        placeDate: null,
      });
      change.run(date, earliest, smallest, sequence.next(), known.key);
    }
    if (!wasHome) return 'duplicates';
    return known.home_file === null && newArchive ? 'added' : 'unchanged';
  }

  function recordMessage(file: number, at: FileRound, scanned: ScannedMessage): Place {
    const { identity, offset, length, received, size } = scanned;
    const known = find.get(Buffer.from(identity.id, 'hex'));
    const there = placeAt.get(file, offset);
    if (known !== undefined && there?.message === known.key) {
      if (there.round !== at.round || there.length !== length) {
        place.run(file, offset, length, known.key, received, size, at.round);
      }
      return known.home_file === file && known.home_offset === offset ? 'unchanged' : 'duplicates';
    }
    if (there !== undefined) {
      removePlace.run(file, offset);
      if (there.round === at.round) copies.afterReplacement(there.message);
      else copies.afterLoss(there.message, at.archive);
    }
    if (known !== undefined) return addCopy(file, at, known, scanned);
    const key = addMessage(file, scanned);
    place.run(file, offset, length, key, received, size, at.round);
    return 'added';
  }

  return db.transaction((batches: readonly ScanBatch[]): ScanOutcome => {
    const counts = { added: 0, unchanged: 0, duplicates: 0, quarantined: 0 };
    sequence.begin();
    for (const batch of batches) {
      const at = fileRound.get(batch.file) ?? { round: 1, archive: '' };
      for (const scanned of batch.messages) {
        counts[recordMessage(batch.file, at, scanned)]++;
        release.run(batch.file, scanned.offset);
      }
      for (const { offset, length, reason } of batch.quarantine) {
        quarantine.run(batch.file, offset, length, reason, Math.floor(now() / 1000));
        counts.quarantined++;
      }
      advance.run(batch.readTo, batch.file);
    }
    sequence.store();
    return counts;
  });
}

/** The home is the first copy in the order of files, whichever thread reads it first: so counts by archive do not depend on chance. */
function standsBefore(file: number, offset: number, { home_file, home_offset }: KnownMessage): boolean {
  if (home_file === null || home_offset === null) return true;
  return file < home_file || (file === home_file && offset < home_offset);
}
