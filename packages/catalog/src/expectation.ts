import { type Expectation, type ExpectedDocument, LEFT_OUT, type Scope } from '@hayrick/core/catalog';
import type { Db } from './open.ts';

/** What an index should hold that is fed from the catalog. */
export interface Expectations {
  count(scope: Scope): Expectation;
  sample(scope: Scope, limit: number): ExpectedDocument[];
  /** Keys of messages that can be read and are not marked. */
  unread(marked: Uint8Array, upTo: number): number[];
}

/** It can be read, and neither is its first copy set aside, nor is it left out by the document hook, nor did the connection refuse it. */
const READABLE = `m.home_file IS NOT NULL AND NOT EXISTS (SELECT 1 FROM document d WHERE d.message = m.key AND d.digest = ${LEFT_OUT})
  AND NOT EXISTS (
  SELECT 1 FROM quarantine q WHERE q.file = m.home_file AND q.offset = m.home_offset AND q.connection IN ('', @connection))`;
const LOST = 'EXISTS (SELECT 1 FROM lost l WHERE l.message = m.key)';

export function prepareExpectations(db: Db): Expectations {
  const archivesOf = db.prepare<[number, number], { archive: string }>(
    `SELECT s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source WHERE p.message = +?
     UNION SELECT archive FROM lost WHERE message = ? ORDER BY 1`,
  );
  const top = db.prepare<[], { top: number | null }>('SELECT max(key) AS top FROM message');
  const next = db.prepare<
    [{ key: number; upTo: number; connection: string }],
    { key: number; id: Buffer; date: number }
  >(
    `SELECT m.key, m.id, m.date FROM message m WHERE m.key >= @key AND m.seq <= @upTo AND ${READABLE} ORDER BY m.key LIMIT 1`,
  );
  const homes = db.prepare<[number], { key: number }>(
    'SELECT key FROM message WHERE seq <= ? AND home_file IS NOT NULL',
  );

  return {
    count({ archives, connection, upTo }) {
      const names = JSON.stringify(archives ?? []);
      // Most messages lie in one archive: places are gone through once, not messages.
      const within =
        archives === null
          ? ''
          : `AND m.key IN (SELECT p.message FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
               WHERE s.archive IN (SELECT value FROM json_each(@names))
             UNION SELECT message FROM lost WHERE archive IN (SELECT value FROM json_each(@names)))`;
      const row = db
        .prepare<[{ names: string; connection: string; upTo: number }], { must: number; may: number }>(
          `SELECT total(m.seq <= @upTo AND (${READABLE})) AS must, total(m.seq > @upTo OR m.home_file IS NOT NULL OR ${LOST}) AS may
           FROM message m WHERE @names IS NOT NULL ${within}`,
        )
        .get({ names, connection, upTo });
      // What changed since may have been elsewhere before.
      const changed =
        archives === null
          ? 0
          : (db.prepare<[number], { n: number }>('SELECT count(*) AS n FROM message WHERE seq > ?').get(upTo)
              ?.n ?? 0);
      return { must: row?.must ?? 0, may: (row?.may ?? 0) + changed };
    },
    sample({ archives, connection, upTo }, limit) {
      const last = top.get()?.top ?? 0;
      const step = Math.max(1, last / limit);
      const found: ExpectedDocument[] = [];
      for (let key = 1; key <= last; ) {
        const row = next.get({ key: Math.ceil(key), upTo, connection });
        if (row === undefined) break;
        const all = archivesOf.all(row.key, row.key).map(({ archive }) => archive);
        const within = archives === null ? all : all.filter((archive) => archives.includes(archive));
        if (within.length > 0) found.push({ id: row.id.toString('hex'), date: row.date, archives: within });
        key = Math.max(row.key + 1, key + step);
      }
      return found;
    },
    unread(marked, upTo) {
      const keys: number[] = [];
      for (const { key } of homes.iterate(upTo)) if (marked[key] !== 1) keys.push(key);
      return keys;
    },
  };
}
