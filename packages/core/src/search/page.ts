import type { Position, Sort } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import type { SearchOptions } from './answers.ts';
import { type CursorOf, cursorState, readCursor } from './cursor.ts';

/** What else can be done where a page lies too deep. */
const WAYS: Readonly<Record<Sort | 'threads', string>> = {
  relevance: 'sort by newest or oldest and walk on with --after',
  newest: 'walk on with --after and the cursor of the last page',
  oldest: 'walk on with --after and the cursor of the last page',
  threads: 'narrow the query, or take all threads with --format jsonl',
};

export interface Beginning {
  readonly offset: number;
  readonly after: Position | null;
}

/** @param state of the engine now, where the order is by relevance */
export function beginning(of: CursorOf, options: SearchOptions, state: string): Beginning {
  const offset = options.offset ?? 0;
  if (options.after === undefined) return { offset, after: null };
  if (offset > 0) throw new HayrickError('ARGUMENT_INVALID', 'Give either an offset or a cursor, not both.');
  const cursor = readCursor(of, options.after);
  if (cursor.kind === 'position') return { offset: 0, after: cursor.position };
  if (cursor.state !== cursorState(of, state)) throw stale();
  return { offset: cursor.offset, after: null };
}

export function stale(): HayrickError {
  return new HayrickError(
    'CURSOR_STALE',
    'The index has changed since this page was made, and with it the order by relevance. Start over, or sort by date: those cursors last.',
  );
}

/** Hits of a page; the last page that a cursor of relevance leads to is cut at search.maxResults. */
export function pageSize(
  { search: { maxResults, resultsPerPage } }: Settings,
  offset: number,
  options: SearchOptions,
  sort: Sort,
): number {
  const limit = options.limit ?? resultsPerPage;
  checkWhole(limit, offset);
  if (offset + limit <= maxResults) return limit;
  if (options.after !== undefined && offset > 0 && limit <= maxResults)
    return Math.max(0, maxResults - offset);
  throw tooDeep(maxResults, options.threads === true ? 'threads' : sort);
}

/** @param order threads have no cursors */
export function tooDeep(maxResults: number, order: Sort | 'threads'): HayrickError {
  return new HayrickError(
    'PAGE_TOO_DEEP',
    `Offset and limit together reach beyond search.maxResults (${maxResults}): ${WAYS[order]}.`,
  );
}

export function checkWhole(limit: number, offset: number): void {
  if (Number.isSafeInteger(limit) && limit >= 0 && Number.isSafeInteger(offset) && offset >= 0) return;
  throw new HayrickError('ARGUMENT_INVALID', 'Limit and offset are whole numbers, 0 or more.');
}
