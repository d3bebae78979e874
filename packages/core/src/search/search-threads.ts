import { HayrickError } from '../errors.ts';
import { wordsOfCondition } from '../query/index.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import { openPlacesInThreads } from '../threads/index.ts';
import type { Hit, SearchAnswer, SearchOptions } from './answers.ts';
import { countFacets, readFacets } from './facets.ts';
import { loadHits } from './hits.ts';
import { type BestOfThread, matchedThreads } from './matched-threads.ts';
import { checkWhole, pageSize, tooDeep } from './page.ts';
import { type PreparedQuery, prepare, type SearchPlace } from './prepare.ts';
import { refuseEmpty } from './understand.ts';

/** Hits that a stream loads at a time. */
const STREAM_PAGE = 1000;

/** One hit a thread, its best under the sort. `total` counts messages. */
export async function searchThreads(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): Promise<SearchAnswer> {
  const started = place.now();
  const { settings, connection, snippets } = place;
  checkOptions(text, options);
  const asked = readFacets(options.facets ?? [], settings.fields);
  const query = await prepare(place, text, options);
  const facets = await countFacets(place, asked, query, options.signal);
  const offset = options.offset ?? 0;
  const limit = pageSize(settings, offset, options, query.sort);
  if (options.highlight !== false) snippets.start();
  const span = { from: offset, to: offset + limit };
  const { total, threads, best } = await matchedThreads(place, query, span, options.signal);
  const hits = await loadBest(place, query, best, options);
  return {
    query: text,
    connection,
    sort: query.sort,
    total,
    totalRelation: 'eq',
    totalThreads: threads,
    tookMs: Math.round((place.now() - started) * 10) / 10,
    hits,
    facets,
    next: null,
    problems: query.problems,
  };
}

/** The best message of every thread, in date order. What is kept meanwhile is a place for each thread. */
export async function* streamThreads(
  place: SearchPlace,
  text: string,
  options: SearchOptions,
): AsyncGenerator<Hit> {
  checkOptions(text, options);
  const sort = options.sort ?? 'newest';
  if (sort === 'relevance')
    throw new HayrickError('ARGUMENT_INVALID', 'Everything is given in date order: newest or oldest.');
  const { maxResults } = place.settings.search;
  const { offset = 0, limit } = options;
  checkWhole(limit ?? 0, offset);
  if (offset > maxResults) throw tooDeep(maxResults, 'threads');
  const query = { ...(await prepare(place, text, options)), sort };
  options.onProblems?.(query.problems);
  const span = { from: offset, to: offset + (limit ?? Number.POSITIVE_INFINITY) };
  const { best } = await matchedThreads(place, query, span, options.signal);
  for (let at = 0; at < best.length; at += STREAM_PAGE)
    yield* await loadBest(place, query, best.slice(at, at + STREAM_PAGE), options);
}

function checkOptions(text: string, options: SearchOptions): void {
  refuseEmpty(text, options.archives);
  if (options.after === undefined) return;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    'A cursor leads from message to message: threads are paged by offset. Leave out `after`, or `threads`.',
  );
}

async function loadBest(
  { catalog, settings, snippets }: SearchPlace,
  { access, condition, all }: PreparedQuery,
  best: readonly BestOfThread[],
  options: SearchOptions,
): Promise<Hit[]> {
  const matched = new Map(best.map((one) => [one.id, one.matched]));
  const hits = await loadHits(catalog, best, {
    access,
    scores: all,
    words: options.highlight === false ? null : wordsOfCondition(condition),
    snippets,
    places: openPlacesInThreads(catalog, access, archivesBySubject(settings)),
    signal: options.signal,
  });
  return hits.map((hit) => ({ ...hit, thread: { ...hit.thread, matched: matched.get(hit.id) ?? 1 } }));
}
