import { chooseDates, type NamedPlace, type TableCheck } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import type { Sequence } from './sequence.ts';

/** What holds the tables of a catalog together. */
export interface Tables {
  /** What is wrong, for people. @param pages SQLite examines every page of the file too */
  check(pages: boolean): TableCheck;
  /** Answers the archives of files that are to be read again. */
  mend(): string[];
  readAgain(files: readonly number[]): void;
  filesAt(places: readonly NamedPlace[]): number[];
  logRemovals(ids: readonly string[]): void;
  forgetRemovals(): void;
}

/** Rows that belong to nothing: what they are, and the rest of a statement that finds them. */
const STRAYS: readonly (readonly [table: string, of: string])[] = [
  ['file', 'source NOT IN (SELECT key FROM source)'],
  ['place', 'file NOT IN (SELECT key FROM file) OR message NOT IN (SELECT key FROM message)'],
  ['lost', 'message NOT IN (SELECT key FROM message)'],
  ['document', 'message NOT IN (SELECT key FROM message)'],
  ['thread_member', 'message NOT IN (SELECT key FROM message)'],
  ['quarantine', 'file NOT IN (SELECT key FROM file)'],
];

/** Messages held by each archive, as they are counted from the copies. */
const HELD = `SELECT s.archive, count(DISTINCT p.message) AS messages FROM place p JOIN file f ON f.key = p.file
  JOIN source s ON s.key = f.source GROUP BY s.archive`;
/** Copies and first copies of each source. */
const COPIES = `SELECT s.key, count(p.message) AS copies, total(m.home_file = p.file AND m.home_offset = p.offset) AS homes FROM source s
  LEFT JOIN file f ON f.source = s.key LEFT JOIN place p ON p.file = f.key LEFT JOIN message m ON m.key = p.message GROUP BY s.key`;

