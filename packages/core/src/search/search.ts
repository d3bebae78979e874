import { HayrickError } from '../errors.ts';
import { wordsOfCondition } from '../query/index.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import { openPlacesInThreads } from '../threads/index.ts';
import type { CountAnswer, Hit, SearchAnswer, SearchOptions } from './answers.ts';
import { type CursorOf, cursorState, writeCursor } from './cursor.ts';
import { countFacets, readFacets } from './facets.ts';
import { loadHits } from './hits.ts';
import { beginning, checkWhole, pageSize, stale, tooDeep } from './page.ts';
import { prepare, type SearchPlace } from './prepare.ts';
import { searchThreads, streamThreads } from './search-threads.ts';
import { refuseEmpty } from './understand.ts';

/** Hits that a stream asks the engine for at a time. */
const STREAM_PAGE = 1000;

export async function search(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): Promise<SearchAnswer> {
  if (options.threads === true) return searchThreads(place, text, options);
  const started = place.now();
  const { settings, catalog, connection, reader } = place;
  refuseEmpty(text, options.archives);
  const asked = readFacets(options.facets ?? [], settings.fields);
  const query = await prepare(place, text, options);
  const { access, condition, sort } = query;
  const of: CursorOf = { query: text, archives: options.archives ?? [], connection, sort };
  const before = sort === 'relevance' ? await reader.state() : '';
  const begin = beginning(of, options, before);
  const limit = pageSize(settings, begin.offset, options, sort);
  const words = options.highlight === false ? null : wordsOfCondition(condition);
  if (words !== null) place.snippets.start();
  const facets = await countFacets(place, asked, query, options.signal);
  const places = openPlacesInThreads(catalog, access, archivesBySubject(settings));
  const shown = async (signal: AbortSignal) => {
    const request = { condition, sort, limit: limit + 1, offset: begin.offset, after: begin.after };
    const page = await reader.search(request, access, { signal });
    // Written to meanwhile: this page is of another order than those before it.
    if (begin.offset > 0 && options.after !== undefined && (await reader.state()) !== before) throw stale();
    const found = page.hits.slice(0, limit);
    const { snippets } = place;
    const hits = await loadHits(catalog, found, {
      access,
      scores: query.all,
      words,
      snippets,
      places,
      signal,
    });
    return { page, found, hits };
  };
  // An engine that has more than one thread counts while the page is made.
  const [counted, { page, found, hits }] = await bothOf(
    (signal) => reader.count(condition, access, { signal }),
    shown,
    options.signal,
  );
  const last = found.at(-1);
  const more = page.hits.length > limit && last !== undefined;
  const reached = begin.offset + found.length;
  const total = totalOf(counted, begin, page.hits.length, page.hits.length <= limit);
  const next = !more
    ? null
    : sort === 'relevance'
      ? reached < settings.search.maxResults
        ? writeCursor(of, { kind: 'offset', offset: reached, state: cursorState(of, before) })
        : null
      : writeCursor(of, { kind: 'position', position: { date: last.date, id: last.id } });
  return {
    query: text,
    connection,
    sort,
    total,
    totalRelation: 'eq',
    tookMs: Math.round((place.now() - started) * 10) / 10,
    hits,
    facets,
    next,
    problems: query.problems,
  };
}

/** Two answers at once: where one fails, nobody waits for the other. */
async function bothOf<A, B>(
  first: (signal: AbortSignal) => Promise<A>,
  second: (signal: AbortSignal) => Promise<B>,
  outer: AbortSignal | undefined,
): Promise<[A, B]> {
  const failed = new AbortController();
  const signal = outer === undefined ? failed.signal : AbortSignal.any([outer, failed.signal]);
  try {
    return await Promise.all([first(signal), second(signal)]);
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

/**
 * How many match. The index may have been written to between the count and the page: then the page, which came behind, is right.
 * @param whole nothing follows the page
 */
function totalOf(
  counted: number,
  { offset, after }: ReturnType<typeof beginning>,
  shown: number,
  whole: boolean,
): number {
  const reached = offset + shown;
  const all = after === null && whole && (shown > 0 || offset === 0);
  return all ? reached : Math.max(counted, reached);
}

/** Every match, in date order, page by page. */
export async function* streamHits(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): AsyncGenerator<Hit> {
  if (options.threads === true) {
    yield* streamThreads(place, text, options);
    return;
  }
  const { catalog, connection, reader, settings } = place;
  refuseEmpty(text, options.archives);
  const sort = options.sort ?? 'newest';
  if (sort === 'relevance')
    throw new HayrickError('ARGUMENT_INVALID', 'Everything is given in date order: newest or oldest.');
  const query = await prepare(place, text, options);
  options.onProblems?.(query.problems);
  const { access, condition } = query;
  const of: CursorOf = { query: text, archives: options.archives ?? [], connection, sort };
  let { offset, after } = beginning(of, options, '');
  checkWhole(options.limit ?? 0, offset);
  const { maxResults } = settings.search;
  if (offset > maxResults) throw tooDeep(maxResults, sort);
  const words = options.highlight === false ? null : wordsOfCondition(condition);
  const places = openPlacesInThreads(catalog, access, archivesBySubject(settings));
  let left = options.limit ?? Number.POSITIVE_INFINITY;
  while (left > 0) {
    const limit = Math.min(STREAM_PAGE, left, maxResults + 1 - offset);
    const { hits: found } = await reader.search({ condition, sort, limit, offset, after }, access, options);
    yield* await loadHits(catalog, found, {
      access,
      scores: false,
      words,
      snippets: place.snippets,
      places,
      signal: options.signal,
    });
    const last = found.at(-1);
    if (last === undefined || found.length < limit) return;
    after = { date: last.date, id: last.id };
    offset = 0;
    left -= found.length;
  }
}

export async function count(place: SearchPlace, text: string, options: SearchOptions): Promise<CountAnswer> {
  const query = await prepare(place, text, options);
  const found = await place.reader.count(query.condition, query.access, options);
  return { query: text, connection: place.connection, count: found, problems: query.problems };
}
