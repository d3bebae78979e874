// Hot: a few statements a message. bench: update.
import {
  chooseDates,
  type FreshMessage,
  type ScanBatch,
  type ScannedMessage,
  type ScanOutcome,
} from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import { type Db, writing } from './open.ts';
import { addressText, stringsText } from './rows.ts';
import type { Sequence } from './sequence.ts';
import type { Tally } from './tally.ts';

interface KnownMessage {
  readonly key: number;
  readonly received: number;
  readonly size: number;
  readonly home_file: number | null;
  readonly home_offset: number | null;
}

interface FileRound {
  readonly round: number;
  readonly archive: string;
}

interface PlaceThere {
  readonly message: number;
  readonly length: number;
  readonly round: number;
  readonly received: number;
  readonly size: number;
}

/** Copies whose place was taken are remembered at offsets from here on, which no file has: 1 PiB. */
const ASIDE = 2 ** 50;

/** What a scanned message was found to be. */
type Place = 'added' | 'unchanged' | 'duplicates';

export type Recorder = (batches: readonly ScanBatch[]) => ScanOutcome;

/** Statements for recording batches of scanned messages; the answer runs one transaction a call. */
export function prepareRecorder(
  db: Db,
  sequence: Sequence,
  copies: Copies,
  tally: Tally,
  now: () => number,
): Recorder {
  const fileRound = db.prepare<[number], FileRound>(
    'SELECT f.round, s.archive FROM file f JOIN source s ON s.key = f.source WHERE f.key = ?',
  );
  const advance = db.prepare<[number, number]>('UPDATE file SET read_to = max(read_to, ?) WHERE key = ?');
  const find = db.prepare<[Buffer], KnownMessage>(
    'SELECT key, received, size, home_file, home_offset FROM message WHERE id = ?',
  );
  const insert = db.prepare<(Buffer | string | number | null)[]>(
    `INSERT INTO message(id, mid, subject, sender, filenames, refs, date_header, date, received, size, home_file, home_offset, seq)
     VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  const rehome = db.prepare<[number, number, number]>(
    'UPDATE message SET home_file = ?, home_offset = ? WHERE key = ?',
  );
  const placeAt = db.prepare<[number, number], PlaceThere>(
    'SELECT message, length, round, received, size FROM place WHERE file = ? AND offset = ?',
  );
  const unseenIn = db.prepare<[number, number, number], { offset: number }>(
    'SELECT offset FROM place WHERE message = ? AND file = ? AND round < ? ORDER BY offset LIMIT 1',
  );
  const aside = db.prepare<[{ file: number; offset: number }], { offset: number }>(
    `UPDATE place SET offset = (SELECT max(max(offset) + 1, ${ASIDE}) FROM place WHERE file = @file)
     WHERE file = @file AND offset = @offset RETURNING offset`,
  );
  const rehomeAside = db.prepare<[number, number, number, number]>(
    'UPDATE message SET home_offset = ? WHERE key = ? AND home_file = ? AND home_offset = ?',
  );
  const removePlace = db.prepare<[number, number]>('DELETE FROM place WHERE file = ? AND offset = ?');
  const place = db.prepare<(number | Buffer | null)[]>(
    'INSERT OR REPLACE INTO place(file, offset, length, message, received, size, round, object) VALUES(?, ?, ?, ?, ?, ?, ?, ?)',
  );
  const placedIn = db.prepare<[number, string], { n: number }>(
    `SELECT 1 AS n FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.message = +? AND s.archive = +? LIMIT 1`,
  );
  const lostIn = db.prepare<[number, string], { n: number }>(
    'SELECT 1 AS n FROM lost WHERE message = ? AND archive = ?',
  );
  const bears = db.prepare<[string], { n: number }>('SELECT 1 AS n FROM message WHERE mid = ? LIMIT 1');
  const repeat = db.prepare<[string]>('INSERT OR IGNORE INTO repeated_mid VALUES(?)');
  const unlose = db.prepare<[number, string]>('DELETE FROM lost WHERE message = ? AND archive = ?');
  const quarantine = db.prepare<(number | string | Buffer | null)[]>(
    `INSERT INTO quarantine(file, offset, length, reason, at, object) VALUES(?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET length = excluded.length, reason = excluded.reason, object = excluded.object,
       dropped = dropped AND length = excluded.length`,
  );
  const release = db.prepare<[number, number]>(
    "DELETE FROM quarantine WHERE file = ? AND offset = ? AND connection = ''",
  );

  function addMessage(file: number, scanned: ScannedMessage): FreshMessage {
    const { identity, offset, received, size } = scanned;
    const { date } = chooseDates({
      dateHeader: identity.dateHeader,
      receivedHeader: received,
      placeDate: null,
    });
    if (bears.get(identity.messageId) !== undefined) repeat.run(identity.messageId);
    const seq = sequence.next();
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
      seq,
    );
    tally.homes(file, 1);
    return { key: Number(lastInsertRowid), seq };
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
    const held = placedIn.get(known.key, archive) !== undefined;
    const newArchive = !held && lostIn.get(known.key, archive) === undefined;
    if (!held) tally.held(archive, 1);
    const returned = known.home_file === null;
    if (moved !== undefined) removePlace.run(file, moved.offset);
    else tally.copies(file, 1);
    place.run(file, offset, length, known.key, received, size, round, objectOf(scanned));
    unlose.run(known.key, archive);
    const wasHome =
      known.home_file === null ||
      (moved !== undefined && known.home_file === file && known.home_offset === moved.offset);
    const before = standsBefore(file, offset, known);
    if (wasHome || before) {
      rehome.run(file, offset, known.key);
      tally.homes(known.home_file, -1);
      tally.homes(file, 1);
    }
    if (received !== known.received || size !== known.size) copies.refresh(known.key);
    // While it was nowhere it could be given to nobody: those who asked for it then were passed over. And what is indexed is the first copy.
    if (newArchive || returned || (before && !wasHome)) copies.logAgain(known.key);
    if (!wasHome) return 'duplicates';
    return returned && newArchive ? 'added' : 'unchanged';
  }

  /**
   * Another message stands where a copy stood before the file was written anew. That copy may follow further on in the file, so it is
   * set aside behind the end of any file, until it is seen again or the file is read to its end.
   */
  function setAside(file: number, offset: number, message: number): void {
    const away = aside.get({ file, offset });
    if (away !== undefined) rehomeAside.run(away.offset, message, file, offset);
  }

  function recordMessage(file: number, at: FileRound, scanned: ScannedMessage): Place | FreshMessage {
    const { identity, offset, length, received, size } = scanned;
    const id = Buffer.from(identity.id, 'hex');
    const known = find.get(id);
    const there = placeAt.get(file, offset);
    if (known !== undefined && there?.message === known.key) {
      const moved = there.received !== received || there.size !== size;
      if (moved || there.round !== at.round || there.length !== length) {
        place.run(file, offset, length, known.key, received, size, at.round, objectOf(scanned));
      }
      if (moved) copies.refresh(known.key);
      return known.home_file === file && known.home_offset === offset ? 'unchanged' : 'duplicates';
    }
    if (there !== undefined) {
      if (there.round === at.round) {
        removePlace.run(file, offset);
        tally.copies(file, -1);
        if (placedIn.get(there.message, at.archive) === undefined) tally.held(at.archive, -1);
        copies.afterReplacement(there.message);
      } else {
        setAside(file, offset, there.message);
      }
    }
    if (known !== undefined) return addCopy(file, at, known, scanned);
    const fresh = addMessage(file, scanned);
    place.run(file, offset, length, fresh.key, received, size, at.round, objectOf(scanned));
    tally.copies(file, 1);
    tally.held(at.archive, 1);
    return fresh;
  }

  return writing(db, (batches: readonly ScanBatch[]): ScanOutcome => {
    const counts = { added: 0, unchanged: 0, duplicates: 0, quarantined: 0 };
    const fresh: (FreshMessage | null)[] = [];
    sequence.begin();
    tally.begin();
    for (const batch of batches) {
      const at = fileRound.get(batch.file) ?? { round: 1, archive: '' };
      for (const scanned of batch.messages) {
        const found = recordMessage(batch.file, at, scanned);
        counts[typeof found === 'string' ? found : 'added']++;
        fresh.push(typeof found === 'string' ? null : found);
        // It could not be read or made into a document before: it is to be tried again.
        if (release.run(batch.file, scanned.offset).changes === 0) continue;
        const there = placeAt.get(batch.file, scanned.offset);
        if (there !== undefined) copies.logAgain(there.message);
      }
      for (const stretch of batch.quarantine) {
        const { offset, length, reason } = stretch;
        const at = Math.floor(now() / 1000);
        quarantine.run(batch.file, offset, length, reason, at, objectOf(stretch));
        counts.quarantined++;
      }
      advance.run(batch.readTo, batch.file);
    }
    tally.store();
    sequence.store();
    return { ...counts, fresh };
  });
}

function objectOf({ object }: { readonly object?: string | null | undefined }): Buffer | null {
  return object === undefined || object === null ? null : Buffer.from(object, 'hex');
}

/** The home is the first copy in the order of files, whichever thread reads it first: so counts by archive do not depend on chance. */
function standsBefore(file: number, offset: number, { home_file, home_offset }: KnownMessage): boolean {
  if (home_file === null || home_offset === null) return true;
  return file < home_file || (file === home_file && offset < home_offset);
}
