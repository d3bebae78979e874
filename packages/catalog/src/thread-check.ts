import { createLinkedNames, type ThreadDifference, type ThreadLinks } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { type LinkingRow, prepareNames } from './thread-names.ts';

interface MemberRow extends LinkingRow {
  readonly id: Buffer;
  readonly thread: number;
}

/** A name that links a message of a thread with nothing that is there. */
interface Loose {
  readonly name: string;
  readonly thread: number;
  readonly size: number;
  readonly member: ThreadDifference;
}

const OUTSIDE = 'it stands in a thread that nothing links it with';
const APART = 'it is not in the thread that it belongs to';

/**
 * Finds the messages that do not stand in their thread. A thread is right where the names of its members link all of them, each of these names is borne
 * by a member or kept as referred to by this thread, and in no other thread.
 */
export function prepareThreadCheck(db: Db): (links: ThreadLinks) => ThreadDifference[] {
  const namesOf = prepareNames(db);
  const progress = db.prepare<[], string>("SELECT value FROM meta WHERE name = 'threads'").pluck();
  const members = db.prepare<[], MemberRow>(
    `SELECT m.key, m.id, m.mid, m.refs, m.subject, t.thread FROM thread_member t JOIN message m ON m.key = t.message
     ORDER BY t.thread, t.message`,
  );
  const ghostsOf = db.prepare<[number], string>('SELECT mid FROM thread_ghost WHERE thread = ?').pluck();
  const held = 'm.home_file IS NOT NULL OR EXISTS (SELECT 1 FROM lost WHERE message = m.key)';
  const unthreaded = db.prepare<[number], { key: number; id: Buffer; mid: string; gone: number }>(
    `SELECT m.key, m.id, m.mid, t.message IS NOT NULL AS gone FROM message m LEFT JOIN thread_member t ON t.message = m.key
     WHERE m.seq <= ? AND (t.message IS NULL) = (${held}) ORDER BY m.key`,
  );
  const bearers = db.prepare<[{ mid: string }], { key: number; thread: number; size: number }>(
    `SELECT key, thread, (SELECT count(*) FROM thread_member o WHERE o.thread = b.thread) AS size FROM (
       SELECT m.key, t.thread FROM message m JOIN thread_member t ON t.message = m.key WHERE m.mid = @mid
       UNION ALL SELECT -1, thread FROM thread_ghost WHERE mid = @mid) b`,
  );
  const byKey = db.prepare<[number], { key: number; id: Buffer; mid: string }>(
    'SELECT key, id, mid FROM message WHERE key = ?',
  );
  const repeated = db
    .prepare<[], string>(
      `SELECT r.mid FROM repeated_mid r JOIN message m ON m.mid = r.mid JOIN thread_member t ON t.message = m.key
       GROUP BY r.mid HAVING count(DISTINCT t.thread) > 1`,
    )
    .pluck();

  return ({ bySubject }) => {
    const text = progress.get();
    const reached = text === undefined ? null : (JSON.parse(text) as ThreadLinks & { readonly seq: number });
    const sorted = [...new Set(bySubject)].sort();
    // Other links than the last time begin anew by themselves.
    if (reached === null || reached.bySubject.join('\n') !== sorted.join('\n')) return [];
    const names = namesOf(sorted);
    const wrong = new Map<number, ThreadDifference>();
    const loose: Loose[] = [];
    const tell = (row: { key: number; id: Buffer; mid: string }, detail: string) =>
      wrong.set(row.key, { key: row.key, id: row.id.toString('hex'), messageId: row.mid, detail });
    for (const row of unthreaded.all(reached.seq)) {
      tell(row, row.gone === 1 ? 'it is in a thread, and no archive holds it' : 'it is in no thread');
    }

    function checkThread(rows: readonly MemberRow[]): void {
      const [first] = rows;
      if (first === undefined) return;
      const linked = createLinkedNames();
      const linkers = new Map<number, MemberRow>();
      const owns = rows.map((row) => {
        const [own = '', ...others] = names(row);
        const number = linked.number(own);
        for (const other of others) {
          const named = linked.number(other);
          linked.link(number, named);
          if (!linkers.has(named)) linkers.set(named, row);
        }
        return number;
      });
      const groups = Map.groupBy(rows, (_, i) => linked.groupOf(owns[i] ?? 0));
      const largest = [...groups.values()].reduce((a, b) => (b.length > a.length ? b : a));
      const outside = new Set([...groups.values()].filter((group) => group !== largest).flat());
      for (const row of outside) tell(row, OUTSIDE);
      const borne = new Set(owns);
      const ghosts = new Set(ghostsOf.all(first.thread));
      for (const [number, name] of linked.names.entries()) {
        if (borne.has(number)) continue;
        const row = linkers.get(number);
        if (ghosts.delete(name) || row === undefined || outside.has(row)) continue;
        const member = { key: row.key, id: row.id.toString('hex'), messageId: row.mid, detail: APART };
        loose.push({ name, thread: first.thread, size: rows.length, member });
      }
      if (ghosts.size > 0 && outside.size === 0) {
        tell(first, 'its thread is linked with names that nothing in it refers to');
      }
    }

    let rows: MemberRow[] = [];
    for (const row of members.iterate()) {
      if (rows[0] !== undefined && rows[0].thread !== row.thread) {
        checkThread(rows);
        rows = [];
      }
      rows.push(row);
    }
    checkThread(rows);
    for (const { name, thread, size, member } of loose) {
      const others = bearers.all({ mid: name }).filter((one) => one.thread !== thread);
      // Who bears the name stands in the wrong thread, and was told of; or this one stands in the wrong one.
      if (others.some(({ key }) => wrong.has(key))) continue;
      if (others.length > 0 && others.every((other) => other.size < size && other.key !== -1)) {
        for (const { key } of others) tellByKey(key);
      } else wrong.set(member.key, member);
    }
    for (const mid of repeated.all()) {
      const all = bearers.all({ mid }).filter(({ key }) => key !== -1);
      if (all.some(({ key }) => wrong.has(key))) continue;
      const smallest = all.reduce((a, b) => (b.size < a.size ? b : a));
      tellByKey(smallest.key);
    }
    return [...wrong.values()].sort((a, b) => a.key - b.key);

    function tellByKey(key: number): void {
      const row = byKey.get(key);
      if (row !== undefined) tell(row, APART);
    }
  };
}
