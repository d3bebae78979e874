import type {
  Access,
  FacetCount,
  FacetRequest,
  FieldStats,
  KeptValues,
  OrderedPage,
  OrderRequest,
  SearchRequest,
} from '@hayrick/core/backend';
import {
  compareOrdered,
  facetCounts,
  matches,
  type OracleDocument,
  orderValues,
  statsOf,
} from '@hayrick/core/testing';

/** What the model backend answers to questions about fields: the oracle's words. */
export function orderedAnswer(found: readonly OracleDocument[], request: OrderRequest): OrderedPage {
  const { order, after, offset, limit } = request;
  const all = found
    .map((one) => ({
      id: one.id,
      date: one.numbers['date']?.[0] ?? 0,
      values: orderValues(one, order),
    }))
    .toSorted((a, b) => compareOrdered(order, a, b));
  const behind = after === null ? all : all.filter((one) => compareOrdered(order, after, one) < 0);
  return { hits: behind.slice(offset, offset + limit) };
}

export function statsAnswer(found: readonly OracleDocument[], field: string): FieldStats {
  return statsOf(found, field);
}

export function keptAnswer(
  readable: readonly OracleDocument[],
  ids: readonly string[],
): readonly (KeptValues | null)[] {
  return ids.map((id) => {
    const one = readable.find((document) => document.id === id);
    return one === undefined ? null : (one.kept ?? {});
  });
}

/** What the score of a document is multiplied by. */
export function scoredBy({ scoring }: SearchRequest, one: OracleDocument): number {
  const factors = (scoring?.boosts ?? []).map(({ condition, factor }) =>
    matches(condition, one) ? factor : 1,
  );
  return factors.reduce((product, factor) => product * factor, 1);
}

export function facetsAnswer(
  found: readonly OracleDocument[],
  { facets, timeZone }: FacetRequest,
  { archives }: Access,
): readonly (readonly FacetCount[])[] {
  return facets.map((facet) => facetCounts(found, facet, { archives, timeZone }));
}
