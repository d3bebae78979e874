import type { Document } from '@hayrick/core/backend';

/** Half a megabyte of text: after two of them the journal of a small index is folded. */
const LONG = 'lorem ipsum '.repeat(42_000).trim();

export function longDocument(number: number): Document {
  return {
    id: number.toString(16).padStart(32, '0'),
    archives: ['list'],
    date: number,
    received: number,
    size: LONG.length,
    text: { own: `${LONG} word${number}` },
    keywords: {},
    numbers: {},
  };
}
