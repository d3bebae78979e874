import { chooseDates } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import type { Sequence } from './sequence.ts';
import type { Tally } from './tally.ts';

/** What happens to a message when its copies come and go. In the caller's transaction, between the sequence's begin and store. */
export interface Copies {
  /** The place row is gone already: the archive is remembered as lost unless another copy is in it, and the home moves on. */
  afterLoss(message: number, archive: string): void;
  /** The place row is gone already, and what stood there was only the torn beginning of what stands there now: nothing is kept. */
  afterReplacement(message: number): void;
  /** Brings arrival, size and date in line with the copies that are there; a message that changes by it is logged. */
  refresh(message: number): void;
  /** Puts the message into the log anew. */
  logAgain(message: number): void;
}

interface Facts {
  readonly date_header: number | null;
  readonly received: number;
  readonly size: number;
  readonly earliest: number | null;
  readonly smallest: number | null;
}

export function prepareCopies(db: Db, sequence: Sequence, tally: Tally): Copies {
  const held = db.prepare<[number, string], { n: number }>(
    `SELECT 1 AS n FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
     WHERE p.message = +? AND s.archive = +? LIMIT 1`,
  );
  const lose = db.prepare<[number, string]>('INSERT OR IGNORE INTO lost(message, archive) VALUES(?, ?)');
  const home = db.prepare<[number], { home_file: number | null; home_offset: number | null }>(
    'SELECT home_file, home_offset FROM message WHERE key = ?',
  );
  const there = db.prepare<[number, number, number], { n: number }>(
    'SELECT 1 AS n FROM place WHERE file = ? AND offset = ? AND message = ?',
  );
  const next = db.prepare<[number], { file: number; offset: number }>(
    'SELECT file, offset FROM place WHERE message = ? ORDER BY file, offset LIMIT 1',
  );
  const move = db.prepare<[number | null, number | null, number]>(
    'UPDATE message SET home_file = ?, home_offset = ? WHERE key = ?',
  );
  const facts = db.prepare<[number, number], Facts>(
    `SELECT m.date_header, m.received, m.size, p.earliest, p.smallest FROM message m,
       (SELECT min(received) AS earliest, min(size) AS smallest FROM place WHERE message = ?) p WHERE m.key = ?`,
  );
  const change = db.prepare<[number, number, number, number, number]>(
    'UPDATE message SET date = ?, received = ?, size = ?, seq = ? WHERE key = ?',
  );
  const log = db.prepare<[number, number]>('UPDATE message SET seq = ? WHERE key = ?');

  function moveHome(message: number): void {
    const at = home.get(message);
    if (at === undefined || at.home_file === null || at.home_offset === null) return;
    if (there.get(at.home_file, at.home_offset, message) !== undefined) return;
    const other = next.get(message);
    move.run(other?.file ?? null, other?.offset ?? null, message);
    tally.homes(at.home_file, -1);
    tally.homes(other?.file ?? null, 1);
  }

  function refresh(message: number): void {
    const known = facts.get(message, message);
    // Without a copy it stays what it was until it is dropped.
    if (known === undefined || known.earliest === null || known.smallest === null) return;
    const { date_header: dateHeader, earliest, smallest } = known;
    if (earliest === known.received && smallest === known.size) return;
    const { date } = chooseDates({ dateHeader, receivedHeader: earliest, placeDate: null });
    change.run(date, earliest, smallest, sequence.next(), message);
  }

  const logAgain = (message: number) => void log.run(sequence.next(), message);

  return {
    afterLoss(message, archive) {
      if (held.get(message, archive) === undefined) {
        lose.run(message, archive);
        tally.held(archive, -1);
      }
      moveHome(message);
      refresh(message);
    },
    afterReplacement(message) {
      moveHome(message);
      refresh(message);
      logAgain(message);
    },
    refresh,
    logAgain,
  };
}
