import type { FieldStats } from '../backend/index.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField, NumberField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import type { QueryProblem } from '../query/index.ts';
import type { FacetAsked, FacetValue, Hit, Who } from '../search/answers.ts';
import { countFacets, readFacets } from '../search/facets.ts';
import type { SearchPlace } from '../search/prepare.ts';
import { both, type Expression, either, NONE, negated } from './expression.ts';
import type { Filter } from './filter.ts';
import type { OwnFields, StoredValues } from './own-fields.ts';
import { fieldOnly, type PreparedSelection, prepareSelection } from './prepare-selection.ts';
import { readFilter } from './read-filter.ts';
import { checkColumns, openRows } from './rows.ts';
import { EVERYTHING, type Selection } from './selection.ts';
import { parseSelection, type SelectionJson, writeSelection } from './selection-json.ts';
import { walkSelection } from './walk-selection.ts';

/** A hit, with the values of the site's own fields that are stored. */
export interface MessageHit<O extends OwnFields> extends Hit {
  readonly values: StoredValues<O>;
}

/** What `values` and `pick` may name: parts of a hit, and stored fields by their names. */
export type Columns<O extends OwnFields> = Hit & Required<StoredValues<O>>;

type Ordered<O extends OwnFields> =
  | NumberField
  | { [K in keyof O & string]: O[K]['kind'] extends 'text' ? never : K }[keyof O & string];
type Counted<O extends OwnFields> =
  | NumberField
  | { [K in keyof O & string]: O[K]['kind'] extends 'date' | 'number' ? K : never }[keyof O & string];
/** Fields whose values are counted. */
export type FacetName<O extends OwnFields> =
  | 'archive'
  | 'from'
  | 'year'
  | 'month'
  | 'list'
  | 'has'
  | 'mime'
  | {
      [K in keyof O & string]: O[K]['kind'] extends 'keyword'
        ? O[K]['facet'] extends false
          ? never
          : K
        : never;
    }[keyof O & string];
/** The field of a facet that is asked for. */
type NameOf<F> = F extends { readonly field: infer N extends string } ? N : F extends string ? F : never;
type OwnText<O extends OwnFields> = {
  [K in keyof O & string]: O[K]['kind'] extends 'text' ? K : never;
}[keyof O & string];
/** Text fields that count for relevance. */
type Weighed =
  | 'subject'
  | 'from'
  | 'to'
  | 'cc'
  | 'bcc'
  | 'filename'
  | 'own'
  | 'quoted'
  | 'attached'
  | 'signature';

/** Numbers and dates, dates as unix seconds; null and 0 where there are none. */
export interface Stats extends FieldStats {
  readonly mean: number | null;
}

export interface ReadOptions {
  readonly signal?: AbortSignal | undefined;
}

/**
 * Messages that are asked for: immutable, and nothing is read before rows, counts or statistics are awaited. Each method answers a new set.
 * What may be read is settled by `as` when it is read, from the settings as they are then, and is no part of the JSON.
 */
export interface QuerySet<O extends OwnFields, Row = MessageHit<O>> extends AsyncIterable<Row> {
  /** Those for which the filter holds too. */
  filter(filter: Filter<O>): QuerySet<O, Row>;
  /** Those for which it does not hold. */
  exclude(filter: Filter<O>): QuerySet<O, Row>;
  /** The same as `filter`. */
  and(filter: Filter<O>): QuerySet<O, Row>;
  /** These, and those for which the filter holds. */
  or(filter: Filter<O>): QuerySet<O, Row>;
  /** As people type it: of these those that the query finds. What it does not understand is searched as text and told by `problems`; with `strict` it is QUERY_INVALID. */
  query(text: string, options?: { readonly strict?: boolean }): QuerySet<O, Row>;
  /** In the language of one engine, told by the name it has in settings; on another it is QUERY_UNSUPPORTED. Never for what users type. */
  raw(engine: string, query: unknown): QuerySet<O, Row>;
  /** As `filter`, and without a part in the score. */
  narrow(filter: Filter<O>): QuerySet<O, Row>;
  /** Multiplies the scores of what the filter, or a word anywhere, matches by a factor above 0. It finds no more and no less. */
  boost(what: string | Filter<O>, factor: number): QuerySet<O, Row>;
  /** Multiplies what matches in fields count for the score. */
  weigh(factors: { readonly [K in Weighed | OwnText<O>]?: number }): QuerySet<O, Row>;
  /** `relevance`, or fields from the first that decides to the last, falling where `-` stands before them; ties by id. Replaces an order named before. */
  orderBy(order: 'relevance'): QuerySet<O, Row>;
  orderBy(...fields: (Ordered<O> | `-${Ordered<O>}`)[]): QuerySet<O, Row>;
  /** From the `start`th (from 0) up to the `end`th, that one left out, of what was sliced before. */
  slice(start: number, end?: number): QuerySet<O, Row>;
  /** Rows with these alone. */
  values<const K extends readonly (keyof Columns<O> & string)[]>(
    ...columns: K
  ): QuerySet<O, Pick<Columns<O>, K[number]>>;
  /** Rows that are one value. */
  pick<K extends keyof Columns<O> & string>(column: K): QuerySet<O, Columns<O>[K]>;
  /** Hits come with snippets in which the words are marked. */
  highlight(on?: boolean): QuerySet<O, Row>;
  /** Asks another connection. */
  using(connection: string): QuerySet<O, Row>;
  /** What is in this or the other set, both unsliced; order, rows, boosts and connection stay those of this one. */
  union(other: QuerySet<O, unknown>): QuerySet<O, Row>;
  /** What is in both. */
  intersection(other: QuerySet<O, unknown>): QuerySet<O, Row>;
  all(): QuerySet<O, Row>;
  none(): QuerySet<O, Row>;

