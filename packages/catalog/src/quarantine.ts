import type {
  DroppedStretch,
  QuarantineEnd,
  QuarantineRecord,
  ScannedQuarantine,
} from '@hayrick/core/catalog';
import type { Copies } from './copies.ts';
import { type Db, writing } from './open.ts';
import type { Sequence } from './sequence.ts';

/** What cannot be indexed. */
export interface Quarantine {
  addPlace(file: number, stretch: ScannedQuarantine): void;
  addMessage(message: number, connection: string, reason: string): void;
  list(): QuarantineRecord[];
  /** What is to be told of no more stays, marked. */
  drop(entries: readonly QuarantineEnd[]): void;
  droppedStretches(): DroppedStretch[];
  dropAgain(file: number, offset: number): void;
  retry(keys: readonly number[]): void;
  retryAll(connections: readonly string[]): void;
  countRefused(connection: string): number;
  accepted(connection: string, ids: readonly string[]): void;
}

interface Row extends Omit<QuarantineRecord, 'id' | 'object'> {
  readonly id: Buffer | null;
  readonly object: Buffer | null;
}

/** A row's message: the one whose copy lies in its place. */
const WITH_MESSAGE = `quarantine q JOIN file f ON f.key = q.file JOIN source s ON s.key = f.source
  LEFT JOIN place p ON p.file = q.file AND p.offset = q.offset LEFT JOIN message m ON m.key = p.message`;

