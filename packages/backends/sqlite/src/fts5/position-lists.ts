// Hot: reads where words stand in each candidate of a proximity search. bench: search.
import { HayrickError } from '@hayrick/core/backend';
import { BlobReader } from './blob-reader.ts';
import { compareBytes } from './compare-bytes.ts';
import { firstRowAt, firstTermAt, LeafTerms, PAGE_STARTS_AT } from './leaf.ts';
import { type Segment, type Segments, termOf } from './segments.ts';

/** Where a term stands in a document: the number of the column times this, and the place in it. Rising. */
export type Positions = readonly number[];
export const COLUMN_AT = 2 ** 32;

/** Positions of one term, document by document. */
export interface PositionLists {
  /** In a document that is there; none where it does not hold the term. Rows are asked for in rising order. */
  at(row: number): Positions;
}

const NONE: Positions = [];

/** Reads only those pages on which the rows asked for can stand. */
export function openPositions(segments: Segments, token: string): PositionLists {
  const term = termOf(token);
  const lists = segments.list().flatMap((segment) => {
    const list = DocumentList.find(segments, segment, term);
    return list === null ? [] : [{ segment, list }];
  });
  return {
    at(row) {
      for (const { segment, list } of lists) {
        if (list.seek(row) && !segments.isDeleted(segment, row)) return list.positions();
      }
      return NONE;
    },
  };
}

/** A page, and the first row on it that belongs to a list. */
interface RowPage {
  readonly number: number;
  readonly page: Uint8Array;
  readonly row: number;
}

/** The documents of one term in one segment, gone through in the order of their rows. */
class DocumentList {
  readonly #segments: Segments;
  readonly #segment: Segment;
  /** The last page that may hold some of it. */
  readonly #lastPage: number;
  #number: number;
  #page: BlobReader;
  /** Where on this page it ends. */
  #end: number;
  /** Null behind the last one. */
  #row: number | null = null;
  /** Bytes of the positions of the row, which begin at the reader's place. */
  #bytes = 0;
  /** The first page behind this one with a row of its own; null where there is none, undefined where nobody has looked. */
  #ahead: RowPage | null | undefined;

  private constructor(
    segments: Segments,
    segment: Segment,
    place: { page: number; lastPage: number; reader: BlobReader; end: number },
  ) {
    this.#segments = segments;
    this.#segment = segment;
    this.#lastPage = place.lastPage;
    this.#number = place.page;
    this.#page = place.reader;
    this.#end = place.end;
  }

  /** Null where no document has the term. */
  static find(segments: Segments, segment: Segment, term: Uint8Array): DocumentList | null {
    const number = segments.pageOf(segment, term);
    const page = segments.page(segment, number);
    const terms = new LeafTerms(page);
    while (terms.next()) {
      if (compareBytes(terms.bytes, term) !== 0) continue;
      const lastPage = terms.isLast ? lastPageOf(segments, segment, term) : number;
      const reader = new BlobReader(page, terms.start);
      const list = new DocumentList(segments, segment, { page: number, lastPage, reader, end: terms.end });
      // Where a term fills its page up its documents begin on the next one.
      if (reader.at === terms.end && !list.#nextPage()) return null;
      list.#readRow(0);
      return list;
    }
    return null;
  }

  /** Goes to that row; false where it is not there, and then stands at the next one. */
  seek(row: number): boolean {
    if (this.#row !== null && this.#row < row) {
      this.#ahead = this.#ahead === undefined ? this.#firstWithRow(this.#number + 1) : this.#ahead;
      if (this.#ahead !== null && this.#ahead.row <= row) this.#skipTo(row, this.#ahead);
    }
    while (this.#row !== null && this.#row < row) this.#next();
    return this.#row === row;
  }

  /** Of the row it stands at. */
  positions(): Positions {
    const reader = this.#wholeList();
    const end = reader.at + this.#bytes;
    const positions: number[] = [];
    let position = 0;
    while (reader.at < end) {
      const step = reader.varint();
      if (step === 1) {
        position = reader.varint() * COLUMN_AT;
      } else {
        position += step - 2;
        positions.push(position);
      }
    }
    return positions;
  }

  /** To the last page that begins with a row at or before that one, as `near` does. Most that are asked for are near: it doubles its steps. */
  #skipTo(row: number, near: RowPage): void {
    let found = near;
    let low = near.number;
    let high = this.#lastPage + 1;
    for (let step = 1; high - low > 1; step *= 2) {
      const middle = low + step < high ? low + step : Math.floor((low + high) / 2);
      const next = this.#lastWithRow(low, middle);
      if (next === null) low = middle;
      else if (next.row <= row) {
        found = next;
        low = middle;
      } else {
        high = next.number;
        step = this.#lastPage;
      }
    }
    this.#open(found.number, found.page);
    this.#page.at = firstRowAt(found.page);
    this.#readRow(0);
  }

  /** Of the pages behind `low` up to `high` the last one with a row of this list. */
  #lastWithRow(low: number, high: number): RowPage | null {
    for (let number = high; number > low; number--) {
      const found = this.#rowPage(number);
      if (found !== null) return found;
    }
    return null;
  }

  #firstWithRow(from: number): RowPage | null {
    for (let number = from; number <= this.#lastPage; number++) {
      const found = this.#rowPage(number);
      if (found !== null) return found;
    }
    return null;
  }

