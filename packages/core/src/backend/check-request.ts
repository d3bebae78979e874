import { HayrickError } from '../errors.ts';
import type { Access, SearchRequest } from './backend.ts';

const ID = /^[0-9a-f]{32}$/;

/**
 * Checks what is asked for besides the condition.
 * @param maxResults how far offset and limit may reach
 * @throws HayrickError ARGUMENT_INVALID or PAGE_TOO_DEEP
 */
export function checkRequest({ sort, limit, offset, after }: SearchRequest, maxResults: number): void {
  if (sort !== 'relevance' && sort !== 'newest' && sort !== 'oldest') {
    throw invalid(`There is no order "${String(sort)}". Sort by relevance, newest or oldest.`);
  }
  if (!isWhole(limit) || !isWhole(offset)) throw invalid('Limit and offset are whole numbers, 0 or more.');
  if (offset + limit > maxResults) {
    throw new HayrickError(
      'PAGE_TOO_DEEP',
      `Offset ${offset} and limit ${limit} together reach beyond ${maxResults} results: walk on behind the last one, in a date order.`,
    );
  }
  if (after === null) return;
  if (sort === 'relevance') throw invalid('Behind a place one can only go on in a date order.');
  if (offset > 0) throw invalid('Give either an offset or a place to go on behind, not both.');
  if (!Number.isSafeInteger(after.date) || !ID.test(after.id)) {
    throw invalid('The place to go on behind is a date in whole seconds and an id of 32 hex digits.');
  }
}

/** Rights are never left out: what may be read is told with every question. */
export function checkAccess(access: Access): void {
  const archives: unknown = (access as Partial<Access> | undefined)?.archives;
  if (Array.isArray(archives) && archives.every((name) => typeof name === 'string')) return;
  throw invalid('Reading needs an access filter: the names of the archives that may be read.');
}

export function isMessageId(id: unknown): boolean {
  return typeof id === 'string' && ID.test(id);
}

export function isWhole(number: unknown): boolean {
  return Number.isSafeInteger(number) && (number as number) >= 0;
}

function invalid(message: string): HayrickError {
  return new HayrickError('ARGUMENT_INVALID', message);
}
