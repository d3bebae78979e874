import { type Condition, NUMBER_FIELDS, unreachable } from '@hayrick/core/backend';
import { clampSeconds } from './encode.ts';
import { keywordPath, numberPath } from './mapping.ts';
import { fuzzyQuery, nearQuery, phraseQuery, type WeightOf } from './text-query.ts';

/** A query in the engine's own language. */
export type Dsl = Readonly<Record<string, unknown>>;

const ALL: Dsl = { match_all: {} };
const NONE: Dsl = { match_none: {} };
/** Queries in one another that the server reads at once (`indices.query.bool.max_nested_depth` is 30). */
const MOST_DEPTH = 20;
/** Beyond what any size, date or number that is kept can be, and within what a `long` holds. */
const MOST = 2 ** 62;
/** Values of one query: what `index.max_terms_count` lets through by default. */
const MOST_IDS = 65_536;

/** The kinds of condition that make one match better than another. */
const SCORED: ReadonlySet<Condition['kind']> = new Set(['phrase', 'near', 'fuzzy', 'and', 'or']);

interface Compiled {
  readonly query: Dsl;
  /** Of queries in one another. */
  readonly depth: number;
}

/** What must be known of the index. */
export interface CompileContext {
  /** Declared fields that hold dates. */
  readonly dates: ReadonlySet<string>;
  /** The order is by relevance. */
  readonly ranked: boolean;
  /** What a match in a field counts then; absent: as core's field table says. */
  readonly weights?: WeightOf;
}

/** A condition within what may be read, as one query. Pure. */
export function compileQuery(
  condition: Condition,
  archives: readonly string[],
  context: CompileContext,
): Dsl {
  return compileCondition({ kind: 'and', of: [condition, { kind: 'archives', names: archives }] }, context);
}

/** A condition alone. */
export function compileCondition(condition: Condition, context: CompileContext): Dsl {
  return compile(condition, context).query;
}

function compile(condition: Condition, context: CompileContext): Compiled {
  switch (condition.kind) {
    case 'all':
      return leaf(ALL);
    case 'none':
      return leaf(NONE);
    case 'and':
      return conjunction(condition.of, context);
    case 'or':
      return disjunction(condition.of, context);
    case 'not':
      return conjunction([condition], context);
    case 'phrase':
      return leaf(phraseQuery(condition.fields, condition.items, context.ranked, context.weights));
    case 'near':
      return leaf(
        nearQuery(condition.fields, condition.tokens, condition.distance, context.ranked, context.weights),
      );
    case 'fuzzy':
      return leaf(
        fuzzyQuery(condition.fields, condition.token, condition.edits, context.ranked, context.weights),
      );
    case 'keyword':
      return leaf({ term: { [keywordPath(condition.field)]: condition.value } });
    case 'keyword-prefix':
      return leaf({ prefix: { [keywordPath(condition.field)]: condition.prefix } });
    case 'range':
      return leaf(range(condition, context));
    case 'archives':
      return leaf({ terms: { archives: [...condition.names] } });
    case 'ids':
      return idsQuery(condition.ids);
    default:
      return unreachable(condition);
  }
}

function conjunction(of: readonly Condition[], context: CompileContext): Compiled {
  const must: Compiled[] = [];
  const filter: Compiled[] = [];
  const not: Compiled[] = [];
  for (const part of flat(of, 'and')) {
    if (part.kind === 'not') not.push(...flat([part.of], 'or').map((one) => compile(one, context)));
    else if (isScored(part)) must.push(compile(part, context));
    else if (part.kind !== 'all') filter.push(compile(part, context));
  }
  const [only = leaf(ALL), ...others] = [...must, ...filter];
  if (others.length === 0 && not.length === 0) return only;
  return bool({ must, filter, must_not: not });
}

function disjunction(of: readonly Condition[], context: CompileContext): Compiled {
  const parts = flat(of, 'or');
  const [only, ...others] = parts;
  if (only === undefined) return leaf(NONE);
  if (others.length === 0) return compile(only, context);
  const should = parts.map((part) => {
    const compiled = compile(part, context);
    // What does not make a match better would do so here.
    return isScored(part) ? compiled : wrapped('constant_score', compiled);
  });
  return bool({ should });
}

/** Conditions of a kind within the same kind, and negations of negations, taken apart. */
function flat(of: readonly Condition[], kind: 'and' | 'or'): readonly Condition[] {
  return of.flatMap((part) => {
    let bare = part;
    while (bare.kind === 'not' && bare.of.kind === 'not') bare = bare.of.of;
    return bare.kind === kind ? flat(bare.of, kind) : [bare];
  });
}

function isScored(condition: Condition): boolean {
  return SCORED.has(condition.kind);
}

function leaf(query: Dsl): Compiled {
  // A query of several fields is one of several.
  return { query, depth: 2 };
}

function wrapped(name: 'constant_score', inner: Compiled): Compiled {
  const { query, depth } = shallow(inner);
  return { query: { [name]: { filter: query, boost: 0 } }, depth: depth + 1 };
}

function bool(clauses: Readonly<Record<string, readonly Compiled[]>>): Compiled {
  let deepest = 0;
  const all: Record<string, unknown> = {};
  for (const [name, parts] of Object.entries(clauses)) {
    if (parts.length === 0) continue;
    const inner = parts.map(shallow);
    deepest = Math.max(deepest, ...inner.map(({ depth }) => depth));
    all[name] = inner.map(({ query }) => query);
  }
  if (all['should'] !== undefined) all['minimum_should_match'] = 1;
  return { query: { bool: all }, depth: deepest + 1 };
}

/** The server counts the depth of a packed query by itself. */
function shallow(compiled: Compiled): Compiled {
  if (compiled.depth < MOST_DEPTH) return compiled;
  const packed = Buffer.from(JSON.stringify(compiled.query)).toString('base64');
  return { query: { wrapper: { query: packed } }, depth: 1 };
}

/**
 * By the index of `_id`, which is there for every document; its values are never loaded. (The query `ids` takes no more than
 * `index.max_result_window`.)
 */
function idsQuery(ids: readonly string[]): Compiled {
  if (ids.length <= MOST_IDS) return leaf({ terms: { _id: ids } });
  const should: Compiled[] = [];
  for (let at = 0; at < ids.length; at += MOST_IDS)
    should.push(leaf({ terms: { _id: ids.slice(at, at + MOST_IDS) } }));
  return bool({ should });
}

type Range = Extract<Condition, { kind: 'range' }>;

function range({ field, from, to }: Range, { dates }: CompileContext): Dsl {
  const builtIn = NUMBERS.includes(field);
  const path = builtIn ? field : numberPath(field);
  if (from === null && to === null) return { exists: { field: path } };
  // A date that is given as a number would be taken for milliseconds.
  const bound = (n: number): number | string =>
    dates.has(field) || (builtIn && field !== 'size')
      ? String(clampSeconds(n))
      : Math.min(Math.max(n, -MOST), MOST);
  return {
    range: {
      [path]: {
        ...(from === null ? {} : { gte: bound(from) }),
        ...(to === null ? {} : { lte: bound(to) }),
      },
    },
  };
}

const NUMBERS: readonly string[] = NUMBER_FIELDS;
