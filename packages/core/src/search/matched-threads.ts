import type { FoundDocument } from '../backend/backend.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import { readableThreads } from '../threads/index.ts';
import type { PreparedQuery, SearchPlace } from './prepare.ts';
import { walkMatches } from './walk.ts';

/** The best match of a thread under a sort. */
export interface BestOfThread extends FoundDocument {
  /** Messages of the thread that match. */
  readonly matched: number;
}

export interface MatchedThreads {
  /** Messages that match. */
  readonly total: number;
  readonly threads: number;
  /** Of the threads that were asked for, in the order of their best matches. */
  readonly best: readonly BestOfThread[];
}

/** Which threads are wanted, by their place in the order. */
export interface ThreadSpan {
  readonly from: number;
  /** Not included; may be infinite. */
  readonly to: number;
}

/** Matches that are looked at together, at most. */
const PAGE = 5000;
/** By relevance every page costs as much as the first. */
const FIRST_BEST = 500;

/**
 * The threads that hold a match, over readable messages only. All matches are walked through for the counts; what is kept is a number a
 * message of those threads and the best matches of the span. By relevance the span reaches no further than the first `search.maxResults` matches.
 */
export async function matchedThreads(
  place: SearchPlace,
  query: PreparedQuery,
  span: ThreadSpan,
  signal?: AbortSignal,
): Promise<MatchedThreads> {
  const { reader, settings } = place;
  const { access, condition, sort } = query;
  const pageSize = Math.min(PAGE, settings.search.maxResults);
  const numbers = threadNumbers(place, query);
  const matched: number[] = [];
  const best: { readonly hit: FoundDocument; readonly number: number }[] = [];
  let total = 0;
  let threads = 0;
  const order = sort === 'oldest' ? 'oldest' : 'newest';
  for await (const hits of walkMatches(reader, condition, { access, sort: order, pageSize, signal })) {
    total += hits.length;
    await numbers.load(hits);
    for (const hit of hits) {
      const number = numbers.of(hit.id);
      // The index holds what the catalog has dropped meanwhile, or holds elsewhere.
      if (number === undefined) continue;
      const before = matched[number] ?? 0;
      matched[number] = before + 1;
      if (before > 0) continue;
      if (sort !== 'relevance' && threads >= span.from && threads < span.to) best.push({ hit, number });
      threads++;
    }
  }
  if (sort === 'relevance') best.push(...(await bestByRelevance()));
  return {
    total,
    threads,
    best: best.map(({ hit, number }) => ({ ...hit, matched: matched[number] ?? 1 })),
  };

  async function bestByRelevance(): Promise<typeof best> {
    const { maxResults } = settings.search;
    const seen = new Set<number>();
    const found: typeof best = [];
    const wanted = Math.min(span.to, threads);
    let offset = 0;
    for (let limit = FIRST_BEST; offset < maxResults && seen.size < wanted; limit *= 4) {
      const size = Math.min(limit, maxResults - offset);
      const { hits } = await reader.search(
        { condition, sort: 'relevance', limit: size, offset, after: null },
        access,
        { signal },
      );
      await numbers.load(hits);
      for (const hit of hits) {
        const number = numbers.of(hit.id);
        if (number === undefined || seen.has(number)) continue;
        if (seen.size >= span.from && seen.size < wanted) found.push({ hit, number });
        seen.add(number);
      }
      if (hits.length < size) break;
      offset += hits.length;
    }
    return found;
  }
}

/** Readable threads by the messages in them, numbered as they are met. */
function threadNumbers({ catalog, settings }: SearchPlace, { access }: PreparedQuery) {
  const bySubject = archivesBySubject(settings);
  const numberOf = new Map<string, number>();
  let next = 0;
  return {
    of: (id: string): number | undefined => numberOf.get(id),
    async load(hits: readonly FoundDocument[]): Promise<void> {
      const fresh = hits.map(({ id }) => id).filter((id) => !numberOf.has(id));
      if (fresh.length === 0) return;
      const threads = readableThreads(await catalog.threadsWith(fresh), access, bySubject);
      for (const { id: first, members } of threads) {
        // What may not be read may have linked this one with another that is asked for.
        if (numberOf.has(first)) continue;
        const number = next++;
        for (const { id } of members) numberOf.set(id, number);
      }
    },
  };
}
