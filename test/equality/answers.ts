import { isDeepStrictEqual } from 'node:util';
import { HayrickError, type SearchOptions, type Site } from '@hayrick/core';
import type { OracleDocument } from '@hayrick/core/testing';
import { FACETS, toldFacets } from './facet-truth.ts';
import { conditionOf, type Reading, type Verdict } from './truth.ts';

/** A typed query, and where it is asked. */
export interface Question {
  readonly text: string;
  readonly options: Pick<SearchOptions, 'as' | 'archives'>;
  /** Archives in one of which a message must stand. */
  readonly within: readonly string[];
  readonly reading: Reading;
  /** Asked by relevance, too, and in one order page by page. */
  readonly pages: 'newest' | 'relevance' | null;
}

/** What is wrong with an engine's answers, and the messages that are too many, too few or misplaced in them. */
export interface Difference {
  readonly what: string;
  readonly ids: readonly string[];
}

/** Pages of few hits before one takes the rest. */
const SMALL_PAGES = 4;

/**
 * Asks one connection in both orders and compares. What it does not declare is `unsupported`.
 * @param most documents that it may look at; null: it is not asked how many
 */
export async function checkAnswer(
  site: Site,
  using: string,
  { text, options, pages }: Question,
  verdict: Verdict,
  most: number | null,
): Promise<'right' | 'unsupported' | Difference> {
  try {
    const asked = { ...options, using, highlight: false, limit: 1000 };
    const newest = await site.search(text, { ...asked, sort: 'newest', facets: FACETS });
    const found = newest.hits.map(({ id }) => id);
    const oldest = await Array.fromAsync(site.stream(text, { ...asked, sort: 'oldest' }), ({ id }) => id);
    // It costs as much again and differs little.
    const best =
      pages === null
        ? found
        : (await site.search(text, { ...asked, sort: 'relevance' })).hits.map(({ id }) => id);
    if ('code' in verdict) return { what: `answered what ${verdict.code} refuses`, ids: [] };
    const asSet = new Set(found);
    const wanted = new Set(verdict.newest);
    const differing = [...asSet.symmetricDifference(wanted)];
    if (differing.length > 0) return { what: `${found.length} found, ${wanted.size} wanted`, ids: differing };
    if (newest.total !== wanted.size) return { what: `counted ${newest.total} of ${wanted.size}`, ids: [] };
    if (!isDeepStrictEqual(toldFacets(newest), verdict.facets)) {
      const [told, wanted] = [toldFacets(newest), verdict.facets].map((one) => JSON.stringify(one));
      return { what: `facets ${told} are not ${wanted}`, ids: found };
    }
    if (found.join() !== verdict.newest.join()) return { what: 'newest is in another order', ids: found };
    if (oldest.join() !== verdict.oldest.join()) return { what: 'oldest is in another order', ids: oldest };
    const byRelevance = new Set(best).symmetricDifference(wanted);
    if (byRelevance.size > 0) return { what: 'relevance finds something else', ids: [...byRelevance] };
    if (pages === null) return 'right';
    const examined = most === null ? 0 : ((await site.explain(text, { ...options, using })).examined ?? 0);
    if (most !== null && examined > most) return { what: `${examined} looked at, ${most} allowed`, ids: [] };
    const joined = await pagesOf(site, text, { ...asked, sort: pages });
    return joined.join() === (pages === 'newest' ? found : best).join()
      ? 'right'
      : { what: `pages of ${pages} are not the whole`, ids: joined };
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    if ('code' in verdict && verdict.code === error.code) return 'right';
    if (error.code !== 'QUERY_UNSUPPORTED') return { what: `${error.code} ${error.message}`, ids: [] };
    return 'unsupported';
  }
}

/** Of few hits each, by cursor; of more pages the first ones. */
async function pagesOf(site: Site, text: string, options: SearchOptions): Promise<string[]> {
  const ids: string[] = [];
  let after: string | undefined;
  for (let page = 1; ; page++) {
    const limit = page < SMALL_PAGES ? 3 : 1000;
    const { hits, next } = await site.search(text, { ...options, limit, after });
    ids.push(...hits.map(({ id }) => id));
    if (next === null) return ids;
    after = next;
  }
}

/** All that is needed to look into it. */
export function tellDifference(
  { what, ids }: Difference,
  { text, within, reading }: Question,
  documents: readonly OracleDocument[],
): string {
  const [first] = ids;
  const document = JSON.stringify(documents.find(({ id }) => id === first) ?? null);
  return [
    what,
    `Query ${JSON.stringify(text)} in ${within.join(', ')}`,
    `read as ${JSON.stringify(conditionOf(text, reading))}`,
    `Messages: ${ids.join(' ')}; the first: ${document.slice(0, 6000)}`,
  ].join('\n');
}