  /** All rows, in memory at once; `for await` takes them in bounded memory. */
  toArray(options?: ReadOptions): Promise<Row[]>;
  first(options?: ReadOptions): Promise<Row | null>;
  /** The row with the latest date, or the greatest value of another field. */
  latest(field?: Ordered<O>, options?: ReadOptions): Promise<Row | null>;
  /** The row at that place, from 0. */
  at(place: number, options?: ReadOptions): Promise<Row | null>;
  /** Exact. */
  count(options?: ReadOptions): Promise<number>;
  exists(options?: ReadOptions): Promise<boolean>;
  /** Of all matches, whatever slice. */
  stats<const F extends readonly Counted<O>[]>(...fields: F): Promise<{ readonly [K in F[number]]: Stats }>;
  /** Values of fields, counted over all matches, whatever slice; 20 each where no `limit` is given. */
  facet<const F extends readonly (FacetName<O> | { readonly field: FacetName<O>; readonly limit: number })[]>(
    ...fields: F
  ): Promise<{ readonly [K in NameOf<F[number]>]: readonly FacetValue[] }>;
  /** What was not understood in texts given to `query`, with its place. */
  problems(options?: ReadOptions): Promise<readonly QueryProblem[]>;
  /** Iterates with a signal that ends it. */
  rows(options: ReadOptions): AsyncIterable<Row>;

  toJSON(): SelectionJson;
  /** The set that the JSON tells of, for the one who asks here. */
  fromJSON(json: unknown): QuerySet<O>;
}

/** Who asks, and where to. */
export interface SetSource {
  readonly as: Who;
  readonly fields: readonly DeclaredField[];
  /** Takes a place to search, to be released. */
  take(using: string | undefined): Promise<{ place: SearchPlace; release: () => Promise<void> }>;
}

/** Found documents that are made rows at a time. */
const LOADED = 1000;

/** Everything that may be read. */
export function openQuerySet<O extends OwnFields>(source: SetSource): QuerySet<O> {
  return setOf<O, MessageHit<O>>(source, EVERYTHING);
}

