import {
  type Abortable,
  type Access,
  type Condition,
  type DeclaredField,
  type EngineExplanation,
  type FacetCount,
  type FacetRequest,
  type FieldStats,
  type FoundDocument,
  type GenerationReader,
  HayrickError,
  type KeptValues,
  type OrderedPage,
  type OrderRequest,
  type Position,
  type Scoring,
  type SearchPage,
  type SearchRequest,
} from '@hayrick/core/backend';
import { type CompileContext, compileQuery, type Dsl } from './compile.ts';
import { at, type Call, type Engine } from './engine.ts';
import { countCandidates } from './examined.ts';
import { countFacets } from './facets.ts';
import { type FieldKinds, keptValues, orderedPage, rawIds, statsOfField } from './field-answers.ts';
import { idKeys } from './id-keys.ts';
import type { OwnIndex } from './ownership.ts';
import { printQuery } from './print-query.ts';
import { scoredQuery } from './scored-query.ts';
import { weightsOf } from './text-query.ts';

/** Dates go in and out as seconds. */
const SECONDS = 'epoch_second';

/** What a hit comes with: its id, and the value that it is ordered by first. */
interface Found {
  readonly id: string;
  /** Score or date. */
  readonly value: unknown;
  /** Seconds. */
  readonly date: unknown;
}

interface Page {
  readonly query: Dsl;
  readonly sort: readonly Dsl[];
  readonly from: number;
  readonly size: number;
  readonly after: Found | null;
}

/** Reads one index, by its own name and never by the alias. */
export class IndexReader implements GenerationReader {
  readonly generation: string;
  readonly fingerprint: string;
  readonly #engine: Engine;
  readonly #copy: string;
  /** How far offset and limit of a request may reach, as the index was made. */
  readonly #window: number;
  readonly #fields: FieldKinds;
  readonly #weights: (field: string) => number;

  constructor({ name, meta }: OwnIndex, engine: Engine, window: number, declared: readonly DeclaredField[]) {
    this.generation = name;
    this.fingerprint = meta.fingerprint;
    this.#engine = engine;
    this.#window = window;
    const named = (kind: DeclaredField['kind']): ReadonlySet<string> =>
      new Set(declared.filter((field) => field.kind === kind).map((field) => field.name));
    this.#fields = { dates: named('date'), numbers: named('number') };
    this.#weights = weightsOf(declared);
    // All questions of a connection go to the same copies of the index: others may show an older state and other scores.
    this.#copy = `hayrick-${meta.connection}`;
  }

  /** Of what can be seen, not of what was written: a page and this are asked of the same view. */
  async state(): Promise<string> {
    const aggs = { seen: { stats: { field: '_seq_no' } } };
    const answer = (await this.#search({ size: 0, aggs }, 'look at', {})) as {
      readonly aggregations?: { readonly seen?: { count: number; max: number | null; sum: number } };
    };
    const { count = 0, max = 0, sum = 0 } = answer.aggregations?.seen ?? {};
    return `${this.generation}.${count}.${max}.${sum}`;
  }

