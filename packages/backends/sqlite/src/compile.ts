import { type Condition, HayrickError, unreachable } from '@hayrick/core/backend';
import { candidates } from './candidates.ts';
import { allOf, anyOf, FALSE, type Fragment, fragment, negated, type Statement, TRUE } from './fragment.ts';
import {
  MATCH_TABLES,
  type MatchExpression,
  type MatchTable,
  matchExpression,
  splitByTable,
} from './match-expression.ts';

/** Candidates each of which is looked up in another FTS5 table by itself; of more, a set of the other's rows is cheaper. */
const PROBED = 100;
/** Rows up to which a range is taken from its index; more are filtered out of all documents in their order, which may end early. */
const INDEXED = 5000;

/** First and last row, both included. */
export interface Span {
  readonly first: number;
  readonly last: number;
}

/** What a condition needs to know of the generation it is asked of, and what is wanted of it. */
export interface CompileContext {
  /** Keys of the scopes that hold one of these archives; `all` if every document's scope does. */
  scopes(archives: readonly string[]): readonly number[] | 'all';
  /** Rows in date order whose date lies between these. */
  rowsOfDates(from: number | null, to: number | null): Span;
  /** How many rows a SELECT gives, counted up to a limit. */
  countUpTo(select: Statement, limit: number): number;
  readonly hasLate: boolean;
  /** Which rows: those in date order, those in `late`, or both. */
  readonly part: 'in-order' | 'late' | 'both';
  /** Only rows between these; null for all. */
  readonly span: Span | null;
  /** Scores are wanted, which only the table `words` as driver gives. */
  readonly scored: boolean;
}

/** Where candidates come from: one FTS5 expression, a SELECT of row numbers, or the whole table `doc`. */
export type Driver =
  | ({ readonly kind: 'match' } & MatchExpression)
  | ({ readonly kind: 'rows' } & Statement)
  | { readonly kind: 'all' };

/** A condition as SQL: `where` filters what comes from `driver`. */
export interface CompiledCondition {
  readonly driver: Driver;
  readonly where: Fragment;
  /** Count what the engine looks at: the driver's candidates and those of every other index part. */
  readonly looks: readonly Statement[];
  readonly nothing: boolean;
}

/** How a filter asks FTS5: as a set worked out at once, as the same where `doc` may be driven by it, or for each row by itself. */
type Way = { readonly kind: 'set' | 'drive' } | { readonly kind: 'probe'; readonly look: Statement };

/** Compiles a condition, already restricted to what may be read. Pure but for what the context looks up. */
export function compileCondition(condition: Condition, context: CompileContext): CompiledCondition {
  const conjuncts = condition.kind === 'and' ? condition.of : [condition];
  const { span, others } = narrow(conjuncts, context);
  const compiled = compileConjuncts(others, { ...context, span });
  const nothing = compiled.where.sql === '0' || (span !== null && span.first > span.last);
  return nothing ? { ...compiled, looks: [], nothing } : compiled;
}

/** Dates that all matches must have are a span of rows, as long as rows are in the order of dates. */
function narrow(conjuncts: readonly Condition[], context: CompileContext) {
  const others: Condition[] = [];
  let { span } = context;
  for (const c of conjuncts) {
    if (c.kind === 'range' && c.field === 'date' && context.part === 'in-order') {
      const { first, last } = context.rowsOfDates(c.from, c.to);
      span =
        span === null
          ? { first, last }
          : { first: Math.max(first, span.first), last: Math.min(last, span.last) };
    } else {
      others.push(c);
    }
  }
  return { span, others };
}

function compileConjuncts(conjuncts: readonly Condition[], context: CompileContext): CompiledCondition {
  const { driver, rest, way, looks } = chooseDriver(conjuncts, context);
  const where = allOf([
    spanFilter(context),
    ...rest.map((c) => filter(c, context, way)),
    partFilter(context, way),
  ]);
  return { driver, where, looks: [...looks, ...where.looks], nothing: where.sql === '0' };
}

