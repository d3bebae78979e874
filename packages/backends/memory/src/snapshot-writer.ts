// Hot: once a posting and once a token of a snapshot. bench: memory.
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import type { MemoryIndex } from './memory-index.ts';
import { countPostings, writePostings } from './postings.ts';
import { CHUNK_BYTES } from './row-store.ts';
import { fieldsOf, writeField } from './sequences.ts';
import type { DocumentBlock, KeywordBlock, Piece, TermBlock } from './snapshot-form.ts';
import { treeBlocks } from './term-tree.ts';
import type { Term } from './terms.ts';

/** Documents, tokens or keywords of one block of JSON. */
const LISTED = 8192;
/** Bytes of a block of postings, which stays in memory as long as one of its terms was not asked for. */
const POSTING_BYTES = 1 << 20;

/** The blocks of each piece, made as they are asked for. The index must not be written meanwhile. */
export function encodeSnapshot(index: MemoryIndex): Readonly<Record<Piece, Iterable<Uint8Array>>> {
  const slots = index.documents.shown();
  const terms = byFrequency(index.words.terms.all());
  const keywords = index.keywords
    .fields()
    .flatMap((field) => index.keywords.sorted(field).filter((keyword) => keyword.slots.length > 0));
  const termNumbers = numbering(
    index.words.terms.count,
    terms.map((term) => term.number),
  );
  const keywordNumbers = numbering(
    keywords.reduce((most, { number }) => Math.max(most, number + 1), 0),
    keywords.map(({ number }) => number),
  );
  const tokens = new ByteWriter();
  return {
    documents: documentBlocks(index, slots),
    terms: json(termBlocks(index, terms, termNumbers)),
    postings: postingBlocks(terms, numbering(index.documents.slots, slots)),
    sequences: rowBlocks(slots, (slot, out) =>
      renumberSequence(index.words.sequence(slot), termNumbers, tokens, out),
    ),
    keywords: json(keywordBlocks(keywords)),
    'keyword-rows': rowBlocks(slots, (slot, out) => renumber(index.keywords.row(slot), keywordNumbers, out)),
  };
}

/** BOUNDARY stays first; then the terms that most documents hold. What no document holds any more is left out. */
function byFrequency(terms: readonly Term[]): Term[] {
  const held = terms
    .slice(1)
    .flatMap((term) => (term.postings === null ? [] : { term, count: countPostings(term.postings) }))
    .sort((a, b) => b.count - a.count);
  return [...terms.slice(0, 1), ...held.map(({ term }) => term)];
}

/** By the old number the new one: its place in the list. */
function numbering(count: number, kept: readonly number[]): Uint32Array {
  const numbers = new Uint32Array(count);
  for (const [place, number] of kept.entries()) numbers[number] = place;
  return numbers;
}

function* documentBlocks(index: MemoryIndex, slots: readonly number[]): Generator<Uint8Array> {
  const { documents } = index;
  for (const some of pieces(slots)) {
    const scopes = new Map<string, number>();
    const scopeOf = some.map((slot) => {
      const key = JSON.stringify(documents.archivesOf(slot));
      if (!scopes.has(key)) scopes.set(key, scopes.size);
      return scopes.get(key) ?? 0;
    });
    const block: DocumentBlock = {
      ids: some.map((slot) => documents.idOf(slot)),
      dates: some.map((slot) => documents.dateOf(slot)),
      received: some.map((slot) => documents.receivedOf(slot)),
      sizes: some.map((slot) => documents.sizeOf(slot)),
      digests: some.map((slot) => documents.digestOf(slot)),
      lengths: some.map((slot) => index.words.lengthsOf(slot)),
      scopes: [...scopes.keys()].map((key) => JSON.parse(key) as string[]),
      scopeOf,
      numbers: some.flatMap((slot, place) => {
        const numbers = index.numbersOf(slot);
        return Object.keys(numbers).length === 0 ? [] : [[place, numbers] as const];
      }),
      kept: some.flatMap((slot, place) => {
        const kept = index.keptOf(slot);
        return Object.keys(kept).length === 0 ? [] : [[place, kept] as const];
      }),
    };
    yield Buffer.from(JSON.stringify(block));
  }
}

function* termBlocks(
  { words }: MemoryIndex,
  terms: readonly Term[],
  numbers: Uint32Array,
): Generator<TermBlock> {
  const numberOf = (token: string): number | undefined => numbers[words.terms.find(token)?.number ?? -1];
  for (const block of treeBlocks(words.tree, LISTED, numberOf)) yield { terms: terms.length, ...block };
}

function* postingBlocks(terms: readonly Term[], newSlots: Uint32Array): Generator<Uint8Array> {
  const out = new ByteWriter();
  const ofTerm = new ByteWriter();
  for (const { postings } of terms) {
    ofTerm.clear();
    writePostings(postings ?? new Map(), newSlots, ofTerm);
    out.varint(ofTerm.length);
    out.bytes(ofTerm.written());
    if (out.length < POSTING_BYTES) continue;
    yield out.written();
    out.clear();
  }
  yield out.written();
}

function* rowBlocks(
  slots: readonly number[],
  write: (slot: number, out: ByteWriter) => void,
): Generator<Uint8Array> {
  const rows = new ByteWriter();
  let lengths: number[] = [];
  function block(): Buffer {
    const head = new ByteWriter();
    head.varint(lengths.length);
    for (const length of lengths) head.varint(length);
    head.bytes(rows.written());
    rows.clear();
    lengths = [];
    return head.written();
  }
  for (const slot of slots) {
    const before = rows.length;
    write(slot, rows);
    lengths.push(rows.length - before);
    if (rows.length >= CHUNK_BYTES) yield block();
  }
  yield block();
}

/** @param tokens room for the tokens of a field */
function renumberSequence(sequence: Buffer, numbers: Uint32Array, tokens: ByteWriter, out: ByteWriter): void {
  for (const [field, old] of fieldsOf(sequence)) {
    tokens.clear();
    renumber(old, numbers, tokens);
    writeField(out, field, tokens.written());
  }
}

function renumber(row: Buffer, numbers: Uint32Array, out: ByteWriter): void {
  const reader = new ByteReader(row);
  while (!reader.done) out.varint(numbers[reader.varint()] ?? 0);
}

function* keywordBlocks(
  keywords: readonly { readonly field: string; readonly value: string }[],
): Generator<KeywordBlock> {
  for (const [field, ofField] of Map.groupBy(keywords, (keyword) => keyword.field)) {
    for (const some of pieces(ofField)) yield { field, values: some.map(({ value }) => value) };
  }
}

function* pieces<T>(list: readonly T[]): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += LISTED) yield list.slice(at, at + LISTED);
}

function* json(values: Iterable<unknown>): Generator<Uint8Array> {
  for (const value of values) yield Buffer.from(JSON.stringify(value));
}