export function prepareQuarantine(db: Db, sequence: Sequence, copies: Copies, now: () => number): Quarantine {
  const add = db.prepare<(number | string | Buffer | null)[]>(
    `INSERT INTO quarantine(file, offset, length, connection, reason, at, object) VALUES(?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET reason = excluded.reason RETURNING key`,
  );
  const home = db.prepare<[number], { file: number; offset: number; length: number; object: Buffer | null }>(
    `SELECT p.file, p.offset, p.length, p.object FROM message m JOIN place p ON p.file = m.home_file AND p.offset = m.home_offset
     WHERE m.key = ?`,
  );
  const rowOf = db.prepare<[number, string], { key: number }>(
    `SELECT q.key FROM place p JOIN quarantine q ON q.file = p.file AND q.offset = p.offset
     WHERE p.message = ? AND q.connection = ? LIMIT 1`,
  );
  const moveRow = db.prepare<(number | string | Buffer | null)[]>(
    'UPDATE quarantine SET file = ?, offset = ?, length = ?, object = ?, reason = ? WHERE key = ?',
  );
  const markKnown = db.prepare<[number]>(
    `UPDATE quarantine SET dropped = 1 WHERE key = ? AND EXISTS (
       SELECT 1 FROM file f JOIN source s ON s.key = f.source
       JOIN place p ON p.file = quarantine.file AND p.offset = quarantine.offset JOIN message m ON m.key = p.message
       JOIN dropped d ON d.archive = s.archive AND d.connection = quarantine.connection AND d.what = lower(hex(m.id))
       WHERE f.key = quarantine.file)`,
  );
  const all = db.prepare<[], Row>(
    `SELECT q.key, s.archive, s.path || CASE f.name WHEN '' THEN '' ELSE '/' || f.name END AS path, q.file, q.offset, q.length,
       nullif(q.connection, '') AS connection, q.reason, q.at, q.object, m.id
     FROM ${WITH_MESSAGE} WHERE q.dropped = 0 ORDER BY q.key`,
  );
  const one = db.prepare<
    [number],
    {
      archive: string;
      connection: string;
      length: number;
      file: number;
      message: number | null;
      id: Buffer | null;
    }
  >(
    `SELECT s.archive, q.connection, q.length, q.file, m.key AS message, m.id FROM ${WITH_MESSAGE} WHERE q.key = ?`,
  );
  const remember = db.prepare<[string, string, string, number]>(
    'INSERT OR IGNORE INTO dropped(archive, connection, what, length) VALUES(?, ?, ?, ?)',
  );
  const mark = db.prepare<[number]>('UPDATE quarantine SET dropped = 1 WHERE key = ?');
  const markPlace = db.prepare<[number, number]>(
    "UPDATE quarantine SET dropped = 1 WHERE file = ? AND offset = ? AND connection = ''",
  );
  const stretches = db.prepare<[], DroppedStretch>(
    "SELECT archive, what AS digest, length FROM dropped WHERE connection = '' AND length >= 0",
  );
  const release = db.prepare<[number]>('DELETE FROM quarantine WHERE key = ?');
  const readAgain = db.prepare<[number]>('UPDATE file SET complete = 0, read_to = 0 WHERE key = ?');
  const refused = db.prepare<[string], { n: number }>(
    'SELECT count(*) AS n FROM quarantine WHERE connection = ? AND dropped = 0',
  );
  const any = db.prepare<[string], { n: number }>(
    'SELECT 1 AS n FROM quarantine WHERE connection = ? LIMIT 1',
  );
  const releaseMessage = db.prepare<[string, Buffer]>(
    `DELETE FROM quarantine WHERE connection = ? AND (file, offset) IN (
       SELECT p.file, p.offset FROM message m JOIN place p ON p.message = m.key WHERE m.id = ?)`,
  );
  const seconds = () => Math.floor(now() / 1000);

  function addRow(row: readonly (number | string | Buffer | null)[]): void {
    const key = (add.get(...row) as { key: number } | undefined)?.key ?? 0;
    markKnown.run(key);
  }

  const takeBack = writing(db, (connection: string, ids: readonly string[]) => {
    for (const id of ids) releaseMessage.run(connection, Buffer.from(id, 'hex'));
  });

  return {
    addPlace: writing(db, (file: number, { offset, length, reason, object }: ScannedQuarantine) =>
      addRow([file, offset, length, '', reason, seconds(), blobName(object)]),
    ),
    addMessage: writing(db, (message: number, connection: string, reason: string) => {
      const at = home.get(message);
      if (at === undefined) return;
      // Its first copy may be another one by now.
      const known = rowOf.get(message, connection);
      if (known !== undefined) moveRow.run(at.file, at.offset, at.length, at.object, reason, known.key);
      else addRow([at.file, at.offset, at.length, connection, reason, seconds(), at.object]);
    }),
    list: () =>
      all.all().map((row) => ({
        ...row,
        id: row.id?.toString('hex') ?? null,
        object: row.object?.toString('hex') ?? null,
      })),
    drop: writing(db, (entries: readonly QuarantineEnd[]) => {
      for (const { key, digest } of entries) {
        const entry = one.get(key);
        if (entry === undefined) continue;
        const { archive, connection, id, length } = entry;
        if (id !== null) remember.run(archive, connection, id.toString('hex'), -1);
        else if (digest !== null) remember.run(archive, connection, digest, length);
        mark.run(key);
      }
    }),
    droppedStretches: () => stretches.all(),
    dropAgain: (file, offset) => void markPlace.run(file, offset),
    retry: writing(db, (keys: readonly number[]) => {
      sequence.begin();
      for (const key of keys) {
        const entry = one.get(key);
        if (entry === undefined) continue;
        release.run(key);
        if (entry.message === null) readAgain.run(entry.file);
        else copies.logAgain(entry.message);
      }
      sequence.store();
    }),
    retryAll: writing(db, (connections: readonly string[]) => {
      const found = db
        .prepare<string[], { key: number; message: number }>(
          `SELECT q.key, p.message FROM quarantine q JOIN place p ON p.file = q.file AND p.offset = q.offset
           WHERE q.connection IN (${['', ...connections].map(() => '?').join()})`,
        )
        .all('', ...connections);
      sequence.begin();
      for (const { key, message } of found) {
        copies.logAgain(message);
        release.run(key);
      }
      sequence.store();
    }),
    countRefused: (connection) => refused.get(connection)?.n ?? 0,
    accepted(connection, ids) {
      // Nearly always there is nothing to write.
      if (any.get(connection) !== undefined) takeBack(connection, ids);
    },
  };
}

function blobName(object: string | null | undefined): Buffer | null {
  return object === undefined || object === null ? null : Buffer.from(object, 'hex');
}