  #rowPage(number: number): RowPage | null {
    const page = this.#segments.page(this.#segment, number);
    const at = firstRowAt(page);
    return at === 0 ? null : { number, page, row: new BlobReader(page, at).varint() };
  }

  #next(): void {
    const row = this.#row ?? 0;
    if (!this.#passPositions()) {
      this.#row = null;
      return;
    }
    // The first row of a page is told in full.
    this.#readRow(this.#page.at === firstRowAt(this.#page.bytes) ? 0 : row);
  }

  /** Goes behind the row's positions; false where no further row stands there. */
  #passPositions(): boolean {
    let left = this.#bytes;
    while (left > this.#end - this.#page.at) {
      left -= this.#end - this.#page.at;
      if (!this.#nextPage()) return false;
    }
    this.#page.at += left;
    return this.#page.at < this.#end || (this.#nextPage() && this.#page.at < this.#end);
  }

  #readRow(before: number): void {
    const row = before + this.#page.varint();
    if (this.#page.at > this.#end || row <= (this.#row ?? 0)) throw damaged();
    this.#row = row;
    // The lowest bit marks deletions, of which tables with tombstones have none.
    this.#bytes = this.#page.varint() >> 1;
  }

  #nextPage(): boolean {
    if (this.#number >= this.#lastPage) return false;
    this.#open(this.#number + 1, this.#segments.page(this.#segment, this.#number + 1));
    return true;
  }

  #open(number: number, page: Uint8Array): void {
    this.#number = number;
    this.#page = new BlobReader(page, PAGE_STARTS_AT);
    this.#end = firstTermAt(page);
    this.#ahead = undefined;
  }

  /** A reader at the row's positions, which may go on over several pages. The list stays where it is. */
  #wholeList(): BlobReader {
    const { at, bytes } = this.#page;
    if (this.#bytes <= this.#end - at) return new BlobReader(bytes, at);
    const pieces = [bytes.subarray(at, this.#end)];
    let left = this.#bytes - (this.#end - at);
    for (let number = this.#number + 1; left > 0 && number <= this.#lastPage; number++) {
      const page = this.#segments.page(this.#segment, number);
      const piece = page.subarray(PAGE_STARTS_AT, Math.min(firstTermAt(page), PAGE_STARTS_AT + left));
      pieces.push(piece);
      left -= piece.length;
    }
    return new BlobReader(Buffer.concat(pieces));
  }
}

/** The page on which the next term begins, or the last of all: a term's documents do not reach further. */
function lastPageOf(segments: Segments, segment: Segment, term: Uint8Array): number {
  for (const page of segments.pagesBehind(segment, term, null)) return page;
  return segment.lastPage;
}

function damaged(): HayrickError {
  return new HayrickError(
    'INDEX_DAMAGED',
    'The index holds a list of documents that cannot be read. Run rebuild_index: it is made again from the sources.',
  );
}
