import type { Access, FoundDocument, GenerationReader, SearchPage } from '../backend/backend.ts';
import type { Condition } from '../query/index.ts';

export interface WalkOptions {
  readonly access: Access;
  readonly sort: 'newest' | 'oldest';
  /** Hits that the engine is asked for at a time. */
  readonly pageSize: number;
  readonly signal?: AbortSignal | undefined;
}

/** All matches in a date order, page by page. The next page is asked for while the one before is looked at. */
export async function* walkMatches(
  reader: GenerationReader,
  condition: Condition,
  { access, sort, pageSize, signal }: WalkOptions,
): AsyncGenerator<readonly FoundDocument[]> {
  const ask = (last: FoundDocument | null): Promise<SearchPage> => {
    const after = last === null ? null : { date: last.date, id: last.id };
    const page = reader.search({ condition, sort, limit: pageSize, offset: 0, after }, access, { signal });
    // Whoever stops walking before does not hear of it.
    page.catch(() => undefined);
    return page;
  };
  let next: Promise<SearchPage> | null = ask(null);
  while (next !== null) {
    const { hits }: SearchPage = await next;
    const last = hits.at(-1);
    next = last === undefined || hits.length < pageSize ? null : ask(last);
    if (hits.length > 0) yield hits;
  }
}
