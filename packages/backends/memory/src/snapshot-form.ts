import type { KeptValues } from '@hayrick/core/backend';
import type { TreeBlock } from './term-tree.ts';

/**
 * The pieces of a snapshot, in the order in which they are read. Slots and numbers of terms and keywords are counted anew in each
 * snapshot, without gaps; common terms come first, so that most tokens of a sequence are one byte.
 *
 * documents: JSON, one block a few thousand documents (DocumentBlock).
 * terms: JSON, MiniSearch's tree of terms in blocks of some thousand nodes (TermBlock).
 * postings: for each term, by number, the bytes of its postings and then these (postings.ts).
 * sequences: rows (RowBlock) of tokens, by slot (sequences.ts).
 * keywords: JSON lists of keywords by number (KeywordBlock).
 * keyword-rows: rows (RowBlock) of numbers of keywords, by slot.
 *
 * A RowBlock is the number of its rows, the length of each, and then the rows. All numbers outside JSON are varints (byte-writer.ts).
 */
export const PIECES = ['documents', 'terms', 'postings', 'sequences', 'keywords', 'keyword-rows'] as const;
export type Piece = (typeof PIECES)[number];

export interface DocumentBlock {
  readonly ids: readonly string[];
  readonly dates: readonly number[];
  readonly received: readonly number[];
  readonly sizes: readonly number[];
  readonly digests: readonly number[];
  /** How many tokens differ in each field, by the field's number. */
  readonly lengths: readonly (readonly number[])[];
  /** Sets of archives, and which of them holds each document. */
  readonly scopes: readonly (readonly string[])[];
  readonly scopeOf: readonly number[];
  /** Declared numbers, where a document has any: by its place in the block. */
  readonly numbers: readonly (readonly [
    place: number,
    numbers: Readonly<Record<string, readonly number[]>>,
  ])[];
  /** The same for values of stored fields. */
  readonly kept: readonly (readonly [place: number, kept: KeptValues])[];
}

export interface TermBlock extends TreeBlock {
  /** How many there are in all blocks together, with BOUNDARY, which always has the number 0. */
  readonly terms: number;
}

export interface KeywordBlock {
  readonly field: string;
  /** Rising by UTF-16 code units, also from block to block. */
  readonly values: readonly string[];
}
