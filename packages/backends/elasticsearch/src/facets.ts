import {
  type Abortable,
  type Access,
  type FacetCount,
  type FacetQuestion,
  type FacetRequest,
  HayrickError,
  isWholeAddress,
  openPeriods,
  topValues,
} from '@hayrick/core/backend';
import type { Dsl } from './compile.ts';
import type { Ask } from './field-answers.ts';
import { keywordPath } from './mapping.ts';

type Count = readonly [value: string, count: number];

interface Bucket {
  readonly key: unknown;
  readonly doc_count: number;
}

interface Aggregation {
  readonly buckets?: readonly Bucket[];
  readonly after_key?: Readonly<Record<string, unknown>>;
  /** Not 0: of several parts of the index each told only its own largest, and their sums may be wrong. */
  readonly doc_count_error_upper_bound?: number;
}

const LEAN = { size: 0, track_total_hits: false, _source: false } as const;
/** Buckets of one answer when all are walked through; the server lets 65,536 through. */
const BUCKETS = 10_000;
/** Lucene's expression for a whole address. */
const WHOLE_ADDRESS = '.+\\@.*';

/** Counts values of what matches, all facets in one question. What is counted is no part of the hits. */
export async function countFacets(
  ask: Ask,
  query: Dsl,
  { facets, timeZone }: FacetRequest,
  { archives }: Access,
  options: Abortable,
): Promise<readonly (readonly FacetCount[])[]> {
  const aggs = Object.fromEntries(
    facets.map((question, i) => [`f${i}`, aggregation(question, timeZone, archives)]),
  );
  const found = aggregationsOf(await ask({ query, ...LEAN, aggs }, options));
  const answers: (readonly FacetCount[])[] = [];
  for (const [i, { field, limit }] of facets.entries()) {
    const one = found[`f${i}`] ?? {};
    const exact = (one.doc_count_error_upper_bound ?? 0) === 0;
    const counts = exact ? countsOf(one, field, timeZone) : await allCounts(ask, query, field, options);
    const readable = field === 'archive' ? counts.filter(([name]) => archives.includes(name)) : counts;
    answers.push(topValues(readable, limit));
  }
  return answers;
}

function aggregation({ field, limit }: FacetQuestion, timeZone: string, archives: readonly string[]): Dsl {
  if (field === 'year' || field === 'month') {
    return {
      date_histogram: { field: 'date', calendar_interval: field, time_zone: timeZone, min_doc_count: 1 },
    };
  }
  const include =
    field === 'from' ? { include: WHOLE_ADDRESS } : field === 'archive' ? { include: archives } : {};
  const order = [{ _count: 'desc' }, { _key: 'asc' }];
  return { terms: { field: pathOf(field), size: limit, order, ...include } };
}

function countsOf({ buckets = [] }: Aggregation, field: string, timeZone: string): readonly Count[] {
  if (field !== 'year' && field !== 'month')
    return buckets.map(({ key, doc_count }) => [String(key), doc_count]);
  const periodOf = openPeriods(field, timeZone);
  return buckets.map(({ key, doc_count }) => [periodOf(Number(key) / 1000).label, doc_count]);
}

/** Page by page through all values, in their order: exact over however many parts. */
async function allCounts(ask: Ask, query: Dsl, field: string, options: Abortable): Promise<readonly Count[]> {
  const sources = [{ value: { terms: { field: pathOf(field) } } }];
  const counts: Count[] = [];
  let after: Readonly<Record<string, unknown>> | undefined;
  do {
    const composite = { size: BUCKETS, sources, ...(after === undefined ? {} : { after }) };
    const answer = await ask({ query, ...LEAN, aggs: { all: { composite } } }, options);
    const { buckets = [], after_key }: Aggregation = aggregationsOf(answer)['all'] ?? {};
    for (const { key, doc_count } of buckets) {
      const value = keyText(key);
      if (field !== 'from' || isWholeAddress(value)) counts.push([value, doc_count]);
    }
    after = after_key;
  } while (after !== undefined);
  return counts;
}

function pathOf(field: string): string {
  return field === 'archive' ? 'archives' : keywordPath(field);
}

function keyText(key: unknown): string {
  if (typeof key === 'object' && key !== null && 'value' in key) return String(key.value);
  throw new HayrickError('ENGINE_FAILED', 'Elasticsearch answered a composite aggregation without its keys.');
}

/** Where data enters. */
function aggregationsOf(answer: unknown): Readonly<Record<string, Aggregation>> {
  return (answer as { readonly aggregations?: Readonly<Record<string, Aggregation>> }).aggregations ?? {};
}