  async search(request: SearchRequest, access: Access, options: Abortable = {}): Promise<SearchPage> {
    const { condition, sort, limit, offset, after, scoring } = request;
    const query = compileQuery(condition, access.archives, this.#context(sort === 'relevance', scoring));
    const page: Page = {
      query: scoring === undefined ? query : scoredQuery(query, scoring, this.#context(false)),
      sort: ORDERS[sort],
      from: offset,
      size: limit,
      after: after === null ? null : foundAt(after),
    };
    const whole = offset + limit <= this.#window;
    const found = await (whole ? this.#page(page, options) : this.#walk(page, options));
    return { hits: found.map((one) => toDocument(one, sort)) };
  }

  async count(condition: Condition, access: Access, options: Abortable = {}): Promise<number> {
    return this.#count(compileQuery(condition, access.archives, this.#context(false)), options);
  }

  async explain(condition: Condition, access: Access): Promise<EngineExplanation> {
    const query = compileQuery(condition, access.archives, this.#context(false));
    const examined = await countCandidates(condition, this.#context(false), (one) => this.#count(one, {}));
    return { given: `POST ${at(this.generation, '_count')}\n${printQuery({ query })}`, examined };
  }

  async ordered(request: OrderRequest, access: Access, options: Abortable = {}): Promise<OrderedPage> {
    const query = compileQuery(request.condition, access.archives, this.#context(false));
    return { hits: await orderedPage(this.#asking, query, request, this.#fields, this.#window, options) };
  }

  async stats(
    field: string,
    condition: Condition,
    access: Access,
    options: Abortable = {},
  ): Promise<FieldStats> {
    const query = compileQuery(condition, access.archives, this.#context(false));
    return statsOfField(this.#asking, query, field, this.#fields, options);
  }

  async facets(
    request: FacetRequest,
    access: Access,
    options: Abortable = {},
  ): Promise<readonly (readonly FacetCount[])[]> {
    const query = compileQuery(request.condition, access.archives, this.#context(false));
    return countFacets(this.#asking, query, request, access, options);
  }

  async kept(
    ids: readonly string[],
    access: Access,
    options: Abortable = {},
  ): Promise<readonly (KeptValues | null)[]> {
    return keptValues(this.#asking, ids, access, options);
  }

  async raw(
    query: unknown,
    limit: number,
    access: Access,
    options: Abortable = {},
  ): Promise<readonly string[]> {
    const ask = (body: object, options: Abortable): Promise<unknown> =>
      this.#search(body, 'search', options, true);
    return rawIds(ask, query, limit, access, this.#window, options);
  }

  async close(): Promise<void> {}

  /** Further than the index was made for: step by step, each behind the last hit of the one before. */
  async #walk(page: Page, options: Abortable): Promise<readonly Found[]> {
    const found: Found[] = [];
    let { from: skip, after } = page;
    while (found.length < page.size) {
      const size = Math.min(skip + page.size - found.length, this.#window);
      const step = await this.#page({ ...page, from: 0, size, after }, options);
      found.push(...step.slice(skip));
      skip = Math.max(0, skip - step.length);
      after = step.at(-1) ?? null;
      if (step.length < size) break;
    }
    return found;
  }

  async #page({ query, sort, from, size, after }: Page, options: Abortable): Promise<readonly Found[]> {
    const place = after === null ? {} : { search_after: placeOf(after, sort) };
    const lean = { track_total_hits: false, _source: false };
    const answer = await this.#search({ query, sort, from, size, ...place, ...lean }, 'search', options);
    return parseHits(answer, sort);
  }

  #context(ranked: boolean, scoring?: Scoring): CompileContext {
    const factors = scoring?.weights ?? {};
    return {
      dates: this.#fields.dates,
      ranked,
      weights: (field) => this.#weights(field) * (factors[field] ?? 1),
    };
  }

  readonly #asking = (body: object, options: Abortable): Promise<unknown> =>
    this.#search(body, 'search', options);

  async #count(query: Dsl, { signal }: Abortable): Promise<number> {
    const answer = (await this.#ask('_count', { query }, 'count in', {}, signal)) as {
      readonly count: number;
      readonly _shards: { readonly failed: number };
    };
    if (answer._shards.failed > 0) throw partial(this.generation);
    return answer.count;
  }

  /** @param foreign the query is not of our making: what the engine does not understand is the caller's mistake */
  async #search(body: object, doing: string, { signal }: Abortable, foreign = false): Promise<unknown> {
    // Of several shards each has its own idea of how rare a word is: they tell each other first. With one shard nothing is done.
    const query = { allow_partial_search_results: false, search_type: 'dfs_query_then_fetch' };
    const answer = await this.#ask('_search', body, doing, query, signal, foreign);
    if ((answer as { readonly timed_out?: boolean }).timed_out === true) throw partial(this.generation);
    return answer;
  }

  #ask(
    path: '_search' | '_count',
    body: object,
    doing: string,
    query: NonNullable<Call['query']>,
    signal: AbortSignal | undefined,
    foreign = false,
  ): Promise<unknown> {
    return this.#engine.ask({
      foreign,
      method: 'POST',
      path: at(this.generation, path),
      query: { preference: this.#copy, ...query },
      body,
      doing: `${doing} the index ${this.generation}`,
      signal,
    });
  }
}

const BY_ID = [{ idHigh: 'asc' }, { idLow: 'asc' }] as const;
const byDate = (order: 'asc' | 'desc'): Dsl => ({ date: { order, format: SECONDS } });

/** The date comes with every hit; behind the id, which is unique, it orders nothing. */
const ORDERS: Readonly<Record<SearchRequest['sort'], readonly Dsl[]>> = {
  newest: [byDate('desc'), ...BY_ID],
  oldest: [byDate('asc'), ...BY_ID],
  relevance: [{ _score: { order: 'desc' } }, ...BY_ID, byDate('asc')],
};

/** The place of a hit in an order, as the engine wants it. Numbers of 64 bits do not outlive JSON.parse: they are made of the id anew. */
function placeOf({ value, id, date }: Found, order: readonly Dsl[]): readonly unknown[] {
  return [value, ...idKeys(id), date].slice(0, order.length);
}

/** Where a page in date order ended, as if it were a hit. */
function foundAt({ id, date }: Position): Found {
  return { id, date: String(date), value: String(date) };
}

function toDocument({ id, value, date }: Found, sort: SearchRequest['sort']): FoundDocument {
  return { id, date: Number(date), score: sort === 'relevance' ? Number(value) : null };
}

/** Where data enters. */
function parseHits(answer: unknown, order: readonly Dsl[]): readonly Found[] {
  const { hits } = answer as { readonly hits?: { readonly hits?: readonly Hit[] } };
  const dateAt = order.findIndex((by) => 'date' in by);
  return (hits?.hits ?? []).map(({ _id: id, sort }) => ({ id, value: sort[0], date: sort[dateAt] }));
}

interface Hit {
  readonly _id: string;
  readonly sort: readonly unknown[];
}

function partial(name: string): HayrickError {
  return new HayrickError(
    'ENGINE_UNREACHABLE',
    `Parts of the index ${name} did not answer: the answer would not be whole. Try again when the cluster is well.`,
  );
}
