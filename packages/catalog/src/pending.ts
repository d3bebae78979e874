import type { ArrivalSpan, Pending } from '@hayrick/core/catalog';
import { type Db, writing } from './open.ts';
import type { Sequence } from './sequence.ts';

/** What of the log has not come to a connection yet. */
export interface PendingLog {
  count(after: number, span: ArrivalSpan | null): Pending;
  postpone(after: number, span: ArrivalSpan): Map<string, number>;
}

interface PendingRow {
  readonly key: number;
  readonly seq: number;
  /** Of the first copy, unless that is in quarantine. */
  readonly archive: string | null;
}

/** Messages that are put into the log anew at a time: so many are held in memory. */
const PAGE = 10_000;
/** Held somewhere, or lost and not dropped yet: else it is to be removed. */
const HELD = '(m.home_file IS NOT NULL OR EXISTS (SELECT 1 FROM lost WHERE message = m.key))';

export function preparePending(db: Db, sequence: Sequence): PendingLog {
  const count = db.prepare<[number, number, number], Pending>(
    `SELECT total(held AND inside) AS puts, total(NOT held) AS removals, total(held AND NOT inside) AS skipped FROM (
       SELECT ${HELD} AS held, m.received BETWEEN ? AND ? AS inside FROM message m WHERE m.seq > ?)`,
  );
  const outside = db.prepare<[number, number, number, number, number], PendingRow>(
    `SELECT m.key, m.seq, CASE WHEN q.key IS NULL THEN s.archive END AS archive FROM message m
     LEFT JOIN file f ON f.key = m.home_file LEFT JOIN source s ON s.key = f.source
     LEFT JOIN quarantine q ON q.file = m.home_file AND q.offset = m.home_offset AND q.connection = ''
     WHERE m.seq > ? AND m.seq <= ? AND NOT m.received BETWEEN ? AND ? AND ${HELD} ORDER BY m.seq LIMIT ?`,
  );
  const again = db.prepare<[number, number]>('UPDATE message SET seq = ? WHERE key = ?');

  return {
    count: (after, span) => {
      const { from, to } = bounds(span);
      return count.get(from, to, after) ?? { puts: 0, removals: 0, skipped: 0 };
    },
    postpone: writing(db, (after: number, span: ArrivalSpan) => {
      const { from, to } = bounds(span);
      const archives = new Map<string, number>();
      sequence.begin();
      const head = sequence.head();
      for (let at = after; ; ) {
        const page = outside.all(at, head, from, to, PAGE);
        for (const { key, archive } of page) {
          again.run(sequence.next(), key);
          if (archive !== null) archives.set(archive, (archives.get(archive) ?? 0) + 1);
        }
        const last = page.at(-1);
        if (last === undefined) break;
        at = last.seq;
      }
      sequence.store();
      return archives;
    }),
  };
}

function bounds(span: ArrivalSpan | null): { readonly from: number; readonly to: number } {
  return {
    from: span?.from ?? Number.MIN_SAFE_INTEGER,
    to: span?.to ?? Number.MAX_SAFE_INTEGER,
  };
}
