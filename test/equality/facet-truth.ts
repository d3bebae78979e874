import type { SearchAnswer } from '@hayrick/core';
import type { FacetCount } from '@hayrick/core/backend';
import type { ReadableArchive } from '@hayrick/core/query';
import { facetCounts, type OracleDocument } from '@hayrick/core/testing';

/** Asked with every generated query: all there are, more and fewer values than there may be. */
export const FACETS: readonly string[] = [
  'archive',
  'from:3',
  'year',
  'month:7',
  'list:2',
  'has',
  'mime',
  'changeId:1000',
];

export type TrueFacets = Readonly<Record<string, readonly FacetCount[]>>;

/** What these documents must be counted as by one who may read the archives, in UTC. */
export function trueFacets(
  found: readonly OracleDocument[],
  readable: readonly ReadableArchive[],
): TrueFacets {
  const view = { archives: readable.map(({ name }) => name), timeZone: 'UTC' };
  return Object.fromEntries(
    FACETS.map((asked) => {
      const [field = '', number] = asked.split(':');
      const limit = Number(number ?? 20);
      if (field !== 'list') return [field, facetCounts(found, { field, limit }, view)];
      // Of a list there are the names of its archives: a list stands in the place of the keywords.
      const lists = found.map((one) => ({ ...one, keywords: { lists: listsOf(one, readable) } }));
      return [field, facetCounts(lists, { field: 'lists', limit }, view)];
    }),
  );
}

/** As they were answered, less the names that belong to addresses. */
export function toldFacets({ facets }: SearchAnswer): TrueFacets {
  const plain = Object.entries(facets).map(
    ([field, values]) => [field, values.map(({ value, count }) => ({ value, count }))] as const,
  );
  return Object.fromEntries(plain);
}

function listsOf({ archives }: OracleDocument, readable: readonly ReadableArchive[]): readonly string[] {
  return readable.flatMap(({ name, address }) =>
    archives.includes(name) ? [(address ?? name).toLowerCase()] : [],
  );
}
