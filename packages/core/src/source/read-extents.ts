// Hot: bench/src/cases/read.ts.
import { HayrickError } from '../errors.ts';
import { compressionOf } from './compression.ts';
import { closeFile, type OpenFile, openFile, readAt } from './open-file.ts';
import { readPacked } from './packed.ts';
import type { ReadOptions } from './read-options.ts';
import type { Extent } from './source.ts';
import type { Packing, Unpacking } from './unpacking.ts';

/** Bytes valid until the next is asked for, free to be changed. */
export type ExtentBytes = readonly [place: Extent, bytes: Buffer | HayrickError];

/** Places that lie close together are read at once: so many bytes at most, so few unwanted ones between two of them. */
const SPAN_BYTES = 1024 * 1024;
const GAP_BYTES = 32 * 1024;

/**
 * The bytes at each place of a file, after decompression, `limit` at most, or why they cannot be had. One pass, also of a packed file.
 * @param places by rising offset
 * @throws HayrickError ARGUMENT_INVALID where a place begins before the end of the one before it
 */
export async function* readExtents(
  path: string,
  places: readonly Extent[],
  limit: number,
  { signal, counters, buffers }: Pick<ReadOptions, 'signal' | 'counters' | 'buffers'> = {},
): AsyncGenerator<ExtentBytes, void> {
  checkOrder(places);
  let file: OpenFile | null = null;
  let packed: PackedCursor | null = null;
  let buffer: Buffer = Buffer.alloc(0);
  try {
    let failure: HayrickError | null = null;
    for (let first = 0, end = 0; first < places.length; first = end) {
      signal?.throwIfAborted();
      end = spanEnd(places, first);
      const start = places[first]?.offset ?? 0;
      const size = spanBytes(places, first, end, limit);
      let read = 0;
      try {
        if (file === null && failure === null) {
          file = openFile(path, counters);
          const compression = compressionOf(file);
          packed = compression === 'none' ? null : new PackedCursor(file, compression);
        }
        if (buffer.length < size || buffer.length > SPAN_BYTES) {
          buffers?.give(buffer);
          buffer = buffers?.take(size) ?? Buffer.allocUnsafeSlow(size);
        }
        const into = buffer.subarray(0, size);
        if (file !== null && failure === null)
          read = await (packed?.read(into, start) ?? readAt(file, into, start));
      } catch (error) {
        if (!(error instanceof HayrickError)) throw error;
        failure = error;
      }
      for (const place of places.slice(first, end)) {
        const from = place.offset - start;
        const to = from + Math.min(place.length, limit);
        yield [place, to <= read ? buffer.subarray(from, to) : (failure ?? shorter(path, place))];
      }
    }
  } finally {
    buffers?.give(buffer);
    await packed?.close();
    if (file !== null) closeFile(file);
  }
}

/** A packed file read forwards, skipping what is not wanted. */
class PackedCursor {
  readonly #chunks: Unpacking;
  #chunk: Buffer = Buffer.alloc(0);
  /** Offset of the present chunk's first byte. */
  #position = 0;

  constructor(file: OpenFile, packing: Packing) {
    this.#chunks = readPacked(file, packing);
  }

  /** Fills `into` from an offset that is not behind us. Returns the bytes read. */
  async read(into: Buffer, offset: number): Promise<number> {
    let filled = 0;
    while (filled < into.length) {
      const skip = offset + filled - this.#position;
      if (skip < this.#chunk.length) {
        filled += this.#chunk.copy(into, filled, skip);
        continue;
      }
      const next = await this.#chunks.next();
      if (next.done === true) break;
      this.#position += this.#chunk.length;
      this.#chunk = next.value;
    }
    return filled;
  }

  async close(): Promise<void> {
    await this.#chunks.return({ damage: null, trailing: 0 });
  }
}

function checkOrder(places: readonly Extent[]): void {
  let reached = 0;
  for (const { offset, length } of places) {
    if (offset < reached) {
      throw new HayrickError(
        'ARGUMENT_INVALID',
        `A place at byte ${offset} follows one that ends at ${reached}. Sort them by offset.`,
      );
    }
    reached = offset + length;
  }
}

/** Index behind the last place that is read together with the first. */
function spanEnd(places: readonly Extent[], first: number): number {
  const start = places[first]?.offset ?? 0;
  let reached = start + (places[first]?.length ?? 0);
  let end = first + 1;
  for (; end < places.length; end++) {
    const place = places[end];
    if (
      place === undefined ||
      place.offset - reached > GAP_BYTES ||
      place.offset + place.length - start > SPAN_BYTES
    )
      break;
    reached = place.offset + place.length;
  }
  return end;
}

function spanBytes(places: readonly Extent[], first: number, end: number, limit: number): number {
  const start = places[first];
  const last = places[end - 1];
  if (start === undefined || last === undefined) return 0;
  return last.offset - start.offset + Math.min(last.length, limit);
}

function shorter(path: string, place: Extent): HayrickError {
  const end = place.offset + place.length;
  return new HayrickError(
    'SOURCE_CHANGED',
    `${path} ends before byte ${end}, where a message lay. Run update_index.`,
  );
}