function setOf<O extends OwnFields, Row>(source: SetSource, selection: Selection): QuerySet<O, Row> {
  const { fields } = source;
  const read = (filter: unknown): Expression => readFilter(filter, fields);
  const but = (change: Partial<Selection>): QuerySet<O, Row> => setOf(source, { ...selection, ...change });
  const unsliced = (what: string): void => {
    if (selection.start === 0 && selection.end === null) return;
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `A set that is sliced takes no ${what}: put it before slice().`,
    );
  };
  const where = (expression: Expression): QuerySet<O, Row> => {
    unsliced('further filter');
    return but({ where: expression });
  };
  const sliced = (start: number, end: number | null): QuerySet<O, Row> => {
    const from = selection.start + start;
    const ends = [end === null ? null : selection.start + end, selection.end].filter((one) => one !== null);
    return but({ start: from, end: ends.length === 0 ? null : Math.max(from, Math.min(...ends)) });
  };
  const joined = (other: QuerySet<O, unknown>, join: typeof both): QuerySet<O, Row> => {
    const of = parseSelection(other.toJSON(), fields);
    if (of.start > 0 || of.end !== null) {
      throw new HayrickError('ARGUMENT_INVALID', 'A set that is sliced cannot be joined to another.');
    }
    const all = (one: Selection): Expression => both(one.where, one.narrow);
    unsliced('other set');
    return but({ where: join(all(selection), all(of)), narrow: EVERYTHING.narrow });
  };

  async function asked<T>(
    options: ReadOptions,
    use: (place: SearchPlace, prepared: PreparedSelection) => Promise<T>,
  ): Promise<T> {
    const { place, release } = await source.take(selection.using ?? undefined);
    try {
      return await use(place, await prepareSelection(place, selection, source.as, options.signal));
    } finally {
      await release();
    }
  }

  async function* rows({ signal }: ReadOptions): AsyncGenerator<Row> {
    if (selection.end !== null && selection.end <= selection.start) return;
    const { place, release } = await source.take(selection.using ?? undefined);
    try {
      const prepared = await prepareSelection(place, selection, source.as, signal);
      const load = openRows(place, prepared, selection, signal);
      const { start, end } = selection;
      for await (const page of walkSelection(place, prepared, { start, end, signal })) {
        for (let at = 0; at < page.length; at += LOADED) {
          // Columns and flat say what rows are, as the types of values and pick do.
          yield* (await load(page.slice(at, at + LOADED))) as readonly Row[];
        }
      }
    } finally {
      await release();
    }
  }

  async function firstOf(set: QuerySet<O, Row>, options: ReadOptions): Promise<Row | null> {
    for await (const row of set.rows(options)) return row;
    return null;
  }

  const set: QuerySet<O, Row> = {
    filter: (filter) => where(both(selection.where, read(filter))),
    exclude: (filter) => where(both(selection.where, negated(read(filter)))),
    and: (filter) => where(both(selection.where, read(filter))),
    or: (filter) => where(either(selection.where, read(filter))),
    query: (text, { strict = false } = {}) => where(both(selection.where, { kind: 'query', text, strict })),
    raw: (engine, query) => where(both(selection.where, { kind: 'raw', engine, query: frozen(query) })),
    narrow(filter) {
      unsliced('further filter');
      return but({ narrow: both(selection.narrow, read(filter)) });
    },
    boost(what, factor) {
      checkFactor(factor);
      if (selection.boosts.length >= LIMITS.queryTerms)
        throw new HayrickError('QUERY_TOO_LARGE', `Too many boosts: at most ${LIMITS.queryTerms}.`);
      const of = read(typeof what === 'string' ? { content: what } : what);
      return but({ boosts: [...selection.boosts, { of, factor }] });
    },
    weigh(factors) {
      const given = Object.entries<number | undefined>(factors).filter(([, factor]) => factor !== undefined);
      const weights = Object.fromEntries(given.map(([field, factor]) => [field, checkFactor(factor)]));
      return but({ weights: { ...selection.weights, ...weights } });
    },
    orderBy(...order: readonly string[]) {
      unsliced('other order');
      return but({ order: [...order] });
    },
    slice(start, end) {
      checkPlace(start);
      if (end !== undefined) checkPlace(end);
      return sliced(start, end ?? null);
    },
    values(...columns) {
      checkColumns(columns, fields);
      return setOf(source, { ...selection, columns: [...columns], flat: false });
    },
    pick(column) {
      checkColumns([column], fields);
      return setOf(source, { ...selection, columns: [column], flat: true });
    },
    highlight: (on = true) => but({ highlight: on }),
    using: (connection) => but({ using: connection }),
    union: (other) => joined(other, either),
    intersection: (other) => joined(other, both),
    all: () => set,
    none: () => but({ where: NONE }),
    async toArray(options = {}) {
      const all: Row[] = [];
      for await (const row of rows(options)) all.push(row);
      return all;
    },
    first: (options = {}) => firstOf(sliced(0, 1), options),
    latest(field, options = {}) {
      unsliced('other order');
      const order = [`-${field ?? 'date'}`];
      return firstOf(setOf(source, { ...selection, order, start: 0, end: 1 }), options);
    },
    at(place, options = {}) {
      checkPlace(place);
      return firstOf(sliced(place, place + 1), options);
    },
    count: (options = {}) =>
      asked(options, async ({ reader }, { matched, access }) => {
        const count = await reader.count(matched, access, options);
        const { start, end } = selection;
        return Math.max(0, Math.min(count, end ?? count) - start);
      }),
    exists: async (options = {}) => (await set.count(options)) > 0,
    stats: (...names) =>
      asked({}, async (place, { matched, access }) => {
        const all: Record<string, Stats> = {};
        for (const field of new Set<string>(names)) {
          place.check(fieldOnly(field));
          const found = await place.reader.stats?.(field, matched, access);
          if (found === undefined) continue;
          all[field] = { ...found, mean: found.count === 0 ? null : found.sum / found.count };
        }
        // One for each name: a guarded reader answers or throws.
        return all as { readonly [K in (typeof names)[number]]: Stats };
      }),
    facet: async (...names) => {
      const questions = readFacets(names satisfies readonly FacetAsked[], fields);
      const counts = await asked({}, (place, { matched: condition, access }) =>
        countFacets(place, questions, { condition, access }, undefined),
      );
      // One for each name: a guarded reader answers or throws.
      return counts as { readonly [K in NameOf<(typeof names)[number]>]: readonly FacetValue[] };
    },
    problems: (options = {}) => asked(options, async (_, { problems }) => problems),
    rows,
    [Symbol.asyncIterator]: () => rows({}),
    toJSON: () => writeSelection(selection),
    fromJSON: (json) => setOf(source, parseSelection(json, fields)),
  };
  return Object.freeze(set);
}

/** What is changed afterwards outside does not change the set. */
function frozen(query: unknown): unknown {
  return JSON.parse(JSON.stringify(query ?? null)) as unknown;
}

function checkFactor(factor: number | undefined): number {
  if (factor !== undefined && Number.isFinite(factor) && factor > 0) return factor;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    `A score is multiplied by a number above 0, not by ${String(factor)}.`,
  );
}

function checkPlace(place: number): void {
  if (Number.isSafeInteger(place) && place >= 0) return;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    `Places are whole numbers from 0, not ${String(place)}: to count from the end turn the order around.`,
  );
}
