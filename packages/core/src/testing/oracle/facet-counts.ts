import type { FacetCount, FacetQuestion } from '../../backend/index.ts';
import type { OracleDocument } from './matches.ts';

/** How facets are counted. */
export interface FacetView {
  /** That may be read. */
  readonly archives: readonly string[];
  /** An IANA name. */
  readonly timeZone: string;
}

/** The values of a facet over these documents: the largest counts first, equal ones in the order of their code points. */
export function facetCounts(
  documents: readonly OracleDocument[],
  { field, limit }: FacetQuestion,
  view: FacetView,
): readonly FacetCount[] {
  const values = documents.flatMap((document) => [...new Set(valuesOf(document, field, view))]);
  const counts = [...Map.groupBy(values, (value) => value)].map(([value, { length: count }]) => ({
    value,
    count,
  }));
  return counts
    .toSorted((a, b) => b.count - a.count || Buffer.compare(Buffer.from(a.value), Buffer.from(b.value)))
    .slice(0, limit);
}

function valuesOf(
  { archives, keywords, numbers }: OracleDocument,
  field: string,
  { archives: readable, timeZone }: FacetView,
): readonly string[] {
  switch (field) {
    case 'archive':
      return archives.filter((name) => readable.includes(name));
    case 'year':
    case 'month':
      return (numbers['date'] ?? []).map((date) => periodOf(date, field, timeZone));
    case 'from':
      return (keywords['from'] ?? []).filter((value) => /^.+@/su.test(value));
    default:
      return keywords[field] ?? [];
  }
}

function periodOf(date: number, unit: 'year' | 'month', timeZone: string): string {
  const format = new Intl.DateTimeFormat('en', { timeZone, year: 'numeric', month: '2-digit' });
  const parts = format.formatToParts(date * 1000);
  const of = (type: 'year' | 'month'): string => parts.find((part) => part.type === type)?.value ?? '';
  return unit === 'year' ? of('year') : `${of('year')}-${of('month')}`;
}
