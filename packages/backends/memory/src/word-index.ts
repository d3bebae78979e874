// Hot: once a token written. bench: memory.
import { HayrickError } from '@hayrick/core/backend';
import MiniSearch from 'minisearch';
import { ByteReader } from './byte-reader.ts';
import { ByteWriter } from './byte-writer.ts';
import { withRoom } from './columns.ts';
import type { FieldPostings } from './postings.ts';
import { RowStore } from './row-store.ts';
import { fieldsOf, type Sequence, writeField } from './sequences.ts';
import type { TreeNode } from './term-tree.ts';
import { Terms } from './terms.ts';

interface WordDocument {
  readonly slot: number;
  readonly text: Readonly<Record<string, string>>;
}

const SLOT = 'slot';

/**
 * MiniSearch over core's tokens as they come, and beside it the sequence of tokens of each document.
 *
 * What MiniSearch keeps is used by itself here, not only through `search`: its postings say which documents hold a word in which field,
 * where `search` would make an object of every hit; a snapshot's postings are put in place as they are, where `loadJS` takes five times
 * as long; and a hash stands before its term tree, in which each token of a document would otherwise be sought letter by letter. These
 * are parts of MiniSearch 7.2 that it does not promise: word-index.test.ts holds them against its public behaviour.
 */
export class WordIndex extends MiniSearch<WordDocument> {
  readonly terms: Terms;
  readonly #sequences = new RowStore();
  readonly #row: ByteWriter;
  /** By field how many tokens differ, in each document and in all together, and the documents that have any. */
  readonly #lengths: { bySlot: Uint32Array; sum: number; count: number }[];

  constructor(fields: readonly string[]) {
    const terms = new Terms();
    const row = new ByteWriter();
    const numbers = new ByteWriter();
    const fieldNumbers = new Map(fields.map((field, number) => [field, number]));

    /** MiniSearch asks for the tokens of each field in turn: the sequence is written on the way. */
    function tokenize(text: string, field = ''): string[] {
      if (text === '') return [];
      const tokens = text.split(' ');
      numbers.clear();
      for (let i = 0; i < tokens.length; i++) {
        const { token, number } = terms.intern(tokens[i] ?? '');
        // The one string that is known already: its hash is, too.
        tokens[i] = token;
        numbers.varint(number);
      }
      writeField(row, fieldNumbers.get(field) ?? 0, numbers.written());
      return tokens;
    }

    super({
      fields: [...fields],
      idField: SLOT,
      extractField: ({ slot, text }, field) => {
        if (field === SLOT) return slot;
        return Object.hasOwn(text, field) ? text[field] : undefined;
      },
      tokenize,
      processTerm: (token) => token,
      searchOptions: { tokenize: (query) => query.split(' ') },
      autoVacuum: false,
      logger: (_, message) => {
        throw new HayrickError('ENGINE_FAILED', message);
      },
    });
    this.terms = terms;
    this.#row = row;
    this.#lengths = fields.map(() => ({ bySlot: new Uint32Array(0), sum: 0, count: 0 }));
    this.#hashBeforeTree();
  }

  /** One more than the highest slot ever given. */
  get slots(): number {
    return this._nextId;
  }

  get fields(): readonly string[] {
    return this._options.fields;
  }

  /** Of a field by name; undefined where this index has none of that name. */
  numberOfField(field: string): number | undefined {
    return Object.hasOwn(this._fieldIds, field) ? this._fieldIds[field] : undefined;
  }

  /** Adds a document's text; answers the slot that it has from now on. */
  put(text: Readonly<Record<string, string>>): number {
    const slot = this._nextId;
    this.#row.clear();
    this.add({ slot, text });
    this.#sequences.set(slot, this.#row.written());
    this.#count(slot, 1);
    return slot;
  }

  /** Takes a document's text out. */
  take(slot: number): void {
    const text = this.textOf(slot);
    this.#count(slot, -1);
    this.remove({ slot, text });
    this.#average();
    this.#sequences.remove(slot);
  }

  sequence(slot: number): Sequence {
    return this.#sequences.row(slot);
  }

  postings(token: string): FieldPostings | null {
    return this.terms.find(token)?.postings ?? null;
  }

  /** Every token that begins with `prefix` and stands in some document. */
  tokensAt(prefix: string): Iterable<string> {
    return this._index.atPrefix(prefix).keys();
  }

  /** Tokens that differ in a field, by slot; what it says of slots without a document means nothing. */
  lengthsIn(field: number): Uint32Array {
    return this.#lengths[field]?.bySlot ?? new Uint32Array(0);
  }

  averageLength(field: number): number {
    return this._avgFieldLength[field] ?? 0;
  }

  /** The parameters of BM25+ that MiniSearch scores with. */
  get bm25(): { readonly k: number; readonly b: number; readonly d: number } {
    return this._options.searchOptions.bm25;
  }

  /** Of all fields by number. */
  lengthsOf(slot: number): readonly number[] {
    return this._fieldLength.get(slot) ?? [];
  }

  /**
   * Puts a document of a snapshot in place: how many tokens differ in each of its fields. Its terms are put
   * into `terms` and `tree`.
   */
  restoreDocument(lengths: readonly number[]): void {
    const slot = this._nextId++;
    this._documentIds.set(slot, slot);
    this._idToShortId.set(slot, slot);
    this._fieldLength.set(slot, [...lengths]);
    this._documentCount++;
    this.#count(slot, 1);
  }

  /** The root of MiniSearch's tree of terms, as it is stored and put back. */
  get tree(): TreeNode {
    return this._index._tree;
  }

  restoreSequences(chunk: Buffer, first: number, start: number, lengths: readonly number[]): void {
    this.#sequences.take(chunk, first, start, lengths);
  }

  /** The tokens of a document by field, as the sequence has them. */
  textOf(slot: number): Readonly<Record<string, string>> {
    const text: Record<string, string> = {};
    for (const [field, tokens] of fieldsOf(this.sequence(slot))) {
      text[this._options.fields[field] ?? ''] = this.#spell(tokens);
    }
    return text;
  }

  #spell(tokens: Buffer): string {
    const reader = new ByteReader(tokens);
    const words: string[] = [];
    while (!reader.done) words.push(this.terms.tokenOf(reader.varint()));
    return words.join(' ');
  }

  /** MiniSearch's averages depend on the order of what came and went; the same from sums depend on what is there. */
  #count(slot: number, by: 1 | -1): void {
    const lengths = this._fieldLength.get(slot) ?? [];
    for (const [field, totals] of this.#lengths.entries()) {
      const length = lengths[field] ?? 0;
      if (length === 0) continue;
      totals.bySlot = withRoom(totals.bySlot, slot + 1);
      totals.bySlot[slot] = length;
      totals.sum += by * length;
      totals.count += by;
    }
    this.#average();
  }

  #average(): void {
    this._avgFieldLength = this.#lengths.map(({ sum, count }) => (count === 0 ? 0 : sum / count));
  }

  #hashBeforeTree(): void {
    const { terms, _index: tree } = this;
    const fetchFromTree = tree.fetch.bind(tree);
    const deleteFromTree = tree.delete.bind(tree);
    tree.get = (token) => terms.find(token)?.postings ?? undefined;
    tree.has = (token) => terms.find(token)?.postings != null;
    tree.fetch = (token, initial) => {
      const term = terms.intern(token);
      term.postings ??= fetchFromTree(token, initial);
      return term.postings;
    };
    tree.delete = (token) => {
      const term = terms.find(token);
      if (term !== undefined) term.postings = null;
      deleteFromTree(token);
    };
  }
}
