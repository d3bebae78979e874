import type {
  Access,
  Condition,
  DeclaredField,
  EngineExplanation,
  FoundDocument,
  Position,
  SearchPage,
  SearchRequest,
} from '@hayrick/core/backend';
import { type CompileContext, type CompiledCondition, compileCondition } from './compile.ts';
import type { Db } from './database.ts';
import {
  countStatement,
  inOrderStatement,
  lateStatement,
  relevanceStatement,
  type Statement,
} from './statements.ts';

/** Searches one generation. Every call is one read transaction. */
export interface Searcher {
  search(request: SearchRequest, access: Access): SearchPage;
  count(condition: Condition, access: Access): number;
  explain(condition: Condition, access: Access): EngineExplanation;
  state(): string;
}

interface FoundRow {
  readonly date: number;
  readonly id: Buffer;
}

export function prepareSearcher(db: Db, fields: readonly DeclaredField[]): Searcher {
  const rowFrom = db.prepare<[number], { row: number; date: number }>(
    'SELECT row, date FROM doc WHERE row >= ? AND row NOT IN (SELECT row FROM late) ORDER BY row LIMIT 1',
  );
  const maxRow = db.prepare<[], { row: number | null }>('SELECT max(row) AS row FROM doc');
  const anyLate = db.prepare<[], { n: number }>('SELECT EXISTS(SELECT 1 FROM late) AS n');
  const allScopes = db.prepare<[], { key: number; archives: string }>('SELECT key, archives FROM scope');
  const applied = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'applied'");

  /** The first row in date order whose date is at least `date`; one behind the last if there is none. */
  function firstRowFrom(date: number): number {
    let low = 1;
    let high = (maxRow.get()?.row ?? 0) + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const found = rowFrom.get(middle);
      if (found === undefined || found.date >= date) high = middle;
      else low = found.row + 1;
    }
    return low;
  }

  function context(): CompileContext {
    const scopes = allScopes
      .all()
      .map(({ key, archives }) => ({ key, archives: JSON.parse(archives) as string[] }));
    return {
      fields,
      hasLate: anyLate.get()?.n === 1,
      scopes(names) {
        const held = scopes.filter((s) => s.archives.some((a) => names.includes(a)));
        return held.length === scopes.length ? 'all' : held.map((s) => s.key);
      },
      rowsOfDates: (from, to) => ({
        first: from === null ? 1 : firstRowFrom(from),
        last: to === null ? (maxRow.get()?.row ?? 0) : firstRowFrom(to + 1) - 1,
      }),
    };
  }

  function compile(condition: Condition, { archives }: Access, using: CompileContext): CompiledCondition {
    const readable: Condition = { kind: 'archives', names: archives };
    const of = condition.kind === 'and' ? [...condition.of, readable] : [condition, readable];
    return compileCondition({ kind: 'and', of }, using);
  }

  function inDateOrder(
    compiled: CompiledCondition,
    using: CompileContext,
    request: SearchRequest,
  ): FoundDocument[] {
    const { after, limit, offset } = request;
    const newestFirst = request.sort === 'newest';
    const fromRow =
      after === null ? null : newestFirst ? firstRowFrom(after.date + 1) - 1 : firstRowFrom(after.date);
    const wanted = offset + limit;
    const inOrder = inOrderStatement(compiled, { newestFirst, fromRow, hasLate: using.hasLate });
    const found = take(db, inOrder, after, wanted);
    if (using.hasLate) {
      found.push(
        ...take(db, lateStatement(compiled, { newestFirst, fromDate: after?.date ?? null }), after, wanted),
      );
    }
    const sign = newestFirst ? -1 : 1;
    found.sort((a, b) => sign * (a.date - b.date) || (a.id < b.id ? -1 : 1));
    return found.slice(offset, wanted).map((f) => ({ ...f, score: null }));
  }

  function byRelevance(compiled: CompiledCondition, request: SearchRequest): FoundDocument[] {
    const statement = relevanceStatement(compiled, request.condition, request);
    return db
      .prepare<(string | number)[], FoundRow & { score: number }>(statement.sql)
      .all(...statement.params)
      .map(({ id, date, score }) => ({ id: id.toString('hex'), date, score }));
  }

  return {
    search: db.transaction((request: SearchRequest, access: Access) => {
      const using = context();
      const compiled = compile(request.condition, access, using);
      if (compiled.nothing || request.limit === 0) return { hits: [] };
      const hits =
        request.sort === 'relevance' ? byRelevance(compiled, request) : inDateOrder(compiled, using, request);
      return { hits };
    }),
    count: db.transaction((condition: Condition, access: Access) =>
      countOf(db, countStatement(compile(condition, access, context()))),
    ),
    explain: db.transaction((condition: Condition, access: Access) => {
      const compiled = compile(condition, access, context());
      const count = countStatement(compiled);
      let examined = compiled.driver === null && !compiled.nothing ? countOf(db, count) : 0;
      for (const { table, match } of compiled.matches) {
        examined += countOf(db, {
          sql: `SELECT count(*) AS n FROM ${table} WHERE ${table} MATCH ?`,
          params: [match],
        });
      }
      return { given: `${count.sql}\n${JSON.stringify(count.params)}`, examined };
    }),
    state: () => applied.get()?.value ?? '0',
  };
}

function countOf(db: Db, { sql, params }: Statement): number {
  return db.prepare<(string | number)[], { n: number }>(sql).get(...params)?.n ?? 0;
}

/** The first `wanted` rows behind `after`, and all further ones of the last one's second. */
function take(db: Db, { sql, params }: Statement, after: Position | null, wanted: number): Position[] {
  const found: Position[] = [];
  for (const row of db.prepare<(string | number)[], FoundRow>(sql).iterate(...params)) {
    const id = row.id.toString('hex');
    if (after !== null && row.date === after.date && id <= after.id) continue;
    if (found.length >= wanted && row.date !== found.at(-1)?.date) break;
    found.push({ date: row.date, id });
  }
  return found;
}
