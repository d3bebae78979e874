import { createHash } from 'node:crypto';
import type { Position, Sort } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';

/** What a cursor belongs to: it holds this hashed, a sort and a place, and never rights. */
export interface CursorOf {
  readonly query: string;
  readonly archives: readonly string[];
  readonly connection: string;
  readonly sort: Sort;
}

/** In a date order the place behind which the next page begins; by relevance an offset into the index as it was. */
export type CursorPlace =
  | { readonly kind: 'position'; readonly position: Position }
  | { readonly kind: 'offset'; readonly offset: number; readonly state: string };

export function writeCursor(of: CursorOf, place: CursorPlace): string {
  const fields =
    place.kind === 'position' ? [place.position.date, place.position.id] : [place.offset, place.state];
  return Buffer.from(JSON.stringify([hashOf(of), ...fields])).toString('base64url');
}

/** @throws HayrickError CURSOR_INVALID for another query's cursor or none at all */
export function readCursor(of: CursorOf, text: string): CursorPlace {
  const fields = parse(text);
  const [hash, first, second] = fields;
  const isOurs = hash === hashOf(of) && Number.isSafeInteger(first) && typeof second === 'string';
  if (!isOurs || typeof first !== 'number' || (of.sort === 'relevance' && first < 0)) {
    throw new HayrickError(
      'CURSOR_INVALID',
      'This cursor belongs to another query, sort or connection, or is none. Take `next` of an answer to the same query.',
    );
  }
  return of.sort === 'relevance'
    ? { kind: 'offset', offset: first, state: second }
    : { kind: 'position', position: { date: first, id: second } };
}

/** An engine's state as cursors name it: it may tell of how much was written, which is not for everyone to see. */
export function cursorState(of: CursorOf, state: string): string {
  return shortHash([hashOf(of), state]);
}

function hashOf({ query, archives, connection, sort }: CursorOf): string {
  return shortHash([query, archives.toSorted(), connection, sort]);
}

function shortHash(value: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('base64url').slice(0, 12);
}

function parse(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