export function prepareTables(db: Db, sequence: Sequence): Tables {
  const count = (sql: string) => db.prepare<[], number>(sql).pluck().get() ?? 0;

  function mendMessages(): void {
    const rehome = db.prepare(
      `UPDATE message SET (home_file, home_offset) = (SELECT file, offset FROM place WHERE message = message.key ORDER BY file, offset LIMIT 1)
       WHERE NOT EXISTS (SELECT 1 FROM place p WHERE p.file = home_file AND p.offset = home_offset AND p.message = message.key)
         AND (home_file IS NOT NULL OR EXISTS (SELECT 1 FROM place WHERE message = message.key)) RETURNING key`,
    );
    const facts = db.prepare<
      [],
      {
        key: number;
        date_header: number | null;
        date: number;
        received: number;
        size: number;
        early: number;
        small: number;
      }
    >(
      `SELECT m.key, m.date_header, m.date, m.received, m.size, min(p.received) AS early, min(p.size) AS small
       FROM place p JOIN message m ON m.key = p.message GROUP BY p.message`,
    );
    const change = db.prepare<[number, number, number, number]>(
      'UPDATE message SET date = ?, received = ?, size = ? WHERE key = ?',
    );
    const again = db.prepare<[number, number]>('UPDATE message SET seq = ? WHERE key = ?');
    const changed = new Set((rehome.all() as readonly { key: number }[]).map(({ key }) => key));
    const wanted: [number, number, number, number][] = [];
    for (const { key, date_header: dateHeader, date, received, size, early, small } of facts.iterate()) {
      const right = chooseDates({ dateHeader, receivedHeader: early, placeDate: null }).date;
      if (right !== date || early !== received || small !== size) wanted.push([right, early, small, key]);
    }
    for (const row of wanted) {
      change.run(...row);
      changed.add(row[3]);
    }
    sequence.begin();
    for (const key of changed) again.run(sequence.next(), key);
    sequence.store();
  }

  function readAgain(files: readonly number[]): void {
    const again = db.prepare<[number]>(
      'UPDATE file SET complete = 0, read_to = 0, round = round + 1 WHERE key = ?',
    );
    for (const key of files) again.run(key);
  }

  return {
    check(pages) {
      const found: string[] = [];
      const lines = pages ? db.prepare<[], string>('PRAGMA integrity_check(100)').pluck().all() : [];
      const damaged = lines.filter((line) => line !== 'ok').map((line) => `SQLite: ${line}`);
      // What lies on damaged pages cannot be counted.
      if (damaged.length > 0) return { damaged, wrong: [] };
      for (const [table, of] of STRAYS) {
        const rows = count(`SELECT count(*) FROM ${table} WHERE ${of}`);
        if (rows > 0) found.push(`${rows} rows of the table ${table} belong to nothing`);
      }
      const held = count(
        `SELECT count(*) FROM (SELECT archive, messages FROM held WHERE messages <> 0 EXCEPT ${HELD})`,
      );
      if (held > 0) found.push('the counts of messages by archive are wrong');
      const copies = count(
        `SELECT count(*) FROM (SELECT key, copies, homes FROM source EXCEPT SELECT key, copies, CAST(homes AS INTEGER) FROM (${COPIES}))`,
      );
      if (copies > 0) found.push('the counts of copies by source are wrong');
      const dates = count(
        'SELECT count(*) FROM thread_member t JOIN message m ON m.key = t.message WHERE t.date <> m.date',
      );
      if (dates > 0) found.push(`${dates} dates of threads' messages are wrong`);
      const seq = Number(count("SELECT CAST(value AS INTEGER) FROM meta WHERE name = 'seq'"));
      if (count('SELECT max(seq) FROM message') > seq) {
        found.push('the log holds more than was given a number');
      }
      return { damaged, wrong: found };
    },
    mend: () =>
      db
        .transaction(() => {
          const lost = db
            .prepare<[], { file: number; archive: string }>(
              `SELECT DISTINCT f.key AS file, s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source
             WHERE p.message NOT IN (SELECT key FROM message)`,
            )
            .all();
          readAgain(lost.map(({ file }) => file));
          for (const [table, of] of STRAYS) db.exec(`DELETE FROM ${table} WHERE ${of}`);
          db.exec(
            'UPDATE thread_member SET date = (SELECT date FROM message WHERE key = thread_member.message)',
          );
          db.exec(
            `UPDATE meta SET value = max(CAST(value AS INTEGER), (SELECT coalesce(max(seq), 0) FROM message)) WHERE name = 'seq'`,
          );
          mendMessages();
          db.exec(`DELETE FROM held; INSERT INTO held ${HELD}`);
          db.exec(
            `UPDATE source SET (copies, homes) = (SELECT copies, CAST(homes AS INTEGER) FROM (${COPIES}) c WHERE c.key = source.key)`,
          );
          return [...new Set(lost.map(({ archive }) => archive))];
        })
        .immediate(),
    readAgain: (files) => {
      db.transaction(() => readAgain(files)).immediate();
    },
    filesAt(places) {
      const find = db
        .prepare<[string, string], number>(
          `SELECT f.key FROM file f JOIN source s ON s.key = f.source WHERE s.archive = ?
           AND s.path || CASE f.name WHEN '' THEN '' ELSE '/' || f.name END = ?`,
        )
        .pluck();
      const named = new Map(places.map((place) => [`${place.archive} ${place.path}`, place]));
      return [...named.values()].flatMap(({ archive, path }) => find.all(archive, path));
    },
    logRemovals: (ids) => {
      db.transaction(() => {
        const insert = db.prepare<[Buffer, number]>(
          `INSERT INTO message(id, mid, subject, sender, date, received, size, seq) VALUES(?, '', '', '[]', 0, 0, 0, ?)`,
        );
        sequence.begin();
        for (const id of ids) insert.run(Buffer.from(id, 'hex'), sequence.next());
        sequence.store();
      }).immediate();
    },
    // Every message has a Message-ID, if need be one that was made for it.
    forgetRemovals: () => void db.exec("DELETE FROM message WHERE home_file IS NULL AND mid = ''"),
  };
}
