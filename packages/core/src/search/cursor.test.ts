import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CursorOf, cursorState, readCursor, writeCursor } from './cursor.ts';

const OF: CursorOf = { query: 'journal', archives: [], connection: 'default', sort: 'newest' };
const POSITION = { kind: 'position', position: { date: 7, id: 'a'.repeat(32) } } as const;

describe('a cursor', () => {
  it('comes back as it was written', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.maxSafeInteger(),
        fc.maxSafeNat(),
        fc.string(),
        (query, date, offset, text) => {
          const of = { ...OF, query };
          const position = { kind: 'position', position: { date, id: text } } as const;
          expect(readCursor(of, writeCursor(of, position))).toEqual(position);
          const byRank = { ...of, sort: 'relevance' } as const;
          const place = { kind: 'offset', offset, state: text } as const;
          expect(readCursor(byRank, writeCursor(byRank, place))).toEqual(place);
        },
      ),
    );
  });

  it('stands in an address or on a command line as it is', () => {
    expect(writeCursor(OF, POSITION)).toMatch(/^[\w-]+$/);
  });

  it('holds nothing of the query but a hash', () => {
    const text = Buffer.from(writeCursor({ ...OF, query: 'secretword' }, POSITION), 'base64url').toString();
    expect(text).not.toMatch(/secretword|default|newest/);
  });

  it.each<[string, CursorOf]>([
    ['query', { ...OF, query: 'other' }],
    ['archives', { ...OF, archives: ['list'] }],
    ['connection', { ...OF, connection: 'other' }],
    ['order', { ...OF, sort: 'oldest' }],
    ['order by relevance', { ...OF, sort: 'relevance' }],
  ])('of another %s is refused', (_, other) => {
    expect(() => readCursor(other, writeCursor(OF, POSITION))).toThrow(
      expect.objectContaining({ code: 'CURSOR_INVALID' }),
    );
  });

  it('is good for the same archives in any order', () => {
    const cursor = writeCursor({ ...OF, archives: ['a', 'b'] }, POSITION);
    expect(readCursor({ ...OF, archives: ['b', 'a'] }, cursor)).toEqual(POSITION);
  });

  it('that is any text at all is refused', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.base64String(),
          fc.json().map((j) => Buffer.from(j).toString('base64url')),
        ),
        (text) => {
          expect(() => readCursor(OF, text)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
        },
      ),
    );
  });

  it('by relevance is refused before the beginning', () => {
    const of = { ...OF, sort: 'relevance' } as const;
    const cursor = writeCursor(of, { kind: 'offset', offset: -1, state: 'x' });
    expect(() => readCursor(of, cursor)).toThrow(expect.objectContaining({ code: 'CURSOR_INVALID' }));
  });

  it('names a state that cannot be counted back', () => {
    expect(cursorState(OF, 'g1.5')).toMatch(/^[\w-]{12}$/);
    expect(cursorState(OF, 'g1.5')).toBe(cursorState(OF, 'g1.5'));
    expect(new Set(['g1.5', 'g1.6', 'g2.5'].map((state) => cursorState(OF, state))).size).toBe(3);
    expect(cursorState({ ...OF, query: 'other' }, 'g1.5')).not.toBe(cursorState(OF, 'g1.5'));
  });
});
