import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { RowStore } from './row-store.ts';

/** One value of one keyword field, and the documents that have it. */
export interface Keyword {
  readonly field: string;
  readonly value: string;
  /** Stands for it in the rows of documents. */
  readonly number: number;
  /** Rising. */
  readonly slots: number[];
}

/** Exact values: which documents have a keyword, and which keywords a document has. */
export class KeywordIndex {
  readonly #byField = new Map<string, Map<string, Keyword>>();
  readonly #byNumber: Keyword[] = [];
  /** By field, the values in the order of their UTF-16 code units; gone where one was added since. */
  readonly #sorted = new Map<string, readonly Keyword[]>();
  readonly #rows = new RowStore();
  readonly #row = new ByteWriter();

  find(field: string, value: string): Keyword | undefined {
    return this.#byField.get(field)?.get(value);
  }

  /** Every keyword of a field whose value begins with `prefix`. */
  at(field: string, prefix: string): readonly Keyword[] {
    const sorted = this.sorted(field);
    const first = firstNotBelow(sorted, prefix);
    let end = first;
    while (sorted[end]?.value.startsWith(prefix)) end++;
    return sorted.slice(first, end);
  }

  fields(): readonly string[] {
    return [...this.#byField.keys()];
  }

  sorted(field: string): readonly Keyword[] {
    const known = this.#sorted.get(field);
    if (known !== undefined) return known;
    const values = [...(this.#byField.get(field)?.values() ?? [])];
    const sorted = values.sort((a, b) => (a.value < b.value ? -1 : 1));
    this.#sorted.set(field, sorted);
    return sorted;
  }

  /** @param slot higher than any before */
  put(slot: number, keywords: Readonly<Record<string, readonly string[]>>): void {
    this.#row.clear();
    for (const [field, values] of Object.entries(keywords)) {
      for (const value of values) {
        const { slots, number } = this.intern(field, value);
        if (slots.at(-1) === slot) continue;
        slots.push(slot);
        this.#row.varint(number);
      }
    }
    this.#rows.set(slot, this.#row.written());
  }

  take(slot: number): void {
    for (const { slots } of this.keywordsOf(slot)) slots.splice(placeOf(slots, slot), 1);
    this.#rows.remove(slot);
  }

  /** The keywords of a document, as numbers in a row of bytes. */
  row(slot: number): Buffer {
    return this.#rows.row(slot);
  }

  keywordsOf(slot: number): Keyword[] {
    const reader = new ByteReader(this.row(slot));
    const keywords: Keyword[] = [];
    while (!reader.done) {
      const keyword = this.#byNumber[reader.varint()];
      if (keyword !== undefined) keywords.push(keyword);
    }
    return keywords;
  }

  intern(field: string, value: string): Keyword {
    let values = this.#byField.get(field);
    if (values === undefined) {
      values = new Map();
      this.#byField.set(field, values);
    }
    const known = values.get(value);
    if (known !== undefined) return known;
    const keyword: Keyword = { field, value, number: this.#byNumber.length, slots: [] };
    values.set(value, keyword);
    this.#byNumber.push(keyword);
    this.#sorted.delete(field);
    return keyword;
  }

  /** Puts a snapshot's rows in place; their keywords are interned already. */
  restore(chunk: Buffer, first: number, start: number, lengths: readonly number[]): void {
    this.#rows.take(chunk, first, start, lengths);
    for (let i = 0; i < lengths.length; i++) {
      for (const { slots } of this.keywordsOf(first + i)) slots.push(first + i);
    }
  }
}

function firstNotBelow(sorted: readonly Keyword[], value: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle]?.value ?? '') < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Of a slot that is among them. */
function placeOf(slots: readonly number[], slot: number): number {
  let low = 0;
  let high = slots.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((slots[middle] ?? 0) < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}
