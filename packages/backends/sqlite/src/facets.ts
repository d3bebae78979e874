import {
  type Access,
  type FacetCount,
  type FacetQuestion,
  type FacetRequest,
  isWholeAddress,
  openPeriods,
  topValues,
} from '@hayrick/core/backend';
import { candidates } from './candidates.ts';
import type { CompiledCondition, Span } from './compile.ts';
import type { Db } from './database.ts';
import type { SqlValue } from './fragment.ts';
import { countDocuments } from './fts5/document-counts.ts';
import { openSegments } from './fts5/segments.ts';
import { keywordValue } from './keyword-token.ts';
import { countBetween, hasRow, type RowSet, rowSet, without } from './row-set.ts';
import { rowsStatement } from './statements.ts';

/** What there is to know of the rows. */
export interface RowDates {
  /** One behind the last row. */
  end(): number;
  /** The first row in date order whose date is at least that. */
  firstFrom(date: number): number;
  /** Changes with whatever is written. */
  version(): unknown;
}

type Count = readonly [value: string, count: number];
type PeriodField = 'year' | 'month';

/** A year or month, and the rows in date order that lie in it. */
interface PeriodRows extends Span {
  readonly label: string;
}

const AT = 0x40;

/** Counts values of what matches. In a read transaction of the caller's. */
export function prepareFacets(
  db: Db,
  dates: RowDates,
): (
  compiled: CompiledCondition,
  request: FacetRequest,
  access: Access,
) => readonly (readonly FacetCount[])[] {
  const segments = openSegments(db, 'keywords');
  const late = db.prepare<[], { row: number; date: number }>('SELECT row, date FROM late');
  const inOrderFrom = db
    .prepare<[number], number>(
      'SELECT date FROM doc WHERE row >= ? AND row NOT IN (SELECT row FROM late) ORDER BY row LIMIT 1',
    )
    .pluck();
  const scopes = db.prepare<[], { key: number; archives: string }>('SELECT key, archives FROM scope');
  /** Which rows a period has is asked again and again, and tells nothing of a query. */
  const periods = new Map<string, { readonly version: unknown; readonly of: readonly PeriodRows[] }>();

  function rowsOf(compiled: CompiledCondition): RowSet {
    const { sql, params } = rowsStatement(compiled);
    return rowSet(
      db
        .prepare<SqlValue[], number>(sql)
        .pluck()
        .all(...params),
      dates.end(),
    );
  }

  function byArchive(compiled: CompiledCondition, { archives }: Access): Count[] {
    const { from, where, params } = candidates(compiled, true);
    const found = db
      .prepare<SqlValue[], { scope: number; n: number }>(
        `SELECT doc.scope AS scope, count(*) AS n FROM ${from} WHERE ${where} GROUP BY doc.scope`,
      )
      .all(...params);
    const namesOf = new Map(
      scopes.all().map(({ key, archives: held }) => [key, JSON.parse(held) as string[]]),
    );
    const counts = new Map<string, number>();
    for (const { scope, n } of found) {
      for (const name of namesOf.get(scope) ?? [])
        if (archives.includes(name)) counts.set(name, (counts.get(name) ?? 0) + n);
    }
    return [...counts];
  }

  function byKeyword(rows: RowSet, field: string): Count[] {
    const prefix = `${field.toLowerCase()}:`;
    const counted =
      field === 'from' ? (token: Uint8Array) => token.lastIndexOf(AT) > prefix.length : () => true;
    const counts = [...countDocuments(segments, prefix, rows, counted)];
    const values = counts.map(([token, count]): Count => [keywordValue(field, token), count]);
    return field === 'from' ? values.filter(([value]) => isWholeAddress(value)) : values;
  }

  function byPeriod(rows: RowSet, field: PeriodField, timeZone: string): Count[] {
    const counts = new Map<string, number>();
    const add = (label: string, count: number) => counts.set(label, (counts.get(label) ?? 0) + count);
    const others = late.all();
    const inOrder =
      others.length === 0
        ? rows
        : without(
            rows,
            others.map(({ row }) => row),
          );
    for (const { label, first, last } of periodRows(field, timeZone))
      add(label, countBetween(inOrder, first, last));
    const periodOf = openPeriods(field, timeZone);
    for (const { row, date } of others) if (hasRow(rows, row)) add(periodOf(date).label, 1);
    return [...counts];
  }

  function periodRows(field: PeriodField, timeZone: string): readonly PeriodRows[] {
    const key = `${field} ${timeZone}`;
    const version = dates.version();
    const known = periods.get(key);
    if (known !== undefined && known.version === version) return known.of;
    const periodOf = openPeriods(field, timeZone);
    const of: PeriodRows[] = [];
    let first = 1;
    for (let date = inOrderFrom.get(first); date !== undefined; date = inOrderFrom.get(first)) {
      const { label, to } = periodOf(date);
      const next = dates.firstFrom(to + 1);
      of.push({ label, first, last: next - 1 });
      first = next;
    }
    periods.clear();
    periods.set(key, { version, of });
    return of;
  }

  return (compiled, { facets, timeZone }, access) => {
    if (compiled.nothing) return facets.map(() => []);
    let found: RowSet | null = null;
    const rows = (): RowSet => {
      found ??= rowsOf(compiled);
      return found;
    };
    const countsOf = ({ field }: FacetQuestion): Count[] => {
      if (field === 'archive') return byArchive(compiled, access);
      if (field === 'year' || field === 'month') return byPeriod(rows(), field, timeZone);
      return byKeyword(rows(), field);
    };
    return facets.map((question) => topValues(countsOf(question), question.limit));
  };
}
