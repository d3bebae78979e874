// Hot: once a match, where threads of many matches are asked for. bench: bench/src/cases/threads.ts.
import type { ComponentKeys } from '@hayrick/core/catalog';
import type { Db } from './open.ts';

/** Components by their numbers: the quick way where no members are needed. */
export interface ThreadKeys {
  of(ids: readonly string[], archives: readonly string[]): ComponentKeys;
  members(keys: readonly number[]): string[];
}

interface KeyRow {
  /** Null: the catalog does not hold it. */
  readonly message: number | null;
  /** Null: not threaded yet. */
  readonly thread: number | null;
}

/** One statement for all of them: asked for one by one, ids take ten times as long. */
export function prepareThreadKeys(db: Db): ThreadKeys {
  const keysOf = db.prepare<[string], KeyRow>(
    `SELECT m.key AS message, t.thread FROM json_each(?) j LEFT JOIN message m ON m.id = unhex(j.value)
     LEFT JOIN thread_member t ON t.message = m.key ORDER BY j.key`,
  );
  const mixedOf = prepareMixed(db);
  const membersOf = db
    .prepare<[string], string>(
      `SELECT lower(hex(m.id)) FROM json_each(?) j CROSS JOIN thread_member t ON t.thread = j.value
       CROSS JOIN message m ON m.key = t.message`,
    )
    .pluck();

  return {
    of: db.transaction((ids: readonly string[], archives: readonly string[]): ComponentKeys => {
      const rows = keysOf.all(JSON.stringify(ids));
      // A thread bears the key of a member: one that is not threaded yet is none.
      const keys = rows.map(({ message, thread }) => thread ?? message);
      const unthreaded = rows.flatMap(({ message, thread }) =>
        thread === null && message !== null ? [message] : [],
      );
      const mixed = mixedOf(
        keys.filter((key) => key !== null),
        archives,
      );
      return { keys, mixed: new Set([...mixed, ...unthreaded]) };
    }),
    members: (keys) => membersOf.all(JSON.stringify(keys)),
  };
}

/** Finds the components among these of which not every message is in one of the archives. */
export function prepareMixed(db: Db): (keys: Iterable<number>, archives: readonly string[]) => number[] {
  const sourcesOf = db
    .prepare<[string], number>('SELECT key FROM source WHERE archive IN (SELECT value FROM json_each(?))')
    .pluck();
  const mixedOf = db
    .prepare<[{ keys: string; sources: string; archives: string }], number>(
      `SELECT DISTINCT t.thread FROM json_each(@keys) j CROSS JOIN thread_member t ON t.thread = j.value
       WHERE NOT EXISTS (SELECT 1 FROM place p CROSS JOIN file f ON f.key = p.file
         WHERE p.message = t.message AND f.source IN (SELECT value FROM json_each(@sources)))
       AND NOT EXISTS (SELECT 1 FROM lost WHERE message = t.message AND archive IN (SELECT value FROM json_each(@archives)))`,
    )
    .pluck();
  return (keys, archives) => {
    const named = JSON.stringify(archives);
    const sources = JSON.stringify(sourcesOf.all(named));
    return mixedOf.all({ keys: JSON.stringify([...new Set(keys)]), sources, archives: named });
  };
}
