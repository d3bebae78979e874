import type {
  Access,
  Condition,
  DeclaredField,
  EngineExplanation,
  FacetCount,
  FacetRequest,
  FieldStats,
  FoundDocument,
  KeptValues,
  OrderedPage,
  OrderRequest,
  Position,
  SearchPage,
  SearchRequest,
} from '@hayrick/core/backend';
import { type CompileContext, type CompiledCondition, compileCondition, type Span } from './compile.ts';
import type { Db } from './database.ts';
import { type ExactCondition, holdsIds, isExact, prepareExact } from './exact.ts';
import { prepareFacets } from './facets.ts';
import { prepareFieldAnswers } from './field-answers.ts';
import type { SqlValue, Statement } from './fragment.ts';
import {
  atRows,
  earliestSeenStatement,
  firstRowsStatement,
  isFew,
  type Layer,
  latestStatement,
  layersOf,
  MOST_SCORED,
  sampleStatement,
} from './many-matches.ts';
import { isScoredByDriver, relevanceStatement, scoredAtMost } from './relevance.ts';
import { byDateStatement, countStatement, inOrderStatement, rowsStatement } from './statements.ts';

/** Searches one generation. Every call is one read transaction. */
export interface Searcher {
  search(request: SearchRequest, access: Access): SearchPage;
  count(condition: Condition, access: Access): number;
  explain(condition: Condition, access: Access): EngineExplanation;
  ordered(request: OrderRequest, access: Access): OrderedPage;
  stats(field: string, condition: Condition, access: Access): FieldStats;
  facets(request: FacetRequest, access: Access): readonly (readonly FacetCount[])[];
  kept(ids: readonly string[], access: Access): readonly (KeptValues | null)[];
  raw(query: unknown, limit: number, access: Access): readonly string[];
  state(): string;
}

interface FoundRow {
  readonly date: number;
  readonly id: Buffer;
}

interface ScoredRow extends FoundRow {
  readonly score: number;
}

type Part = Pick<CompileContext, 'part' | 'span' | 'scored'>;

const LONG = 1000;

