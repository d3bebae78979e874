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
  readonly id: Buffer;
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
    'SELECT m.key, t.thread FROM message m LEFT JOIN thread_member t ON t.message = m.key WHERE m.id = ?',
  );
  const byMid = db.prepare<[string], FoundRow>(
    'SELECT m.key, t.thread FROM message m LEFT JOIN thread_member t ON t.message = m.key WHERE m.mid = ?',
  );
  const ghost = db.prepare<[string], { thread: number }>('SELECT thread FROM thread_ghost WHERE mid = ?');
  const columns = 'm.key, m.id, m.mid, m.refs, m.subject, m.date, p.file';
  const members = db.prepare<[number], MemberRow>(
    `SELECT ${columns} FROM thread_member t JOIN message m ON m.key = t.message LEFT JOIN place p ON p.message = m.key
     WHERE t.thread = ? ORDER BY m.date, m.id`,
  );
  const alone = db.prepare<[number], MemberRow>(
    `SELECT ${columns} FROM message m LEFT JOIN place p ON p.message = m.key WHERE m.key = ?`,
  );
  const archiveOfFile = db.prepare<[number], { archive: string }>(
    'SELECT s.archive FROM file f JOIN source s ON s.key = f.source WHERE f.key = ?',
  );
  const anyLost = db.prepare<[], { n: number }>('SELECT 1 AS n FROM lost LIMIT 1');
  const lostOf = db.prepare<[number], { archive: string }>('SELECT archive FROM lost WHERE message = ?');

  /** Of one call: the archives of files do not change meanwhile. */
  function archiveReader(): (key: number, files: ReadonlySet<number>) => readonly string[] {
    const known = new Map<number, string>();
    const lost = anyLost.get() !== undefined;
    return (key, files) => {
      const archives = new Set(lost ? lostOf.all(key).map(({ archive }) => archive) : []);
      for (const file of files) {
        const archive = known.get(file) ?? archiveOfFile.get(file)?.archive;
        if (archive === undefined) continue;
        known.set(file, archive);
        archives.add(archive);
      }
      return archives.size < 2 ? [...archives] : [...archives].sort();
    };
  }

  function load(found: Iterable<FoundRow>): ThreadMember[][] {
    const archivesOf = archiveReader();
    const seen = new Set<number>();
    const components: ThreadMember[][] = [];
    const take = (rows: readonly MemberRow[]) => {
      const component: ThreadMember[] = [];
      for (let i = 0; i < rows.length; ) {
        const row = rows[i];
        if (row === undefined) break;
        const files = new Set<number>();
        for (; rows[i]?.key === row.key; i++) {
          const file = rows[i]?.file ?? null;
          if (file !== null) files.add(file);
        }
        const archives = archivesOf(row.key, files);
        // Nobody holds it any more, and the log tells threads so in a moment.
        if (archives.length > 0) component.push(member(row, archives));
      }
      if (component.length > 0) components.push(component);
    };
    for (const { key, thread } of found) {
      // A thread bears the key of a member: one that is not threaded yet is none.
      const mark = thread ?? key;
      if (seen.has(mark)) continue;
      seen.add(mark);
      take(thread === null ? alone.all(key) : members.all(thread));
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
    id: row.id.toString('hex'),
    messageId: row.mid,
    references: stringsOf(row.refs),
    subject: row.subject,
    date: row.date,
    archives,
  };
}
