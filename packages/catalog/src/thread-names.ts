import { baseSubject } from '@hayrick/core/catalog';
import type { Db } from './open.ts';
import { stringsOf } from './rows.ts';

/** A message as far as it links others. */
export interface LinkingRow {
  readonly key: number;
  readonly mid: string;
  readonly refs: string | null;
  readonly subject: string;
}

/** The names that a message links with one another, its own Message-ID first. */
export type NamesOf = (row: LinkingRow) => readonly string[];

/** Stands before what is no Message-ID: a subject of an archive. */
const MARK = '\u0001';

/** @param bySubject archives whose messages their subjects link too */
export function prepareNames(db: Db): (bySubject: readonly string[]) => NamesOf {
  const archives = db.prepare<[number, number], { archive: string }>(
    `SELECT s.archive FROM place p JOIN file f ON f.key = p.file JOIN source s ON s.key = f.source WHERE p.message = +?
     UNION SELECT archive FROM lost WHERE message = ?`,
  );
  const byReferences: NamesOf = ({ mid, refs }) => [mid, ...stringsOf(refs).map((id) => id.toWellFormed())];
  return (bySubject) => {
    if (bySubject.length === 0) return byReferences;
    return (row) => {
      const { text } = baseSubject(row.subject);
      const held = text === '' ? [] : archives.all(row.key, row.key);
      const linked = held.filter(({ archive }) => bySubject.includes(archive));
      return [...byReferences(row), ...linked.map(({ archive }) => `${MARK}${archive}${MARK}${text}`)];
    };
  };
}