interface Choice {
  readonly driver: Driver;
  readonly looks: readonly Statement[];
  readonly rest: readonly Condition[];
  readonly way: Way;
}

/**
 * All conjuncts that one FTS5 table answers together drive; of several tables, and of ids, those with a rare answer, by which the others
 * are then looked up row by row, else `words` before the others. Failing these any conjunct whose rows an index names.
 */
function chooseDriver(conjuncts: readonly Condition[], context: CompileContext): Choice {
  const texts = MATCH_TABLES.flatMap((table) => textOf(conjuncts, table));
  const [preferred] = texts;
  if (preferred !== undefined) {
    const alone = conjuncts.every((c) => preferred.of.includes(c) || c.kind === 'archives');
    const rare = context.scored || alone ? undefined : rarest(texts, context);
    const few = context.scored ? undefined : fewestIds(conjuncts, rare?.count ?? PROBED + 1);
    if (few !== undefined) {
      const select = selectIds(few.ids, context.span);
      const look = countOf(select);
      const rest = conjuncts.filter((c) => c !== few);
      return { driver: { kind: 'rows', ...select }, looks: [look], rest, way: { kind: 'probe', look } };
    }
    const { expression, of } = rare?.part ?? preferred;
    const look = countMatches(expression, context.span);
    return {
      driver: { kind: 'match', ...expression },
      looks: [look],
      rest: conjuncts.filter((c) => !of.includes(c)),
      way: rare === undefined ? { kind: 'set' } : { kind: 'probe', look },
    };
  }
  for (const conjunct of conjuncts.toSorted((a, b) => turnOf(a) - turnOf(b))) {
    const rows = rowsOf(conjunct, context);
    if (rows === null || (conjunct.kind === 'range' && context.countUpTo(rows.select, INDEXED + 1) > INDEXED))
      continue;
    const rest = conjuncts.filter((c) => c !== conjunct);
    return { driver: { kind: 'rows', ...rows.select }, looks: rows.looks, rest, way: { kind: 'set' } };
  }
  const look = {
    sql: `SELECT count(*) AS n FROM doc WHERE ${spanFilter(context).sql.replaceAll('ROW', 'row')}`,
    params: [],
  };
  return { driver: { kind: 'all' }, looks: [look], rest: conjuncts, way: { kind: 'drive' } };
}

/** The one with the fewest candidates, if they are few enough to be looked up elsewhere one by one. */
function rarest(texts: readonly TextPart[], { span, countUpTo }: CompileContext) {
  const counted = texts
    .map((part) => ({ part, count: countUpTo(selectMatches(part.expression, span), PROBED + 1) }))
    .sort((a, b) => a.count - b.count)[0];
  return counted !== undefined && counted.count <= PROBED ? counted : undefined;
}

/** The shortest list of ids, if it is shorter than `count`. */
function fewestIds(conjuncts: readonly Condition[], count: number): Ids | undefined {
  const [fewest] = conjuncts.filter((c) => c.kind === 'ids').sort((a, b) => a.ids.length - b.ids.length);
  return fewest !== undefined && fewest.ids.length < count ? fewest : undefined;
}

/** When a conjunct is tried that is no text: short lists of ids, what an index may say to be few, long lists. */
function turnOf(condition: Condition): number {
  if (condition.kind !== 'ids') return INDEXED;
  return condition.ids.length;
}

interface TextPart {
  readonly expression: MatchExpression;
  readonly of: readonly Condition[];
}

/** The conjuncts that one FTS5 table answers together, negations included where something positive stands beside them. */
function textOf(conjuncts: readonly Condition[], table: MatchTable): readonly TextPart[] {
  const isOfTable = (c: Condition) => matchExpression(c)?.table === table;
  const of = conjuncts.filter((c) => isOfTable(c) || (c.kind === 'not' && isOfTable(c.of)));
  const expression = of.some(isOfTable) ? matchExpression({ kind: 'and', of }) : null;
  return expression === null ? [] : [{ expression, of }];
}

