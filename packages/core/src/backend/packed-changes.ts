// Hot: once a document on either side of a thread's border. bench: rebuild.
import type { Document } from '../document/document.ts';
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

/** Where a change lies in the bytes: what is not text as JSON, then the texts of its document one behind the other. */
interface PackedSpan {
  readonly start: number;
  readonly textStart: number;
  readonly end: number;
}

/** A change without the texts of its document, and their lengths in bytes. */
interface PackedHead {
  readonly change: Change;
  readonly texts: readonly (readonly [field: string, bytes: number])[];
}

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

export function createChangePacker(): ChangePacker {
  let buffer = Buffer.alloc(FIRST_BYTES);
  let length = 0;
  let added: (PackedSpan & { readonly rank: number })[] = [];

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

  return {
    get count() {
      return added.length;
    },
    add(change) {
      const start = length;
      const text = change.kind === 'put' ? change.document.text : {};
      const texts = Object.keys(text).map((field) => [field, Buffer.byteLength(text[field] ?? '')] as const);
      const bare = change.kind === 'put' ? { ...change, document: { ...change.document, text: {} } } : change;
      const head: PackedHead = { change: bare, texts };
      append(JSON.stringify(head));
      const textStart = length;
      for (const [field] of texts) append(text[field] ?? '');
      const rank = change.kind === 'put' ? (change.rank ?? 0) : 0;
      added.push({ start, textStart, end: length, rank });
    },
    take() {
      // A copy that is as long as it must be: these bytes are transferred, the buffer stays.
      const bytes = new Uint8Array(buffer.subarray(0, length));
      const spans = added
        .sort((a, b) => a.rank - b.rank)
        .map(({ start, textStart, end }) => ({ start, textStart, end }));
      length = 0;
      added = [];
      return { bytes, spans };
    },
  };
}

/** The changes in the order in which they are to be applied, each made when it is asked for. */
export function* unpackChanges({ bytes, spans }: PackedChanges): Generator<Change> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (const { start, textStart } of spans) {
    const { change, texts } = JSON.parse(buffer.toString('utf8', start, textStart)) as PackedHead;
    if (change.kind === 'remove') {
      yield change;
      continue;
    }
    const text: Record<string, string> = {};
    let at = textStart;
    for (const [field, length] of texts) {
      text[field] = buffer.toString('utf8', at, at + length);
      at += length;
    }
    const document: Document = { ...change.document, text };
    yield { ...change, document };
  }
}
