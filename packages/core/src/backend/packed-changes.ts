// Hot: once a document on either side of a thread's border. bench: rebuild.
import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { Change } from './backend.ts';

/**
 * Changes as bytes that are handed from thread to thread without being taken apart on the way.
 * Good within one run of one program only.
 */
export interface PackedChanges {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** One a change, in the order in which they are to be applied. */
  readonly spans: readonly PackedSpan[];
}

/** Where a change lies in the bytes: the rest as JSON, then the texts and the keywords of its document one behind the other. */
export interface PackedSpan {
  readonly start: number;
  readonly textStart: number;
  readonly end: number;
  /** Of a put that has one, else 0. */
  readonly rank: number;
  readonly id: string;
  /** Of a put's document, else 0. */
  readonly digest: number;
}

/** A change without the texts and keywords of its document, and their lengths in bytes. */
interface PackedHead {
  readonly change: Change;
  readonly texts: Lengths;
  /** Of the keywords of a field, joined by line ends. */
  readonly keywords: Lengths;
}

type Lengths = readonly (readonly [field: string, bytes: number])[];

/** Packs changes one by one, so that no more than one of them is alive as an object. */
export interface ChangePacker {
  readonly count: number;
  add(change: Change): void;
  /** All that was added, by rank where there are ranks, and a new beginning. */
  take(): PackedChanges;
}

const FIRST_BYTES = 1 << 20;
/** UTF-8 needs at most three bytes for a UTF-16 code unit. */
const MOST_BYTES = 3;
/** Lists of keywords whose joined form is remembered: a document builder gives the same list for the same addresses. */
const LISTS_KEPT = 2048;
const LONG_LIST = 8;
const LINE_END = '\n';

export function createChangePacker(): ChangePacker {
  let buffer = Buffer.alloc(FIRST_BYTES);
  let length = 0;
  let added: PackedSpan[] = [];
  const joined = new Map<readonly string[], string>();

  function append(text: string): number {
    const room = text.length * MOST_BYTES;
    if (length + room > buffer.length) {
      const larger = Buffer.alloc(Math.max(buffer.length * 2, length + room));
      buffer.copy(larger, 0, 0, length);
      buffer = larger;
    }
    const bytes = buffer.write(text, length);
    length += bytes;
    return bytes;
  }

  function joinedKeywords(values: readonly string[]): string {
    if (values.length < LONG_LIST) return join(values);
    const known = joined.get(values);
    if (known !== undefined) return known;
    const text = join(values);
    if (joined.size >= LISTS_KEPT) joined.clear();
    joined.set(values, text);
    return text;
  }

  function appendPut(change: Change & { readonly kind: 'put' }): PackedSpan {
    const { text, keywords } = change.document;
    const texts = Object.keys(text).map((field) => [field, text[field] ?? ''] as const);
    const lists = Object.keys(keywords).flatMap((field) => {
      const values = keywords[field] ?? [];
      return values.length === 0 ? [] : [[field, joinedKeywords(values)] as const];
    });
    const start = length;
    const head: PackedHead = {
      change: { ...change, document: { ...change.document, text: {}, keywords: {} } },
      texts: texts.map(lengthOf),
      keywords: lists.map(lengthOf),
    };
    append(JSON.stringify(head));
    const textStart = length;
    for (const [, written] of texts) append(written);
    for (const [, written] of lists) append(written);
    const { id, numbers, kept } = change.document;
    const digest = digestOf(buffer.subarray(textStart, length), [
      id,
      numbers,
      head.texts,
      head.keywords,
      kept,
    ]);
    return { start, textStart, end: length, rank: change.rank ?? 0, id, digest };
  }

  return {
    get count() {
      return added.length;
    },
    add(change) {
      if (change.kind === 'put') {
        added.push(appendPut(change));
        return;
      }
      const start = length;
      const head: PackedHead = { change, texts: [], keywords: [] };
      append(JSON.stringify(head));
      added.push({ start, textStart: length, end: length, rank: 0, id: change.id, digest: 0 });
    },
    take() {
      // A copy that is as long as it must be: these bytes are transferred, the buffer stays.
      const bytes = new Uint8Array(buffer.subarray(0, length));
      const spans = added.sort((a, b) => a.rank - b.rank);
      length = 0;
      added = [];
      return { bytes, spans };
    },
  };
}

/** Those puts whose rank is wanted. The bytes stay whole. */
export function packedOf({ bytes, spans }: PackedChanges, wanted: ReadonlySet<number>): PackedChanges {
  return { bytes, spans: spans.filter(({ rank }) => wanted.has(rank)) };
}

/** The changes in the order in which they are to be applied, each made when it is asked for. */
export function* unpackChanges(packed: PackedChanges): Generator<Change> {
  const buffer = bufferOf(packed);
  for (const { change, texts } of unpackWithoutTexts(packed)) {
    if (change.kind === 'remove') {
      yield change;
      continue;
    }
    const text: Record<string, string> = {};
    for (const [field, start, end] of texts) text[field] = buffer.toString('utf8', start, end);
    yield { ...change, document: { ...change.document, text } };
  }
}

/** A change whose document is without its texts, and where these lie in the bytes: UTF-8. */
export interface PackedChange {
  readonly change: Change;
  readonly texts: readonly (readonly [field: string, start: number, end: number])[];
}

/** The same for engines that take texts as bytes. */
export function* unpackWithoutTexts(packed: PackedChanges): Generator<PackedChange> {
  const buffer = bufferOf(packed);
  for (const { start, textStart, digest } of packed.spans) {
    const { change, texts, keywords } = JSON.parse(buffer.toString('utf8', start, textStart)) as PackedHead;
    let at = textStart;
    const places = texts.map(([field, length]) => {
      at += length;
      return [field, at - length, at] as const;
    });
    if (change.kind === 'remove') {
      yield { change, texts: places };
      continue;
    }
    const lists: Record<string, readonly string[]> = {};
    for (const [field, length] of keywords) {
      lists[field] = separated(buffer.toString('utf8', at, at + length));
      at += length;
    }
    const document = { ...change.document, keywords: lists, digest };
    yield { change: { ...change, document }, texts: places };
  }
}

function bufferOf({ bytes }: PackedChanges): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** 48 bits of the SHA-256 of the words and keywords as they lie, the lower ones mixed with what tells where each of them ends. */
function digestOf(bytes: Uint8Array, rest: unknown): number {
  const digest = hash('sha256', bytes, 'buffer');
  const low = (digest.readUInt32BE(2) ^ crc32(JSON.stringify(rest))) >>> 0;
  return digest.readUInt16BE(0) * 2 ** 32 + low;
}

function lengthOf([field, text]: readonly [string, string]): readonly [string, number] {
  return [field, Buffer.byteLength(text)];
}

function join(values: readonly string[]): string {
  return values.map(escapeLineEnds).join(LINE_END);
}

/** A keyword may hold any character: a line end in it is written as an escape. */
function escapeLineEnds(value: string): string {
  return /[\n\\]/.test(value) ? value.replaceAll('\\', '\\\\').replaceAll(LINE_END, '\\n') : value;
}

function separated(text: string): readonly string[] {
  const values = text.split(LINE_END);
  if (!text.includes('\\')) return values;
  return values.map((value) => value.replace(/\\(.)/g, (_, c) => (c === 'n' ? LINE_END : c)));
}
