import type { FoundDocument, OrderPlace, Position } from '../backend/index.ts';
import { HayrickError } from '../errors.ts';
import { stale, tooDeep } from '../search/page.ts';
import type { SearchPlace } from '../search/prepare.ts';
import type { PreparedSelection } from './prepare-selection.ts';

export interface WalkSpan {
  readonly start: number;
  /** Null: to the last match. */
  readonly end: number | null;
  readonly signal?: AbortSignal | undefined;
}

/** Documents that the engine is asked for at a time, at most; in an order by fields it sorts all matches anew for each page. */
const DATE_PAGE = 1000;
const FIELD_PAGE = 5000;

type Pages = AsyncGenerator<readonly FoundDocument[]>;

/**
 * What a selection finds, in its order, page by page and in bounded memory: behind the last document each, however many there are; by
 * relevance the first search.maxResults alone.
 * @throws HayrickError PAGE_TOO_DEEP where an order by relevance goes further, CURSOR_STALE where it changes meanwhile
 */
export async function* walkSelection(place: SearchPlace, prepared: PreparedSelection, span: WalkSpan): Pages {
  const { start, end } = span;
  if (end !== null && end <= start) return;
  const { order } = prepared;
  const pages =
    order.kind === 'relevance' ? byRelevance(place, prepared, span) : behindPlaces(place, prepared, span);
  let left = end === null ? Number.POSITIVE_INFINITY : end - start;
  for await (const hits of pages) {
    if (hits.length > 0) yield hits.slice(0, left);
    left -= hits.length;
    if (left <= 0) return;
  }
}

async function* byRelevance(
  place: SearchPlace,
  prepared: PreparedSelection,
  { start, end, signal }: WalkSpan,
): Pages {
  const { reader, settings } = place;
  const { access, condition, order } = prepared;
  const { maxResults } = settings.search;
  if (end !== null && end > maxResults) throw tooDeep(maxResults, 'relevance');
  const scoring = order.kind === 'relevance' ? order.scoring : undefined;
  const state = await reader.state();
  let offset = start;
  for (;;) {
    // One more than may be shown tells whether there are more.
    const limit = Math.min(DATE_PAGE, (end ?? maxResults + 1) - offset);
    if (limit <= 0) return;
    const request = { condition, sort: 'relevance', limit, offset, after: null, scoring } as const;
    const { hits } = await reader.search(request, access, { signal });
    if (offset > start && (await reader.state()) !== state) throw stale();
    offset += hits.length;
    if (end === null && offset > maxResults) {
      yield hits.slice(0, -1);
      throw tooDeep(maxResults, 'relevance');
    }
    yield hits;
    if (hits.length < limit) return;
  }
}

interface Step {
  readonly hits: readonly FoundDocument[];
  readonly last: Position | OrderPlace | null;
}

/** Each page behind the last document of the one before. */
async function* behindPlaces(
  place: SearchPlace,
  prepared: PreparedSelection,
  { start, end, signal }: WalkSpan,
): Pages {
  const { maxResults } = place.settings.search;
  const most = Math.min(prepared.order.kind === 'date' ? DATE_PAGE : FIELD_PAGE, maxResults);
  let skip = start;
  let left = end === null ? Number.POSITIVE_INFINITY : end - start;
  let after: Position | OrderPlace | null = null;
  while (left > 0) {
    // What lies deeper than the engine can skip is walked through.
    const offset = after === null && skip < maxResults ? skip : 0;
    const limit = Math.min(most, skip - offset + left, maxResults + 1 - offset);
    const step: Step = await pageBehind(place, prepared, { limit, offset, after, signal });
    const passed = skip - offset;
    const hits = step.hits.slice(passed);
    skip = Math.max(0, passed - step.hits.length);
    left -= hits.length;
    after = step.last;
    yield hits;
    if (step.hits.length < limit || after === null) return;
  }
}

async function pageBehind(
  { reader }: SearchPlace,
  { access, matched: condition, order }: PreparedSelection,
  at: { limit: number; offset: number; after: Position | OrderPlace | null; signal: AbortSignal | undefined },
): Promise<Step> {
  const { limit, offset, after, signal } = at;
  if (order.kind === 'fields') {
    if (reader.ordered === undefined) throw unable();
    const place = after !== null && 'values' in after ? after : null;
    const request = { condition, order: order.keys, limit, offset, after: place };
    const { hits } = await reader.ordered(request, access, { signal });
    return { hits: hits.map(({ id, date }) => ({ id, date, score: null })), last: hits.at(-1) ?? null };
  }
  const sort = order.kind === 'date' ? order.sort : 'newest';
  const place = after !== null && 'date' in after ? { date: after.date, id: after.id } : null;
  const { hits } = await reader.search({ condition, sort, limit, offset, after: place }, access, { signal });
  return { hits, last: hits.at(-1) ?? null };
}

/** Engines are called through the guard, whose readers have all questions. */
function unable(): HayrickError {
  return new HayrickError('QUERY_UNSUPPORTED', 'The engine does not support order by fields.');
}
