import { crc32 } from 'node:zlib';
import type { Document } from '@hayrick/core/backend';
import type { MemoryIndex } from './memory-index.ts';
import { eachPosting } from './postings.ts';

/** What is summed up by document. */
export const KEPT = ['words', 'keywords'] as const;

/** By slot. */
export type KeptSums = Readonly<Record<(typeof KEPT)[number], Uint32Array>>;

/**
 * What MiniSearch's postings and the lists of keywords hold of each document: a sum over them of a hash of term, field and how often. It is made
 * in the order of terms, and compared with one that is made of the document's own words.
 */
export function readKeptSums({ words, keywords, documents }: MemoryIndex): KeptSums {
  const sums = { words: new Uint32Array(documents.slots), keywords: new Uint32Array(documents.slots) };
  for (const [number, { token, number: own, postings }] of words.terms.all().entries()) {
    // Room that no term took is filled with the first one.
    if (postings === null || number !== own) continue;
    const checksum = crc32(token);
    eachPosting(postings, (field, slot, times) => add(sums.words, slot, mix(mix(checksum, field), times)));
  }
  for (const field of keywords.fields()) {
    for (const { value, slots } of keywords.sorted(field)) {
      const hash = hashOfKeyword(field, value);
      for (const slot of slots) add(sums.keywords, slot, hash);
    }
  }
  return sums;
}

/** The same of one document as it should be. @param fields in the order of their numbers */
export function sumsOf(
  { text, keywords }: Document,
  fields: readonly string[],
): Readonly<Record<(typeof KEPT)[number], number>> {
  const sums = { words: 0, keywords: 0 };
  for (const [field, name] of fields.entries()) {
    const tokens = text[name];
    if (tokens === undefined || tokens === '') continue;
    const times = new Map<string, number>();
    for (const token of tokens.split(' ')) times.set(token, (times.get(token) ?? 0) + 1);
    for (const [token, n] of times) sums.words = (sums.words + mix(mix(crc32(token), field), n)) >>> 0;
  }
  for (const [field, values] of Object.entries(keywords)) {
    for (const value of new Set(values)) sums.keywords = (sums.keywords + hashOfKeyword(field, value)) >>> 0;
  }
  return sums;
}

function add(sums: Uint32Array, slot: number, hash: number): void {
  if (slot < sums.length) sums[slot] = ((sums[slot] ?? 0) + hash) >>> 0;
}

function hashOfKeyword(field: string, value: string): number {
  return mix(crc32(field), crc32(value));
}

/** The finalizer of MurmurHash3 over two numbers. */
function mix(one: number, other: number): number {
  let hash = Math.imul(one ^ Math.imul(other + 1, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
