// Hot: once a term of the pages that are looked at. bench: search.
import { BlobReader } from './blob-reader.ts';

/** Behind the header: where the first row and the end of the text stand. */
export const PAGE_STARTS_AT = 4;

/** Where on a page the end of its text is: behind it stand the places of its terms. */
function endOf(page: Uint8Array): number {
  return (page[2] ?? 0) * 0x100 + (page[3] ?? 0);
}

/** Where the first row stands that belongs to a term of an earlier page; 0 where none does. It is written in full. */
export function firstRowAt(page: Uint8Array): number {
  return (page[0] ?? 0) * 0x100 + (page[1] ?? 0);
}

/** Where the first term of a page stands, or the end of its text: up to there all belongs to a term of an earlier page. */
export function firstTermAt(page: Uint8Array): number {
  const end = endOf(page);
  return end < page.length ? new BlobReader(page, end).varint() : end;
}

/** Goes through the terms that begin on a page, in the order of their bytes; each is written as what it shares with the one before and its own rest. */
export class LeafTerms {
  readonly #page: Uint8Array;
  readonly #text: BlobReader;
  readonly #places: BlobReader;
  #term = new Uint8Array(128);
  #next: number;
  #isFirst = true;
  /** Of the term, with the byte of its index in front. */
  length = 0;
  /** Where its documents begin. */
  start = 0;
  /** Where the next term begins, or the text ends: its documents may go on on the next page. */
  end = 0;
  isLast = false;

  constructor(page: Uint8Array) {
    const end = endOf(page);
    this.#page = page;
    this.#text = new BlobReader(page);
    this.#places = new BlobReader(page, end);
    this.#next = end < page.length ? this.#places.varint() : 0;
  }

  /** Good until the next one is read. */
  get bytes(): Uint8Array {
    return this.#term.subarray(0, this.length);
  }

  /** To the first term, and then to the next one; false where there is none. */
  next(): boolean {
    if (this.isLast || this.#next === 0) return false;
    const text = this.#text;
    text.at = this.#next;
    const shared = this.#isFirst ? 0 : text.varint();
    const own = text.varint();
    this.#isFirst = false;
    this.length = shared + own;
    if (this.length > this.#term.length) {
      const longer = new Uint8Array(2 * this.length);
      longer.set(this.#term);
      this.#term = longer;
    }
    // A token is short: a loop is faster than a copy.
    for (let i = 0; i < own; i++) this.#term[shared + i] = this.#page[text.at + i] ?? 0;
    this.start = text.at + own;
    this.isLast = this.#places.at >= this.#page.length;
    this.#next = this.isLast ? endOf(this.#page) : this.#next + this.#places.varint();
    this.end = this.#next;
    return true;
  }
}
