// Hot: once a posting of a snapshot. bench: memory.
import { ByteReader } from './byte-reader.ts';
import type { ByteWriter } from './byte-writer.ts';

/** How often a term stands in a field, by slot; by the field's number: what MiniSearch keeps of a term. Slots rise. */
export type Postings = Map<number, number>;
export type FieldPostings = Map<number, Postings>;

/**
 * Postings of a snapshot, which become maps when they are first looked at: most terms of an index are never asked for, and as maps they
 * would take four times as long to load and five times the memory. Whoever uses it, MiniSearch included, cannot tell it from a map.
 */
export class StoredPostings implements FieldPostings {
  #bytes: Buffer | null;
  readonly #at: number;
  #map: FieldPostings | null = null;

  /** @param bytes kept as they are until the first look */
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** As they were stored; null once they are maps. */
  get stored(): ByteReader | null {
    return this.#bytes === null ? null : new ByteReader(this.#bytes, this.#at);
  }

  get #maps(): FieldPostings {
    this.#map ??= this.#unpacked();
    return this.#map;
  }

  #unpacked(): FieldPostings {
    const maps: FieldPostings = new Map();
    const reader = this.stored;
    this.#bytes = null;
    if (reader === null) return maps;
    for (let fields = reader.varint(); fields > 0; fields--) {
      const field = reader.varint();
      const list: Postings = new Map();
      eachStored(reader, (slot, times) => void list.set(slot, times));
      maps.set(field, list);
    }
    return maps;
  }

  get size(): number {
    return this.#maps.size;
  }

  get [Symbol.toStringTag](): string {
    return this.#maps[Symbol.toStringTag];
  }

  get(field: number): Postings | undefined {
    return this.#maps.get(field);
  }

  has(field: number): boolean {
    return this.#maps.has(field);
  }

  set(field: number, list: Postings): this {
    this.#maps.set(field, list);
    return this;
  }

  getOrInsert(field: number, list: Postings): Postings {
    return this.getOrInsertComputed(field, () => list);
  }

  getOrInsertComputed(field: number, make: (field: number) => Postings): Postings {
    const known = this.get(field);
    if (known !== undefined) return known;
    const list = make(field);
    this.set(field, list);
    return list;
  }

  delete(field: number): boolean {
    return this.#maps.delete(field);
  }

  clear(): void {
    this.#maps.clear();
  }

  keys(): MapIterator<number> {
    return this.#maps.keys();
  }

  values(): MapIterator<Postings> {
    return this.#maps.values();
  }

  entries(): MapIterator<[number, Postings]> {
    return this.#maps.entries();
  }

  forEach(use: (list: Postings, field: number, map: FieldPostings) => void): void {
    this.#maps.forEach(use);
  }

  [Symbol.iterator](): MapIterator<[number, Postings]> {
    return this.#maps[Symbol.iterator]();
  }
}

/**
 * Writes the postings of a term: how many fields, and for each its number, how many documents, and for each of these the distance from
 * the slot before (from -1), doubled, plus 1 where the term stands there more than once, and then how often. All are varints.
 * @param newSlots by the slot in memory the slot in the snapshot
 */
export function writePostings(postings: FieldPostings, newSlots: Uint32Array, out: ByteWriter): void {
  const reader = postings instanceof StoredPostings ? postings.stored : null;
  if (reader === null) {
    out.varint(postings.size);
    for (const [field, list] of postings) {
      out.varint(field);
      out.varint(list.size);
      writeList((use) => list.forEach((times, slot) => void use(slot, times)), newSlots, out);
    }
    return;
  }
  const fields = reader.varint();
  out.varint(fields);
  for (let i = 0; i < fields; i++) {
    out.varint(reader.varint());
    const count = reader.varint();
    out.varint(count);
    writeList((use) => eachOf(reader, count, use), newSlots, out);
  }
}

/** How many postings of all fields a term has. */
export function countPostings(postings: FieldPostings): number {
  const reader = postings instanceof StoredPostings ? postings.stored : null;
  let sum = 0;
  if (reader === null) {
    for (const list of postings.values()) sum += list.size;
    return sum;
  }
  for (let fields = reader.varint(); fields > 0; fields--) {
    reader.varint();
    eachStored(reader, () => sum++);
  }
  return sum;
}

/** Each posting of a term, looked at as it is kept. */
export function eachPosting(
  postings: FieldPostings,
  use: (field: number, slot: number, times: number) => void,
): void {
  const reader = postings instanceof StoredPostings ? postings.stored : null;
  if (reader === null) {
    for (const [field, list] of postings) list.forEach((times, slot) => void use(field, slot, times));
    return;
  }
  for (let fields = reader.varint(); fields > 0; fields--) {
    const field = reader.varint();
    eachStored(reader, (slot, times) => use(field, slot, times));
  }
}

type Use = (slot: number, times: number) => unknown;

function writeList(each: (use: Use) => void, newSlots: Uint32Array, out: ByteWriter): void {
  let before = -1;
  each((old, times) => {
    const slot = newSlots[old] ?? 0;
    out.varint(2 * (slot - before) + (times > 1 ? 1 : 0));
    if (times > 1) out.varint(times);
    before = slot;
  });
}

function eachStored(reader: ByteReader, use: Use): void {
  eachOf(reader, reader.varint(), use);
}

function eachOf(reader: ByteReader, count: number, use: Use): void {
  let slot = -1;
  for (let n = 0; n < count; n++) {
    const step = reader.varint();
    slot += step >>> 1;
    use(slot, (step & 1) === 0 ? 1 : reader.varint());
  }
}
