import type { Document, KeptValues } from '@hayrick/core/backend';
import { type DateOrder, dateOrder } from './date-order.ts';
import { DocumentTable } from './document-table.ts';
import { KeywordIndex } from './keyword-index.ts';
import { SortedSlots } from './sorted-slots.ts';
import { WordIndex } from './word-index.ts';

/** Declared numbers of a document, by field. */
export type Numbers = Document['numbers'];

/** All of one generation, in memory: what MiniSearch has, and what it does not know of. */
export class MemoryIndex {
  readonly documents = new DocumentTable();
  readonly words: WordIndex;
  readonly keywords = new KeywordIndex();
  readonly #dates = new SortedSlots((a, b) => this.documents.compareIds(a, b));
  readonly #ranges = new Map<string, SortedSlots>([
    ['date', this.#dates],
    ['received', new SortedSlots()],
    ['size', new SortedSlots()],
  ]);
  /** Of the documents that have any. */
  readonly #numbers = new Map<number, Numbers>();
  readonly #kept = new Map<number, KeptValues>();
  #orders: { readonly newest: DateOrder; readonly oldest: DateOrder } | null = null;

  /** @param fields text fields */
  constructor(fields: readonly string[]) {
    this.words = new WordIndex(fields);
  }

  /** Adds a document that nobody sees before it is shown; answers its slot. */
  put(document: Document): number {
    const slot = this.words.put(document.text);
    this.keywords.put(slot, document.keywords);
    this.putColumns(slot, document);
    return slot;
  }

  /** What of a document is neither word nor keyword. */
  putColumns(slot: number, document: Omit<Document, 'text' | 'keywords'>): void {
    this.documents.put(slot, document);
    this.#range('date').put(slot, document.date);
    this.#range('received').put(slot, document.received);
    this.#range('size').put(slot, document.size);
    const numbers = Object.entries(document.numbers).filter(([, values]) => values.length > 0);
    if (document.kept !== undefined) this.#kept.set(slot, document.kept);
    if (numbers.length > 0) this.#numbers.set(slot, Object.fromEntries(numbers));
    for (const [field, values] of numbers) {
      for (const value of values) this.#range(field).put(slot, value);
    }
    this.#orders = null;
  }

  /** Takes a document out that has been hidden. */
  take(slot: number): void {
    this.words.take(slot);
    this.keywords.take(slot);
    const declared = Object.keys(this.numbersOf(slot));
    for (const field of ['date', 'received', 'size', ...declared]) this.#range(field).take(slot);
    this.#numbers.delete(slot);
    this.#kept.delete(slot);
    this.#orders = null;
  }

  numbersOf(slot: number): Numbers {
    return this.#numbers.get(slot) ?? {};
  }

  /** Values of declared fields that are stored. */
  keptOf(slot: number): KeptValues {
    return this.#kept.get(slot) ?? {};
  }

  /** Undefined where no document has a number of that field. */
  rangesOf(field: string): SortedSlots | undefined {
    return this.#ranges.get(field);
  }

  order(sort: 'newest' | 'oldest'): DateOrder {
    this.#orders ??= {
      newest: dateOrder(this.documents, this.#dates, true),
      oldest: dateOrder(this.documents, this.#dates, false),
    };
    return this.#orders[sort];
  }

  #range(field: string): SortedSlots {
    let range = this.#ranges.get(field);
    if (range === undefined) {
      range = new SortedSlots();
      this.#ranges.set(field, range);
    }
    return range;
  }
}
