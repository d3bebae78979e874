import {
  type Abortable,
  type Damage,
  type GenerationInspector,
  HayrickError,
  type StoredDocument,
} from '@hayrick/core/backend';
import { at, type Engine } from './engine.ts';
import { idKeys } from './id-keys.ts';
import { STATE_ID } from './mapping.ts';

interface Hit {
  readonly _id: string;
  readonly fields?: Readonly<Record<string, readonly unknown[] | undefined>>;
}

const FIELDS = ['received', 'size', 'archives', 'digest'];
const ID = /^[0-9a-f]{32}$/;
const OURS = { bool: { must_not: { ids: { values: [STATE_ID] } } } };
/** A document of a message has the keys of its id. */
const KEYED = { bool: { ...OURS.bool, filter: { exists: { field: 'idHigh' } } } };
const UNKEYED = { bool: { must_not: [OURS.bool.must_not, { exists: { field: 'idHigh' } }] } };
/** What is asked of each. */
const STORED = {
  docvalue_fields: [
    { field: 'date', format: 'epoch_second' },
    { field: 'received', format: 'epoch_second' },
    'size',
    'archives',
    'digest',
  ],
  _source: false,
  track_total_hits: false,
} as const;
/** Documents that are told one by one. */
const MOST_TOLD = 100;
/** A request over a whole index takes its time. */
const PATIENCE = 6;

/** Looks at all of one index. What it tells of documents is read from their doc values. */
export class IndexInspector implements GenerationInspector {
  readonly generation: string;
  readonly #engine: Engine;
  readonly #window: number;
  /** Documents that have lost the keys of their ids, by which the others are ordered. */
  #unkeyed: readonly StoredDocument[] = [];

  /** @param window how many documents a request may ask for */
  constructor(generation: string, engine: Engine, window: number) {
    this.generation = generation;
    this.#engine = engine;
    this.#window = window;
  }

  /** What was written becomes visible; documents without the keys of their ids are looked for. */
  async begin(): Promise<void> {
    await this.#ask('_refresh', undefined, {});
    const hits = await this.#search({ ...STORED, query: UNKEYED, size: this.#window }, {});
    this.#unkeyed = hits.filter(({ _id: id }) => ID.test(id)).map(storedOf);
  }

  async stored(
    after: string | null,
    limit: number,
    options: Abortable = {},
  ): Promise<readonly StoredDocument[]> {
    const found: StoredDocument[] = [];
    for (let last = after; found.length < limit; ) {
      const size = Math.min(limit - found.length, this.#window);
      const page = await this.#page(last, size, options);
      found.push(...page);
      last = page.at(-1)?.id ?? null;
      if (page.length < size) break;
    }
    const unkeyed = this.#unkeyed.filter(({ id }) => after === null || id > after);
    if (unkeyed.length === 0) return found;
    return [...found, ...unkeyed].sort((a, b) => (a.id < b.id ? -1 : 1)).slice(0, limit);
  }

  async check(options: Abortable = {}): Promise<readonly Damage[]> {
    const [strays, all, kept] = await Promise.all([
      this.#search({ query: UNKEYED, size: MOST_TOLD, _source: false }, options),
      this.#ask('_count', { query: { match_all: {} } }, options),
      this.#engine.ask({
        method: 'GET',
        path: at(this.generation, '_stats', 'docs'),
        doing: this.#doing,
        signal: options.signal,
      }),
    ]);
    const damages: Damage[] = strays
      .filter(({ _id: id }) => !ID.test(id))
      .map(({ _id: id }) => ({ id: null, what: `the document ${id} was not written by Hayrick` }));
    const { count } = all as { readonly count: number };
    const { _all } = kept as {
      readonly _all?: { readonly primaries?: { readonly docs?: { count: number } } };
    };
    const docs = _all?.primaries?.docs?.count ?? 0;
    if (docs === count) return damages;
    const what = `its shards hold ${docs} documents and it counts ${count}`;
    return [...damages, { id: null, what }];
  }

  async close(): Promise<void> {}

  get #doing(): string {
    return `look at the index ${this.generation}`;
  }

  async #page(after: string | null, size: number, options: Abortable): Promise<readonly StoredDocument[]> {
    const place = after === null ? {} : { search_after: idKeys(after) };
    const body = {
      query: KEYED,
      size,
      sort: [{ idHigh: 'asc' }, { idLow: 'asc' }],
      ...STORED,
      ...place,
    };
    return (await this.#search(body, options)).map(storedOf);
  }

  async #search(body: object, options: Abortable): Promise<readonly Hit[]> {
    const answer = (await this.#ask('_search', body, options)) as {
      readonly timed_out?: boolean;
      readonly hits?: { readonly hits?: readonly Hit[] };
    };
    if (answer.timed_out !== true) return answer.hits?.hits ?? [];
    throw new HayrickError(
      'ENGINE_UNREACHABLE',
      `Parts of the index ${this.generation} did not answer. Try again when the cluster is well.`,
    );
  }

  #ask(
    what: '_search' | '_count' | '_refresh',
    body: object | undefined,
    { signal }: Abortable,
  ): Promise<unknown> {
    return this.#engine.ask({
      method: 'POST',
      path: at(this.generation, what),
      ...(what === '_search' ? { query: { allow_partial_search_results: false } } : {}),
      ...(body === undefined ? {} : { body }),
      doing: this.#doing,
      signal,
      patience: PATIENCE,
    });
  }
}

/** Where data enters. Dates come as texts; what a document has lost is 0, and its digest null. */
function storedOf({ _id: id, fields = {} }: Hit): StoredDocument {
  const number = (name: string): number => Number(fields[name]?.[0] ?? 0);
  const whole = fields['date'] !== undefined && FIELDS.every((name) => fields[name] !== undefined);
  return {
    id,
    date: number('date'),
    received: number('received'),
    size: number('size'),
    archives: (fields['archives'] ?? []).map(String),
    digest: whole ? number('digest') : null,
  };
}
