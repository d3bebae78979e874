// Hot: the messages of every page. bench: bench/src/cases/threads.ts.
import type { ComponentPlace } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { prepareMixed } from './thread-keys.ts';

interface PlaceRow extends ComponentPlace {
  readonly message: string;
  readonly thread: number;
}

/**
 * Tells where messages stand among the members of their components, by (date, id), without loading these. Left out are those of components that
 * hold a message of none of these archives, and all of them while the threads are behind the log.
 */
export function prepareThreadPlaces(
  db: Db,
): (ids: readonly string[], archives: readonly string[]) => Map<string, ComponentPlace> {
  const behind = db.prepare(
    `SELECT 1 FROM message WHERE seq > ifnull((SELECT json_extract(value, '$.seq') FROM meta WHERE name = 'threads'), 0) LIMIT 1`,
  );
  const places = db.prepare<[string], PlaceRow>(
    `SELECT j.value AS message, t.thread,
       (SELECT lower(hex(om.id)) FROM thread_member o CROSS JOIN message om ON om.key = o.message
        WHERE o.thread = t.thread ORDER BY o.date, om.id LIMIT 1) AS id,
       (SELECT count(*) FROM thread_member o WHERE o.thread = t.thread) AS size,
       (SELECT count(*) FROM thread_member o WHERE o.thread = t.thread AND o.date < t.date) + 1 +
       (SELECT count(*) FROM thread_member o CROSS JOIN message om ON om.key = o.message
        WHERE o.thread = t.thread AND o.date = t.date AND om.id < m.id) AS position
     FROM json_each(?) j CROSS JOIN message m ON m.id = unhex(j.value) CROSS JOIN thread_member t ON t.message = m.key`,
  );
  const others = db.prepare<[{ archives: string }]>(
    `SELECT 1 FROM source WHERE archive NOT IN (SELECT value FROM json_each(@archives)) UNION ALL
     SELECT 1 FROM lost WHERE archive NOT IN (SELECT value FROM json_each(@archives)) LIMIT 1`,
  );
  const mixedOf = prepareMixed(db);

  return db.transaction((ids: readonly string[], archives: readonly string[]) => {
    if (behind.get() !== undefined) return new Map();
    const rows = places.all(JSON.stringify(ids));
    const alone = others.get({ archives: JSON.stringify(archives) }) === undefined;
    const threads = rows.map(({ thread }) => thread);
    const mixed = new Set(alone ? [] : mixedOf(threads, archives));
    return new Map(
      rows
        .filter(({ thread }) => !mixed.has(thread))
        .map(({ message, id, size, position }) => [message, { id, size, position }]),
    );
  });
}