export function prepareSearcher(db: Db, declared: readonly DeclaredField[]): Searcher {
  const fields = prepareFieldAnswers(db);
  const rowFrom = db.prepare<[number], { row: number; date: number }>(
    'SELECT row, date FROM doc WHERE row >= ? AND row NOT IN (SELECT row FROM late) ORDER BY row LIMIT 1',
  );
  const maxRow = db.prepare<[], { row: number | null }>('SELECT max(row) AS row FROM doc');
  const firstLate = db.prepare<[], { row: number | null }>('SELECT min(row) AS row FROM late');
  const allScopes = db.prepare<[], { key: number; archives: string }>('SELECT key, archives FROM scope');
  const exact = prepareExact(db);
  let last: { readonly key: string | null; readonly exact: ExactCondition } | null = null;
  const facets = prepareFacets(db, {
    end: () => lastRow() + 1,
    firstFrom: firstRowFrom,
    version: () => db.pragma('data_version', { simple: true }),
  });
  const applied = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'applied'");

  function lastRow(): number {
    return maxRow.get()?.row ?? 0;
  }

  /** The first row in date order whose date is at least `date`; one behind the last if there is none. */
  function firstRowFrom(date: number): number {
    let low = 1;
    let high = lastRow() + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = rowFrom.get(middle);
      if (found === undefined || found.date >= date) high = middle;
      else low = found.row + 1;
    }
    return low;
  }

  /** A condition as FTS5 can answer it exactly. A search is asked together with its count: the last one is remembered. */
  function asked(condition: Condition, access: Access): ExactCondition {
    if (isExact(condition)) return { condition, looked: 0 };
    const version = db.pragma('data_version', { simple: true });
    const key = holdsIds(condition) ? null : JSON.stringify([version, condition, access.archives]);
    if (key !== null && last?.key === key) return last.exact;
    const made = exact(condition, (part) => rowsOf(part, access));
    last = { key, exact: made };
    return made;
  }

  function exactly(condition: Condition, access: Access): Condition {
    return exact(condition, (part) => rowsOf(part, access)).condition;
  }

  /** A condition over all rows, in whatever order. */
  function whole(condition: Condition, access: Access): CompiledCondition {
    return compiler(exactly(condition, access), access)({ part: partOfAll(), span: null, scored: false });
  }

  /** Rising. */
  function rowsOf(condition: Condition, access: Access): readonly number[] {
    const compiled = compiler(condition, access)({ part: partOfAll(), span: null, scored: false });
    return compiled.nothing ? [] : rowsBy(rowsStatement(compiled));
  }

  function rowsBy({ sql, params }: Statement): readonly number[] {
    return db
      .prepare<SqlValue[], number>(sql)
      .pluck()
      .all(...params);
  }

  function compiler(condition: Condition, { archives }: Access): (part: Part) => CompiledCondition {
    const scopes = allScopes
      .all()
      .map(({ key, archives }) => ({ key, archives: JSON.parse(archives) as string[] }));
    const readable: Condition = { kind: 'archives', names: archives };
    const of = condition.kind === 'and' ? [...condition.of, readable] : [condition, readable];
    const context = {
      hasLate: lateSpan() !== null,
      scopes(names: readonly string[]) {
        const held = scopes.filter((s) => s.archives.some((a) => names.includes(a)));
        return held.length === scopes.length ? 'all' : held.map((s) => s.key);
      },
      rowsOfDates: (from: number | null, to: number | null) => ({
        first: from === null ? 1 : firstRowFrom(from),
        last: to === null ? lastRow() : firstRowFrom(to + 1) - 1,
      }),
      countUpTo: ({ sql, params }: Statement, limit: number) =>
        countOf({ sql: `SELECT count(*) AS n FROM (${sql} LIMIT ${limit})`, params }),
    } as const;
    return (part) => compileCondition({ kind: 'and', of }, { ...context, ...part });
  }

  function partOfAll(): Part['part'] {
    return lateSpan() === null ? 'in-order' : 'both';
  }

  /** The rows among which those in `late` are; null if there are none. */
  function lateSpan(): Span | null {
    const first = firstLate.get()?.row ?? null;
    return first === null ? null : { first, last: lastRow() };
  }

  /** A condition asked of the rows in date order, and of those in `late` where there are any: together they are all. */
  function bothParts(compile: (part: Part) => CompiledCondition): CompiledCondition[] {
    const late = lateSpan();
    const inOrder = compile({ part: 'in-order', span: null, scored: false });
    return late === null ? [inOrder] : [inOrder, compile({ part: 'late', span: late, scored: false })];
  }

  function inDateOrder(compile: (part: Part) => CompiledCondition, request: SearchRequest): FoundDocument[] {
    const { after, limit, offset } = request;
    const newestFirst = request.sort === 'newest';
    const wanted = offset + limit;
    const found: Position[] = [];
    const span = after === null ? null : spanBehind(after, newestFirst);
    const inOrder = compile({ part: 'in-order', span, scored: false });
    if (!inOrder.nothing) found.push(...take(inOrderStatement(inOrder, newestFirst), after, wanted));
    const rowsOfLate = lateSpan();
    if (rowsOfLate !== null) {
      const late = compile({ part: 'late', span: rowsOfLate, scored: false });
      const statement = byDateStatement(late, { newestFirst, fromDate: after?.date ?? null });
      if (!late.nothing) found.push(...take(statement, after, wanted));
    }
    const sign = newestFirst ? -1 : 1;
    found.sort((a, b) => sign * (a.date - b.date) || (a.id < b.id ? -1 : 1));
    return found.slice(offset, wanted).map((f) => ({ ...f, score: null }));
  }

  /** The rows in date order of that date and behind it. */
  function spanBehind({ date }: Position, newestFirst: boolean): Span {
    return newestFirst
      ? { first: 1, last: firstRowFrom(date + 1) - 1 }
      : { first: firstRowFrom(date), last: lastRow() };
  }

  function byRelevance(asked: Condition, request: SearchRequest, access: Access): FoundDocument[] {
    const { scoring } = request;
    const narrow = scoring?.narrow ?? null;
    const all: Condition = narrow === null ? asked : { kind: 'and', of: [asked, exactly(narrow, access)] };
    const compiled = compiler(all, access)({ part: partOfAll(), span: null, scored: narrow === null });
    if (compiled.nothing) return [];
    const boosts = (scoring?.boosts ?? []).flatMap(({ condition, factor }) => {
      const rows = whole(condition, access);
      return rows.nothing ? [] : [{ rows: rowsStatement(rows), factor }];
    });
    const tuning = { scoring, declared, boosts };
    const { driver } = compiled;
    const isPlain = scoring === undefined && driver.kind === 'match' && driver.table === 'words';
    if (!isPlain) return scoredRows(relevanceStatement(compiled, asked, request, tuning));
    const sample = isScoredByDriver(compiled, asked) ? sampleStatement(compiled, driver, lastRow()) : null;
    if (sample !== null && isFew(countOf(sample))) {
      const { sql, params } = scoredAtMost(compiled, request, tuning, MOST_SCORED);
      const [first, ...others] = db.prepare<SqlValue[], ScoredRow & { n: number }>(sql).all(...params);
      if (first === undefined && request.offset === 0) return [];
      // Of a page behind the last one it is not known how many there are.
      if (first !== undefined && first.n <= MOST_SCORED) return [first, ...others].map(scored);
    }
    const rows = rowsBy(firstRowsStatement(compiled));
    if (rows.length === 0) return [];
    if (rows.length > MOST_SCORED) {
      const seen = countOf(earliestSeenStatement(compiled));
      return pageOf(layersOf(compiled, driver, seen), request);
    }
    return scoredRows(relevanceStatement(atRows(compiled, rows), asked, request, tuning));
  }

  /** Layers follow each other. */
  function pageOf(layers: readonly Layer[], { limit, offset }: SearchRequest): FoundDocument[] {
    const found: FoundDocument[] = [];
    let skipped = offset;
    for (const layer of layers) {
      if (found.length === limit) break;
      const some = scoredRows(latestStatement(layer, { limit: limit - found.length, offset: skipped }));
      if (skipped > 0)
        skipped = some.length > 0 ? 0 : Math.max(0, skipped - countOf(countStatement(layer.compiled)));
      found.push(...some);
    }
    return found;
  }

  function scoredRows({ sql, params }: Statement): FoundDocument[] {
    return db
      .prepare<SqlValue[], ScoredRow>(sql)
      .all(...params)
      .map(scored);
  }

  /** The first `wanted` rows behind `after`, and all further ones of the last one's second. */
  function take({ sql, params }: Statement, after: Position | null, wanted: number): Position[] {
    const found: Position[] = [];
    for (const row of db.prepare<SqlValue[], FoundRow>(sql).iterate(...params)) {
      const id = row.id.toString('hex');
      if (after !== null && row.date === after.date && id <= after.id) continue;
      if (found.length >= wanted && row.date !== found.at(-1)?.date) break;
      found.push({ date: row.date, id });
    }
    return found;
  }

  function countOf({ sql, params }: Statement): number {
    return db.prepare<SqlValue[], { n: number }>(sql).get(...params)?.n ?? 0;
  }

  function countAll(statements: readonly Statement[]): number {
    return statements.reduce((sum, statement) => sum + countOf(statement), 0);
  }

  return {
    search: db.transaction((request: SearchRequest, access: Access) => {
      if (request.limit === 0) return { hits: [] };
      const { condition } = asked(request.condition, access);
      const inOrder = request.sort !== 'relevance';
      return {
        hits: inOrder
          ? inDateOrder(compiler(condition, access), request)
          : byRelevance(condition, request, access),
      };
    }),
    count: db.transaction((condition: Condition, access: Access) =>
      countAll(bothParts(compiler(asked(condition, access).condition, access)).map(countStatement)),
    ),
    explain: db.transaction((typed: Condition, access: Access) => {
      const { condition, looked } = asked(typed, access);
      const parts = bothParts(compiler(condition, access));
      const given = parts.map(countStatement).map(({ sql, params }) => `${sql}\n${printParams(params)}`);
      return { given: given.join('\n'), examined: looked + countAll(parts.flatMap((part) => part.looks)) };
    }),
    ordered: db.transaction((request: OrderRequest, access: Access) =>
      fields.ordered(whole(request.condition, access), request),
    ),
    stats: db.transaction((field: string, condition: Condition, access: Access) =>
      fields.stats(whole(condition, access), field),
    ),
    facets: db.transaction((request: FacetRequest, access: Access) =>
      facets(whole(request.condition, access), request, access),
    ),
    kept: db.transaction(fields.kept),
    raw: db.transaction(fields.raw),
    state: () => applied.get()?.value ?? '0',
  };
}

function scored({ id, date, score }: ScoredRow): FoundDocument {
  return { id: id.toString('hex'), date, score };
}

/** A list of many ids is one parameter: of long ones the beginning is told. */
function printParams(params: readonly SqlValue[]): string {
  return JSON.stringify(
    params.map((value) =>
      typeof value === 'string' && value.length > LONG
        ? `${value.slice(0, LONG)}… (${value.length} characters)`
        : value,
    ),
  );
}
