// Hot: bench/src/cases/threads.ts.
import type { ThreadMember } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { stringsOf } from './rows.ts';

/** Reading threads; each call sees one state of the catalog. */
export interface Threads {
  withIds(ids: readonly string[]): ThreadMember[][];
  naming(messageId: string): ThreadMember[][];
}

interface MemberRow {
  readonly key: number;
  /** In hexadecimal digits. */
  readonly id: string;
  readonly mid: string;
  readonly refs: string | null;
  readonly subject: string;
  readonly date: number;
  /** Null where no copy is there; a row for each file that holds one. */
  readonly file: number | null;
}

interface FoundRow {
  readonly key: number;
  /** Null: not threaded yet. */
  readonly thread: number | null;
}

export function prepareThreads(db: Db): Threads {
  const byId = db.prepare<[Buffer], FoundRow>(
    'SELECT m.key, t.thread FROM message m LEFT JOIN thread_member t ON t.message = m.key WHERE m.id = +?',
  );
  const byMid = db.prepare<[string], FoundRow>(
    'SELECT m.key, t.thread FROM message m LEFT JOIN thread_member t ON t.message = m.key WHERE m.mid = +?',
  );
  const ghost = db.prepare<[string], { thread: number }>('SELECT thread FROM thread_ghost WHERE mid = ?');
  const columns = 'm.key, lower(hex(m.id)) AS id, m.mid, m.refs, m.subject, m.date, p.file';
  const members = db.prepare<[number], MemberRow>(
    `SELECT ${columns} FROM thread_member t JOIN message m ON m.key = t.message LEFT JOIN place p ON p.message = m.key
     WHERE t.thread = +? ORDER BY m.date, m.id`,
  );
  const alone = db.prepare<[number], MemberRow>(
    `SELECT ${columns} FROM message m LEFT JOIN place p ON p.message = m.key WHERE m.key = +?`,
  );
  const archiveOfFile = db.prepare<[number], { archive: string }>(
    'SELECT s.archive FROM file f JOIN source s ON s.key = f.source WHERE f.key = +?',
  );
  const anyLost = db.prepare<[], { n: number }>('SELECT 1 AS n FROM lost LIMIT 1');
  const lostOf = db.prepare<[number], { archive: string }>('SELECT archive FROM lost WHERE message = ?');

  /** Of one call: the archives of files do not change meanwhile. */
  function archiveReader(): (rows: readonly MemberRow[], from: number, to: number) => readonly string[] {
    const known = new Map<number, readonly string[]>();
    const lost = anyLost.get() !== undefined;
    const ofFile = (file: number | null): readonly string[] => {
      if (file === null) return [];
      const archives = known.get(file) ?? archiveOfFile.all(file).map(({ archive }) => archive);
      known.set(file, archives);
      return archives;
    };
    return (rows, from, to) => {
      const { key, file } = rows[from] ?? { key: 0, file: null };
      if (!lost && to === from + 1) return ofFile(file);
      const archives = new Set(lost ? lostOf.all(key).map(({ archive }) => archive) : []);
      for (const row of rows.slice(from, to)) for (const archive of ofFile(row.file)) archives.add(archive);
      return [...archives].sort();
    };
  }

  function load(found: Iterable<FoundRow>): ThreadMember[][] {
    const archivesOf = archiveReader();
    const seen = new Set<number>();
    const components: ThreadMember[][] = [];
    for (const { key, thread } of found) {
      // A thread bears the key of a member: one that is not threaded yet is none.
      const mark = thread ?? key;
      if (seen.has(mark)) continue;
      seen.add(mark);
      const rows = thread === null ? alone.all(key) : members.all(thread);
      const component: ThreadMember[] = [];
      for (let from = 0, to = 0; from < rows.length; from = to) {
        const row = rows[from];
        while (to < rows.length && rows[to]?.key === row?.key) to++;
        const archives = archivesOf(rows, from, to);
        // Nobody holds it any more, and the log tells threads so in a moment.
        if (row !== undefined && archives.length > 0) component.push(member(row, archives));
      }
      if (component.length > 0) components.push(component);
    }
    return components;
  }

  return {
    withIds: db.transaction((ids: readonly string[]) =>
      load(ids.flatMap((id) => byId.get(Buffer.from(id, 'hex')) ?? [])),
    ),
    naming: db.transaction((messageId: string) => {
      const thread = ghost.get(messageId)?.thread;
      return load([...byMid.all(messageId), ...(thread === undefined ? [] : [{ key: thread, thread }])]);
    }),
  };
}

function member(row: MemberRow, archives: readonly string[]): ThreadMember {
  return {
    id: row.id,
    messageId: row.mid,
    references: stringsOf(row.refs),
    subject: row.subject,
    date: row.date,
    archives,
  };
}