interface Rows {
  readonly select: Statement;
  readonly looks: readonly Statement[];
}

/** A SELECT of the rows that match, where indexes name them; null where every document would have to be looked at. */
function rowsOf(condition: Condition, context: CompileContext): Rows | null {
  const text = matchExpression(condition);
  if (text !== null)
    return { select: selectMatches(text, context.span), looks: [countMatches(text, context.span)] };
  switch (condition.kind) {
    case 'phrase':
    case 'near':
      return union(splitByTable(condition), context);
    case 'or':
      return union(condition.of, context);
    case 'and': {
      const compiled = compileConjuncts(condition.of, { ...context, scored: false });
      if (compiled.driver.kind === 'all') return null;
      const { from, where, params, row } = candidates(compiled, false);
      return { select: { sql: `SELECT ${row} FROM ${from} WHERE ${where}`, params }, looks: compiled.looks };
    }
    case 'range': {
      const select = rowsOfRange(condition, context);
      return { select, looks: [countOf(select)] };
    }
    case 'ids': {
      const select = selectIds(condition.ids, context.span);
      return { select, looks: [countOf(select)] };
    }
    default:
      return null;
  }
}

function union(parts: readonly Condition[], context: CompileContext): Rows | null {
  const rows = parts.map((part) => rowsOf(part, context));
  const known = rows.filter((r) => r !== null);
  if (known.length < parts.length || known.length === 0) return null;
  const sql = known.map((r) => r.select.sql).join(' UNION ');
  return {
    select: { sql, params: known.flatMap((r) => r.select.params) },
    looks: known.flatMap((r) => r.looks),
  };
}

function filter(condition: Condition, context: CompileContext, way: Way): Fragment {
  const text = matchExpression(condition);
  if (text !== null) return matchFilter(text, context, way);
  switch (condition.kind) {
    case 'all':
      return TRUE;
    case 'none':
      return FALSE;
    case 'and':
      return allOf(condition.of.map((c) => filter(c, context, way)));
    case 'or':
      return anyOf(condition.of.map((c) => filter(c, context, way)));
    case 'not':
      return negated(filter(condition.of, context, way));
    case 'phrase':
    case 'near':
      return anyOf(splitByTable(condition).map((c) => filter(c, context, way)));
    case 'range':
      return range(condition, context, way);
    case 'ids': {
      const select = selectIds(condition.ids, context.span);
      return inSet(select, way, [countOf(select)]);
    }
    case 'archives': {
      const scopes = context.scopes(condition.names);
      if (scopes === 'all') return TRUE;
      return scopes.length === 0 ? FALSE : fragment(`doc.scope IN (${scopes.join()})`);
    }
    case 'keyword':
    case 'keyword-prefix':
      return FALSE;
    case 'fuzzy':
      throw new HayrickError(
        'QUERY_UNSUPPORTED',
        `The engine sqlite does not answer conditions of the kind "${condition.kind}".`,
      );
    default:
      return unreachable(condition);
  }
}

function matchFilter(text: MatchExpression, { span }: CompileContext, way: Way): Fragment {
  if (way.kind === 'probe') {
    const { table, match } = text;
    return fragment(
      `EXISTS (SELECT 1 FROM ${table} probed WHERE probed.${table} MATCH ? AND probed.rowid = ROW)`,
      [match],
      [way.look],
    );
  }
  return inSet(selectMatches(text, span), way, [countMatches(text, span)]);
}

/** The plus keeps SQLite from asking an FTS5 table anew for every row of the set, which costs twenty times as much. */
function inSet({ sql, params }: Statement, way: Way, looks: readonly Statement[] = []): Fragment {
  return fragment(`${way.kind === 'drive' ? '' : '+'}ROW IN (${sql})`, params, looks);
}

