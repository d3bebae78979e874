import type { FoundDocument } from '../backend/backend.ts';
import { archivesBySubject } from '../settings/archives-by-subject.ts';
import type { PreparedQuery, SearchPlace } from './prepare.ts';
import { numberThreads } from './thread-numbers.ts';
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

interface NumberedHit {
  readonly hit: FoundDocument;
  /** Of its thread. */
  readonly number: number;
}

/** Matches that are looked at together, at most. */
const PAGE = 5000;
/** By relevance every page costs as much as the first. */
const FIRST_BEST = 500;

/**
 * The threads that hold a match, over readable messages only. All matches are walked through for the counts; what is kept is a number a
 * thread and the best matches of the span. By relevance the span reaches no further than the first `search.maxResults` matches.
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
  const numbers = numberThreads(place.catalog, access, archivesBySubject(settings));
  const matched: number[] = [];
  const best: NumberedHit[] = [];
  let total = 0;
  let threads = 0;
  const order = sort === 'oldest' ? 'oldest' : 'newest';
  for await (const hits of walkMatches(reader, condition, { access, sort: order, pageSize, signal })) {
    total += hits.length;
    for (const { hit, number } of await numbered(hits)) {
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

  /** Without what the index holds and the catalog does not, or elsewhere. */
  async function numbered(hits: readonly FoundDocument[]): Promise<NumberedHit[]> {
    const found = await numbers.of(hits.map(({ id }) => id));
    return hits.flatMap((hit, i) => {
      const number = found[i] ?? null;
      return number === null ? [] : [{ hit, number }];
    });
  }

  async function bestByRelevance(): Promise<NumberedHit[]> {
    const { maxResults } = settings.search;
    const seen = new Set<number>();
    const found: NumberedHit[] = [];
    const wanted = Math.min(span.to, threads);
    let offset = 0;
    for (let limit = FIRST_BEST; offset < maxResults && seen.size < wanted; limit *= 4) {
      const size = Math.min(limit, maxResults - offset);
      const { hits } = await reader.search(
        { condition, sort: 'relevance', limit: size, offset, after: null },
        access,
        { signal },
      );
      for (const { hit, number } of await numbered(hits)) {
        if (seen.has(number)) continue;
        if (seen.size >= span.from && seen.size < wanted) found.push({ hit, number });
        seen.add(number);
      }
      if (hits.length < size) break;
      offset += hits.length;
    }
    return found;
  }
}
