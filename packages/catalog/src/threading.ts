// Hot: bench/src/cases/threads.ts.
import { createLinkedNames, type LinkedNames, type ThreadLinks } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { type LinkingRow, type NamesOf, prepareNames } from './thread-names.ts';

export interface Threading {
  /** One step; answers how many entries of the log it looked at. */
  step(links: ThreadLinks): number;
  /** Threads these messages, and all whose threads they touch, anew. */
  anew(keys: readonly number[], links: ThreadLinks): void;
}

/** Of one step. Names bound its memory, messages the time for which the program stands still. */
const MOST_MESSAGES = 4000;
const MOST_NAMES = 200_000;

interface LoggedRow extends LinkingRow {
  readonly seq: number;
  readonly thread: number | null;
  /** 1: an archive holds it. */
  readonly held: number;
}

interface Progress extends ThreadLinks {
  readonly seq: number;
}

/**
 * Threads follow the change log like an index does, with their own place in it: what is new is linked, what is gone is taken out and its thread linked
 * anew. References of a message never change: its id is made of them too.
 */
export function prepareThreading(db: Db): Threading {
  const namesOf = prepareNames(db);
  const getProgress = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'threads'");
  const putProgress = db.prepare<[string]>(
    "INSERT INTO meta VALUES('threads', ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value",
  );
  const held = '(m.home_file IS NOT NULL OR EXISTS (SELECT 1 FROM lost WHERE message = m.key)) AS held';
  const logged = db.prepare<[number, number], LoggedRow>(
    `SELECT m.key, m.seq, m.mid, m.refs, m.subject, t.thread, ${held} FROM message m LEFT JOIN thread_member t ON t.message = m.key
     WHERE m.seq > ? ORDER BY m.seq LIMIT ?`,
  );
  const membersOf = db.prepare<[number], LoggedRow>(
    `SELECT m.key, m.seq, m.mid, m.refs, m.subject, t.thread, ${held} FROM thread_member t JOIN message m ON m.key = t.message
     WHERE t.thread = +? ORDER BY m.key`,
  );
  const byKey = db.prepare<[number], LoggedRow>(
    `SELECT m.key, m.seq, m.mid, m.refs, m.subject, t.thread, ${held} FROM message m LEFT JOIN thread_member t ON t.message = m.key
     WHERE m.key = +?`,
  );
  const anyMember = db.prepare<[], { n: number }>('SELECT 1 AS n FROM thread_member LIMIT 1');
  const threadsOfNames = db.prepare<[{ names: string }], { name: number; thread: number; ghost: number }>(
    `SELECT j.key AS name, t.thread, 0 AS ghost FROM json_each(@names) j CROSS JOIN message m ON m.mid = j.value
       CROSS JOIN thread_member t ON t.message = m.key
     UNION ALL SELECT j.key, g.thread, 1 FROM json_each(@names) j CROSS JOIN thread_ghost g ON g.mid = j.value`,
  );
  const sizeOf = db.prepare<[number], { n: number }>(
    'SELECT count(*) AS n FROM thread_member WHERE thread = ?',
  );
  const putMember = db.prepare<[number, number]>(
    `INSERT INTO thread_member(thread, message, date) SELECT ?, key, date FROM message WHERE key = ?
     ON CONFLICT(message) DO UPDATE SET thread = excluded.thread`,
  );
  const dropMember = db.prepare<[number]>('DELETE FROM thread_member WHERE message = ?');
  const moveMembers = db.prepare<[number, number]>('UPDATE thread_member SET thread = ? WHERE thread = ?');
  const moveGhosts = db.prepare<[number, number]>('UPDATE thread_ghost SET thread = ? WHERE thread = ?');
  const putGhost = db.prepare<[string, number]>('INSERT INTO thread_ghost(mid, thread) VALUES(?, ?)');
  const dropGhost = db.prepare<[string]>('DELETE FROM thread_ghost WHERE mid = ?');
  const dropGhosts = db.prepare<[number]>('DELETE FROM thread_ghost WHERE thread = ?');

  /** @param owns the numbers of the messages' own Message-IDs. One that is threaded already is found by it, like any other. */
  function add(rows: readonly LoggedRow[], linked: LinkedNames, owns: readonly number[]): void {
    const borne = new Set(owns);
    const ghosts = new Set<number>();
    const threads = new Map<number, Set<number>>();
    const belongs = (name: number, thread: number) => {
      const group = linked.groupOf(name);
      const of = threads.get(group);
      if (of === undefined) threads.set(group, new Set([thread]));
      else of.add(thread);
    };
    if (anyMember.get() !== undefined) {
      for (const { name, thread, ghost } of threadsOfNames.all({ names: JSON.stringify(linked.names) })) {
        belongs(name, thread);
        (ghost === 1 ? ghosts : borne).add(name);
      }
    }
    const chosen = chooseThreads(threads);
    for (const [i, { key }] of rows.entries()) {
      const group = linked.groupOf(owns[i] ?? 0);
      const to = chosen.get(group) ?? key;
      chosen.set(group, to);
      putMember.run(to, key);
    }
    for (const [name, text] of linked.names.entries()) {
      if (borne.has(name)) {
        if (ghosts.has(name)) dropGhost.run(text);
      } else if (!ghosts.has(name)) {
        putGhost.run(text, chosen.get(linked.groupOf(name)) ?? 0);
      }
    }
  }

  /**
   * One thread for each group of names that threads are linked with: the largest, into which the others are moved.
   * @param threads by group. Two groups may have a thread in common: it links them too
   */
  function chooseThreads(threads: ReadonlyMap<number, ReadonlySet<number>>): Map<number, number> {
    const merged = createLinkedNames();
    for (const set of threads.values()) {
      const [first = 0] = set;
      for (const thread of set) merged.link(merged.number(String(first)), merged.number(String(thread)));
    }
    const members = new Map<number, number[]>();
    for (const [number, text] of merged.names.entries()) {
      const group = merged.groupOf(number);
      const of = members.get(group);
      if (of === undefined) members.set(group, [Number(text)]);
      else of.push(Number(text));
    }
    const chosenOf = new Map<number, number>();
    for (const [group, of] of members) chosenOf.set(group, moveIntoLargest(of));
    const chosen = new Map<number, number>();
    for (const [group, set] of threads) {
      const [first = 0] = set;
      chosen.set(group, chosenOf.get(merged.groupOf(merged.number(String(first)))) ?? first);
    }
    return chosen;
  }

  function moveIntoLargest(threads: readonly number[]): number {
    const [only = 0, ...others] = threads;
    if (others.length === 0) return only;
    let largest = only;
    let most = -1;
    for (const thread of threads) {
      const size = sizeOf.get(thread)?.n ?? 0;
      if (size <= most) continue;
      largest = thread;
      most = size;
    }
    for (const thread of threads) {
      if (thread === largest) continue;
      moveMembers.run(largest, thread);
      moveGhosts.run(largest, thread);
    }
    return largest;
  }

  /** A thread that has lost members, made again of those that are left: it may fall apart. */
  function relink(thread: number, names: NamesOf): void {
    const linked = createLinkedNames();
    const owns = new Map<number, number>();
    for (const row of membersOf.all(thread)) {
      if (row.held === 1) owns.set(row.key, linkNames(linked, names(row)));
      else dropMember.run(row.key);
    }
    const chosen = new Map<number, number>();
    for (const [key, own] of owns) {
      const group = linked.groupOf(own);
      const to = chosen.get(group) ?? key;
      chosen.set(group, to);
      if (to !== thread) putMember.run(to, key);
    }
    dropGhosts.run(thread);
    const borne = new Set(owns.values());
    for (const [name, text] of linked.names.entries()) {
      if (!borne.has(name)) putGhost.run(text, chosen.get(linked.groupOf(name)) ?? 0);
    }
  }

  function begin(bySubject: readonly string[]): number {
    const text = getProgress.get()?.value;
    const progress = text === undefined ? null : (JSON.parse(text) as Progress);
    if (progress !== null && progress.bySubject.join('\n') === bySubject.join('\n')) return progress.seq;
    db.exec('DELETE FROM thread_member; DELETE FROM thread_ghost');
    return 0;
  }

  const step = db.transaction((bySubject: readonly string[]): number => {
    const after = begin(bySubject);
    const names = namesOf(bySubject);
    const linked = createLinkedNames();
    const fresh: LoggedRow[] = [];
    const owns: number[] = [];
    const losing = new Set<number>();
    let seq = after;
    let looked = 0;
    for (const row of logged.iterate(after, MOST_MESSAGES)) {
      seq = row.seq;
      looked++;
      if (row.held === 0) {
        if (row.thread !== null) losing.add(row.thread);
      } else if (row.thread === null || bySubject.length > 0) {
        fresh.push(row);
        owns.push(linkNames(linked, names(row)));
        if (linked.names.length > MOST_NAMES) break;
      }
    }
    // First what is gone: its thread must not be merged before it falls apart.
    for (const thread of losing) relink(thread, names);
    if (fresh.length > 0) add(fresh, linked, owns);
    putProgress.run(JSON.stringify({ seq, bySubject }));
    return looked;
  });

  const anew = db.transaction((keys: readonly number[], bySubject: readonly string[]): void => {
    const names = namesOf(bySubject);
    const rows = new Map<number, LoggedRow>();
    const threads = new Set<number>();
    for (const key of keys) {
      const row = byKey.get(key);
      if (row === undefined) continue;
      rows.set(key, row);
      if (row.thread !== null) threads.add(row.thread);
      const touched = threadsOfNames.all({ names: JSON.stringify(names(row)) });
      for (const { thread } of touched) threads.add(thread);
    }
    for (const thread of threads) {
      for (const row of membersOf.all(thread)) rows.set(row.key, row);
      dropGhosts.run(thread);
    }
    for (const key of rows.keys()) dropMember.run(key);
    const there = [...rows.values()].filter(({ held }) => held === 1);
    const linked = createLinkedNames();
    const owns = there.map((row) => linkNames(linked, names(row)));
    if (there.length > 0) add(there, linked, owns);
  });

  return {
    anew: (keys, { bySubject }) => anew.immediate(keys, [...new Set(bySubject)].sort()),
    step: ({ bySubject }) => {
      const sorted = [...new Set(bySubject)].sort();
      const text = getProgress.get()?.value;
      // Where nothing is to do nothing is written.
      if (text !== undefined) {
        const progress = JSON.parse(text) as Progress;
        const same = progress.bySubject.join('\n') === sorted.join('\n');
        if (same && logged.get(progress.seq, 1) === undefined) return 0;
      }
      return step.immediate(sorted);
    },
  };
}

/** Answers the number of the first name. */
function linkNames(linked: LinkedNames, names: readonly string[]): number {
  const [own = '', ...others] = names;
  const number = linked.number(own);
  for (const other of others) linked.link(number, linked.number(other));
  return number;
}