type Ids = Extract<Condition, { kind: 'ids' }>;
type Range = Extract<Condition, { kind: 'range' }>;

function range(condition: Range, context: CompileContext, way: Way): Fragment {
  const { field, from, to } = condition;
  if (field === 'date') return dates(condition, context, way);
  // With the plus not by its index: that is what rowsOfRange is for.
  if (field === 'received' || field === 'size')
    return fragment(bounds(`+doc.${field}`, from, to), boundValues(condition));
  const rows = rowsOfRange(condition, context);
  return inSet(rows, way, [countOf(rows)]);
}

function rowsOfRange(condition: Range, context: CompileContext): Statement {
  const { field, from, to } = condition;
  const values = boundValues(condition);
  if (field === 'received' || field === 'size')
    return { sql: `SELECT row FROM doc WHERE ${bounds(field, from, to)}`, params: values };
  if (field === 'date') {
    const { sql, params } = dates(condition, context, { kind: 'drive' });
    return { sql: `SELECT row FROM doc WHERE ${sql.replaceAll('ROW', 'row')}`, params };
  }
  return {
    sql: `SELECT row FROM number WHERE field = ? AND ${bounds('value', from, to)}`,
    params: [field, ...values],
  };
}

function dates(condition: Range, context: CompileContext, way: Way): Fragment {
  const { from, to } = condition;
  const { first, last } = context.rowsOfDates(from, to);
  const inOrder = first > last ? FALSE : fragment(`ROW BETWEEN ${first} AND ${last}`);
  if (!context.hasLate || context.part === 'in-order') return inOrder;
  const select = {
    sql: `SELECT row FROM late WHERE ${bounds('date', from, to)}`,
    params: boundValues(condition),
  };
  const late = inSet(select, way);
  if (context.part === 'late') return late;
  return anyOf([allOf([inOrder, fragment(IN_ORDER)]), late]);
}

function bounds(column: string, from: number | null, to: number | null): string {
  const parts = [from === null ? '' : `${column} >= ?`, to === null ? '' : `${column} <= ?`].filter(
    (p) => p !== '',
  );
  return parts.length === 0 ? '1' : parts.join(' AND ');
}

function boundValues({ from, to }: Range): readonly number[] {
  return [from, to].filter((n) => n !== null);
}

const IN_ORDER = 'ROW NOT IN (SELECT row FROM late)';

function partFilter({ part, hasLate }: CompileContext, way: Way): Fragment {
  if (part === 'late') return inSet({ sql: 'SELECT row FROM late', params: [] }, way);
  return part === 'in-order' && hasLate ? fragment(IN_ORDER) : TRUE;
}

/** Written out, since a number that is bound is a fraction to FTS5, which then goes through all rows. */
function spanFilter({ span }: CompileContext): Fragment {
  return span === null ? TRUE : fragment(`ROW BETWEEN ${span.first} AND ${span.last}`);
}

function selectMatches({ table, match }: MatchExpression, span: Span | null): Statement {
  const within = span === null ? '' : ` AND rowid BETWEEN ${span.first} AND ${span.last}`;
  return { sql: `SELECT rowid FROM ${table} WHERE ${table} MATCH ?${within}`, params: [match] };
}

/** One parameter, however many they are: the index of ids is asked in its order. */
function selectIds(ids: readonly string[], span: Span | null): Statement {
  const within = span === null ? '' : ` WHERE named.row BETWEEN ${span.first} AND ${span.last}`;
  return {
    sql: `SELECT named.row FROM json_each(?) CROSS JOIN doc named ON named.id = unhex(json_each.value)${within}`,
    params: [JSON.stringify(ids)],
  };
}

function countMatches(text: MatchExpression, span: Span | null): Statement {
  return countOf(selectMatches(text, span));
}

function countOf({ sql, params }: Statement): Statement {
  return { sql: `SELECT count(*) AS n FROM (${sql})`, params };
}
