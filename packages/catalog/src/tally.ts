import type { ArchiveCounts, FileCounts, SourceCounts } from '@hayrick/core/catalog';
import type { Db } from './open.ts';

/**
 * How many copies of messages each source holds, and of how many messages the first one: kept as they come and go, so that a run that finds
 * nothing to do need not count them. In the caller's transaction.
 */
export interface Tally {
  /** Forgets what was not stored: its transaction failed. */
  begin(): void;
  /** So many copies came to a file, or went. */
  copies(file: number, by: number): void;
  /** An archive came to hold a message, or does so no more. */
  held(archive: string, by: number): void;
  /** The first copy of so many messages came to a file, or went; null is nowhere. */
  homes(file: number | null, by: number): void;
  store(): void;
  /** Of every source. */
  counts(): SourceCounts[];
  archives(): ArchiveCounts[];
}

interface Change {
  copies: number;
  homes: number;
}

interface SourceRow extends FileCounts {
  readonly homes: number;
  readonly source: number;
  readonly archive: string;
}

export function prepareTally(db: Db): Tally {
  const add = db.prepare<[number, number, number]>(
    'UPDATE source SET copies = copies + ?, homes = homes + ? WHERE key = (SELECT source FROM file WHERE key = ?)',
  );
  const all = db.prepare<[], SourceRow>(
    'SELECT key AS source, archive, homes, homes AS first, copies - homes AS further, 0 AS quarantined FROM source ORDER BY key',
  );
  // A message that could not be indexed has a place as well: it counts once, here; one of which nobody is to be told any more, nowhere.
  const quarantined = db.prepare<[], { source: number; n: number; first: number; further: number }>(
    `SELECT f.source, total(q.dropped = 0) AS n, total(m.home_file = q.file AND m.home_offset = q.offset) AS first,
       total(p.message IS NOT NULL AND (m.home_file IS NOT q.file OR m.home_offset IS NOT q.offset)) AS further
     FROM quarantine q JOIN file f ON f.key = q.file LEFT JOIN place p ON p.file = q.file AND p.offset = q.offset
     LEFT JOIN message m ON m.key = p.message WHERE q.connection = '' GROUP BY f.source`,
  );
  const addHeld = db.prepare<[string, number]>(
    'INSERT INTO held VALUES(?, ?) ON CONFLICT DO UPDATE SET messages = messages + excluded.messages',
  );
  const archives = db.prepare<[], ArchiveCounts>(
    `SELECT h.archive, h.messages, coalesce(r.n, 0) AS sameMessageId FROM held h LEFT JOIN (
       SELECT s.archive, count(*) AS n FROM repeated_mid r CROSS JOIN message m ON m.mid = r.mid
       JOIN file f ON f.key = m.home_file JOIN source s ON s.key = f.source
       WHERE EXISTS (SELECT 1 FROM message o WHERE o.mid = m.mid AND o.key <> m.key AND o.home_file IS NOT NULL)
       GROUP BY s.archive) r ON r.archive = h.archive`,
  );
  const changes = new Map<number, Change>();
  const held = new Map<string, number>();

  function changeOf(file: number): Change {
    const known = changes.get(file);
    if (known !== undefined) return known;
    const change = { copies: 0, homes: 0 };
    changes.set(file, change);
    return change;
  }

  return {
    begin() {
      changes.clear();
      held.clear();
    },
    held(archive, by) {
      held.set(archive, (held.get(archive) ?? 0) + by);
    },
    copies(file, by) {
      changeOf(file).copies += by;
    },
    homes(file, by) {
      if (file !== null) changeOf(file).homes += by;
    },
    store() {
      for (const [file, { copies, homes }] of changes) {
        if (copies !== 0 || homes !== 0) add.run(copies, homes, file);
      }
      changes.clear();
      for (const [archive, by] of held) if (by !== 0) addHeld.run(archive, by);
      held.clear();
    },
    archives: () => archives.all(),
    counts() {
      const aside = new Map(quarantined.all().map((row) => [row.source, row]));
      return all.all().map((row) => {
        const without = aside.get(row.source);
        if (without === undefined) return row;
        return {
          ...row,
          first: row.first - without.first,
          further: row.further - without.further,
          quarantined: without.n,
        };
      });
    },
  };
}
