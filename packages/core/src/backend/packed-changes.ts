// Hot: once a document on either side of a thread's border. bench: rebuild.
import { deserialize, serialize } from 'node:v8';
import type { Change } from './backend.ts';

/**
 * Changes as bytes that are handed from thread to thread without being taken apart on the way.
 * Good within one run of one program only.
 */
export interface PackedChanges {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Where each change begins in `bytes`, and where the last one ends. In the order in which they are to be applied. */
  readonly spans: readonly (readonly [start: number, end: number])[];
}

/** Packs changes one by one, so that no more than one of them is alive as an object. */
export interface ChangePacker {
  readonly count: number;
  add(change: Change): void;
  /** All that was added, by rank where there are ranks, and a new beginning. */
  take(): PackedChanges;
}

const FIRST_BYTES = 1 << 20;

export function createChangePacker(): ChangePacker {
  let buffer = Buffer.alloc(FIRST_BYTES);
  let length = 0;
  let added: { readonly rank: number; readonly start: number; readonly end: number }[] = [];
  return {
    get count() {
      return added.length;
    },
    add(change) {
      const bytes = serialize(change);
      if (length + bytes.length > buffer.length) {
        const larger = Buffer.alloc(Math.max(buffer.length * 2, length + bytes.length));
        buffer.copy(larger, 0, 0, length);
        buffer = larger;
      }
      buffer.set(bytes, length);
      const start = length;
      length += bytes.length;
      const rank = change.kind === 'put' ? (change.rank ?? 0) : 0;
      added.push({ rank, start, end: length });
    },
    take() {
      // A copy that is as long as it must be: these bytes are transferred, the buffer stays.
      const packed = new Uint8Array(buffer.subarray(0, length));
      const spans = added.sort((a, b) => a.rank - b.rank).map(({ start, end }) => [start, end] as const);
      length = 0;
      added = [];
      return { bytes: packed, spans };
    },
  };
}

/** The changes in the order in which they are to be applied, each made when it is asked for. */
export function* unpackChanges({ bytes, spans }: PackedChanges): Generator<Change> {
  for (const [start, end] of spans) yield deserialize(bytes.subarray(start, end)) as Change;
}
