import { HayrickError } from '@hayrick/core/backend';
import type { Db } from '../database.ts';
import type { MatchTable } from '../match-expression.ts';
import { BlobReader } from './blob-reader.ts';

/** One of the sorted runs that an FTS5 table consists of. */
export interface Segment {
  readonly id: number;
  /** Its pages are numbered one behind the other; a merge that is under way has taken those in front. */
  readonly firstPage: number;
  readonly lastPage: number;
  /** Pages of the hash table of rows that were deleted from it. */
  readonly tombstonePages: number;
}

/** The blocks of one FTS5 table, as they are at the time of reading. */
export interface Segments {
  /** A document that is there stands in one of them as it is, and elsewhere at most as deleted. */
  list(): readonly Segment[];
  page(segment: Segment, page: number): Uint8Array;
  /** The page on which a term stands, if it is there at all. */
  pageOf(segment: Segment, term: Uint8Array): number;
  /** Pages that begin with a term behind this one and, if it is given, before the other: where a term begins that no page before has. */
  pagesBehind(segment: Segment, term: Uint8Array, before: Uint8Array | null): Iterable<number>;
  isDeleted(segment: Segment, row: number): boolean;
  /** All of them, in no order. */
  deletedRows(segment: Segment): Iterable<number>;
}

/** In front of every term: the index of whole terms, of which there is no other. */
const MAIN_INDEX = '0';
/** The only format of `%_config` that these tables can have: they delete without looking for the old text. */
const FORMAT = 4;
const STRUCTURE = 10;
const STRUCTURE_V2 = 0xff000001;
/** A block's id: segment, kind of page, number of the page. */
const SEGMENT_AT = 2 ** 37;
const TOMBSTONES_FROM = 1n << 16n;

/**
 * Reads the inverted index of an FTS5 table itself, where SQLite has no way to ask: the terms between two, and the positions of a term in
 * given documents. Format: comments in SQLite's ext/fts5/fts5_index.c ("FTS5 On-Disk Format"), unchanged since 3.9, deletions since 3.43;
 * docs/decisions/0007-reading-fts5.md says why and what guards it.
 */
export function openSegments(db: Db, table: MatchTable): Segments {
  const block = db.prepare<[number | bigint], Buffer>(`SELECT block FROM ${table}_data WHERE id = ?`).pluck();
  const version = db.prepare<[], { v: number }>(`SELECT v FROM ${table}_config WHERE k = 'version'`);
  const at = db
    .prepare<[number, Uint8Array], number>(
      `SELECT pgno >> 1 FROM ${table}_idx WHERE segid = ? AND term <= ? ORDER BY term DESC LIMIT 1`,
    )
    .pluck();
  const behind = db
    .prepare<[number, Uint8Array], number>(
      `SELECT pgno >> 1 FROM ${table}_idx WHERE segid = ? AND term > ? ORDER BY term`,
    )
    .pluck();
  const between = db
    .prepare<[number, Uint8Array, Uint8Array], number>(
      `SELECT pgno >> 1 FROM ${table}_idx WHERE segid = ? AND term > ? AND term < ? ORDER BY term`,
    )
    .pluck();

  function read(id: number | bigint): Uint8Array {
    const found = block.get(id);
    if (found !== undefined) return found;
    throw new HayrickError(
      'INDEX_DAMAGED',
      `The index ${db.name} lacks a block of its table ${table}. Run rebuild_index: it is made again from the sources.`,
    );
  }

  return {
    list() {
      const format = version.get()?.v;
      const reader = new BlobReader(read(STRUCTURE), 8);
      const magic = new DataView(reader.bytes.buffer, reader.bytes.byteOffset).getUint32(4);
      if (format !== FORMAT || magic !== STRUCTURE_V2) {
        throw new HayrickError(
          'INDEX_TOO_NEW',
          `The index ${db.name} was written by another SQLite (format ${format} of FTS5). Run rebuild_index.`,
        );
      }
      return readStructure(reader);
    },
    page: (segment, page) => read(segment.id * SEGMENT_AT + page),
    pageOf: (segment, term) => Math.max(segment.firstPage, at.get(segment.id, term) ?? 0),
    pagesBehind: (segment, term, before) =>
      before === null ? behind.iterate(segment.id, term) : between.iterate(segment.id, term, before),
    isDeleted(segment, row) {
      const { tombstonePages } = segment;
      if (tombstonePages === 0) return false;
      return holdsRow(read(tombstonePage(segment, row % tombstonePages)), row, tombstonePages);
    },
    *deletedRows(segment) {
      for (let page = 0; page < segment.tombstonePages; page++)
        yield* rowsOf(read(tombstonePage(segment, page)));
    },
  };
}

/** A token as a term of the index. */
export function termOf(token: string): Buffer {
  return Buffer.from(MAIN_INDEX + token);
}

function readStructure(reader: BlobReader): readonly Segment[] {
  const levels = reader.varint();
  // Number of segments, and of writes.
  reader.varint();
  reader.varint();
  const segments: Segment[] = [];
  for (let level = 0; level < levels; level++) {
    // Of them under merge.
    reader.varint();
    for (let left = reader.varint(); left > 0; left--) {
      const id = reader.varint();
      const firstPage = reader.varint();
      const lastPage = reader.varint();
      reader.varint();
      reader.varint();
      const tombstonePages = reader.varint();
      reader.varint();
      reader.varint();
      if (lastPage > 0) segments.push({ id, firstPage, lastPage, tombstonePages });
    }
  }
  return segments;
}

function tombstonePage({ id }: Segment, page: number): bigint {
  return (TOMBSTONES_FROM + BigInt(id)) * BigInt(SEGMENT_AT) + BigInt(page);
}

/** Those that a page of the hash table holds. */
function* rowsOf(page: Uint8Array): Generator<number> {
  const width = page[0] ?? 0;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  if (page[1] === 1) yield 0;
  for (let at = 8; at + width <= page.byteLength; at += width) {
    const row = width === 4 ? view.getUint32(at) : Number(view.getBigUint64(at));
    if (row !== 0) yield row;
  }
}

/** A page of the hash table: the width of a key, whether row 0 is there, two bytes, their number in four, and the slots; an empty one is 0. */
function holdsRow(page: Uint8Array, row: number, pages: number): boolean {
  const width = page[0] ?? 0;
  const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
  const slots = Math.floor((page.byteLength - 8) / width);
  let slot = Math.floor(row / pages) % slots;
  for (let looked = 0; looked < slots; looked++) {
    const at = 8 + slot * width;
    const found = width === 4 ? view.getUint32(at) : Number(view.getBigUint64(at));
    if (found === 0) return false;
    if (found === row) return true;
    slot = (slot + 1) % slots;
  }
  return false;
}
