import {
  type Abortable,
  type Access,
  type FieldStats,
  HayrickError,
  type KeptValues,
  type OrderedDocument,
  type OrderKey,
  type OrderPlace,
  type OrderRequest,
  type OrderValue,
} from '@hayrick/core/backend';
import type { Dsl } from './compile.ts';
import { idKeys } from './id-keys.ts';
import { keywordPath, numberPath } from './mapping.ts';

/** Asks the index and answers the hits, or the whole answer. */
export type Ask = (body: object, options: Abortable) => Promise<unknown>;

/** What must be known of declared fields. */
export interface FieldKinds {
  readonly dates: ReadonlySet<string>;
  readonly numbers: ReadonlySet<string>;
}

interface Hit {
  readonly _id: string;
  readonly sort?: readonly unknown[];
  readonly _source?: { readonly kept?: KeptValues };
}

/** How a key is asked for and answered. */
interface Key {
  readonly sort: Dsl;
  /** As an answer has it. */
  read(value: unknown): OrderValue;
  /** As `search_after` wants it. */
  write(value: OrderValue): unknown;
}

const LEAN = { track_total_hits: false, _source: false } as const;
const BY_ID: readonly Dsl[] = [{ idHigh: 'asc' }, { idLow: 'asc' }];
const DATE: Dsl = { date: { order: 'asc', format: 'epoch_second' } };
/** Seconds beyond all that are kept: what has no date comes behind them. */
const NO_DATE = 8_640_000_000_001;
/** The largest number there is stands for none: the engine tells of no other place in an order for what is missing. */
const NO_NUMBER = Number.MAX_VALUE;
const KEPT_AT_ONCE = 1000;

/**
 * One page in an order by fields, in steps that the index lets through.
 * @param window how far one question may reach
 */
export async function orderedPage(
  ask: Ask,
  query: Dsl,
  request: OrderRequest,
  fields: FieldKinds,
  window: number,
  options: Abortable,
): Promise<readonly OrderedDocument[]> {
  const keys = request.order.map((key) => keyOf(key, fields));
  // The date comes with every hit; behind the id, which is unique, it orders nothing.
  const sort = [...keys.map((key) => key.sort), ...BY_ID, DATE];
  const found: OrderedDocument[] = [];
  let { after, offset: skip }: { after: OrderPlace | null; offset: number } = request;
  while (found.length < request.limit) {
    const size = Math.min(skip + request.limit - found.length, window);
    const place = after === null ? {} : { search_after: placeOf(after, keys) };
    const hits = hitsOf(await ask({ query, sort, size, ...place, ...LEAN }, options)).map((hit) =>
      documentOf(hit, keys),
    );
    found.push(...hits.slice(skip));
    skip = Math.max(0, skip - hits.length);
    after = hits.at(-1) ?? null;
    if (hits.length < size) break;
  }
  return found;
}

/** Where data enters. */
export async function statsOfField(
  ask: Ask,
  query: Dsl,
  field: string,
  { dates, numbers }: FieldKinds,
  options: Abortable,
): Promise<FieldStats> {
  const isOwn = dates.has(field) || numbers.has(field);
  const stats = { stats: { field: isOwn ? numberPath(field) : field } };
  const answer = (await ask({ query, size: 0, ...LEAN, aggs: { stats } }, options)) as {
    readonly aggregations?: { readonly stats?: FieldStats };
  };
  const { count = 0, min = null, max = null, sum = 0 } = answer.aggregations?.stats ?? {};
  // The engine counts dates in milliseconds.
  const unit = dates.has(field) || field === 'date' || field === 'received' ? 1000 : 1;
  const by = (value: number | null): number | null => (value === null ? null : value / unit);
  return { count, min: by(min), max: by(max), sum: sum / unit };
}

export async function keptValues(
  ask: Ask,
  ids: readonly string[],
  { archives }: Access,
  options: Abortable,
): Promise<readonly (KeptValues | null)[]> {
  const kept = new Map<string, KeptValues>();
  for (let at = 0; at < ids.length; at += KEPT_AT_ONCE) {
    const some = ids.slice(at, at + KEPT_AT_ONCE);
    const query = { bool: { filter: [{ terms: { _id: some } }, { terms: { archives: [...archives] } }] } };
    const body = { query, size: some.length, track_total_hits: false, _source: ['kept'] };
    for (const { _id, _source } of hitsOf(await ask(body, options))) kept.set(_id, _source?.kept ?? {});
  }
  return ids.map((id) => kept.get(id) ?? null);
}

/** Ids that match a query in the engine's own language, within what may be read, which stands beside it and not in it. */
export async function rawIds(
  ask: Ask,
  raw: unknown,
  limit: number,
  { archives }: Access,
  window: number,
  options: Abortable,
): Promise<readonly string[]> {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    throw new HayrickError(
      'QUERY_INVALID',
      'A raw query of Elasticsearch is an object of its Query DSL, such as { match: { "text.own": "word" } }.',
    );
  }
  const query = { bool: { filter: [raw, { terms: { archives: [...archives] } }] } };
  const found: string[] = [];
  let last: string | null = null;
  while (found.length < limit) {
    const size = Math.min(window, limit - found.length);
    const place = last === null ? {} : { search_after: idKeys(last) };
    const ids: string[] = hitsOf(await ask({ query, sort: BY_ID, size, ...place, ...LEAN }, options)).map(
      ({ _id }) => _id,
    );
    found.push(...ids);
    last = ids.at(-1) ?? null;
    if (ids.length < size) break;
  }
  return found;
}

function keyOf({ field, descending }: OrderKey, { dates, numbers }: FieldKinds): Key {
  const order = descending ? 'desc' : 'asc';
  const sign = descending ? -1 : 1;
  const isDate = dates.has(field);
  if (isDate || field === 'date' || field === 'received') {
    const path = isDate ? numberPath(field) : field;
    // What stands for a missing date is read as milliseconds, whatever the format.
    const none = sign * NO_DATE;
    return {
      sort: { [path]: { order, format: 'epoch_second', ...(isDate ? { missing: none * 1000 } : {}) } },
      read: (value) => (Number(value) === none ? null : Number(value)),
      write: (value) => String(value ?? none),
    };
  }
  if (numbers.has(field) || field === 'size') {
    const isOwn = numbers.has(field);
    const none = sign * NO_NUMBER;
    return {
      sort: { [isOwn ? numberPath(field) : field]: { order, ...(isOwn ? { missing: none } : {}) } },
      read: (value) => (value === none ? null : Number(value)),
      write: (value) => value ?? none,
    };
  }
  return {
    sort: { [keywordPath(field)]: { order, missing: '_last' } },
    read: (value) => (typeof value === 'string' ? value : null),
    write: (value) => value,
  };
}

function documentOf({ _id: id, sort = [] }: Hit, keys: readonly Key[]): OrderedDocument {
  return { id, date: Number(sort.at(-1)), values: keys.map((key, i) => key.read(sort[i])) };
}

/** Numbers of 64 bits do not outlive JSON.parse: those of the id are made anew. The date is later than all, so that the place itself lies before. */
function placeOf({ values, id }: OrderPlace, keys: readonly Key[]): readonly unknown[] {
  return [...keys.map((key, i) => key.write(values[i] ?? null)), ...idKeys(id), String(NO_DATE)];
}

function hitsOf(answer: unknown): readonly Hit[] {
  return (answer as { readonly hits?: { readonly hits?: readonly Hit[] } }).hits?.hits ?? [];
}
