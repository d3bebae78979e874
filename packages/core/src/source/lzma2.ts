import { LzmaDecoder } from './lzma.ts';
import type { PackedInput } from './packed-input.ts';
import { DAMAGES } from './unpacking.ts';

/** A chunk gives 2 MiB at most. */
const LARGEST_CHUNK = 2 * 1024 * 1024;
const FIRST_WINDOW = 4 * 1024 * 1024;

/**
 * The unpacked bytes of a run of LZMA2 chunks, one piece a chunk. What is held grows with what comes, up to twice the dictionary.
 * @returns what is wrong, if anything: what came before it is good
 */
export function* readLzma2(input: PackedInput, dictionaryBytes: number): Generator<Buffer, string | null> {
  const decoder = new LzmaDecoder();
  const largest = 2 * Math.max(dictionaryBytes, LARGEST_CHUNK);
  let window = Buffer.allocUnsafeSlow(Math.min(FIRST_WINDOW, largest));
  /** Filled up to here; where the dictionary begins; bytes since it did. */
  let filled = 0;
  let begin = 0;
  let position = 0;
  let needs: 'dictionary' | 'properties' | 'nothing' = 'dictionary';
  for (;;) {
    const control = input.byte();
    if (control === null) return DAMAGES.tornData;
    if (control === 0) return null;
    const packed = control >= 0x80;
    if (!packed && control > 2) return DAMAGES.data;
    const resets = packed ? (control >> 5) & 3 : control === 1 ? 3 : 0;
    if (needs === 'dictionary' && resets !== 3) return DAMAGES.data;
    const head = input.take(packed ? 4 : 2);
    if (head === null) return DAMAGES.tornData;
    const bytes = (packed ? (control & 0x1f) << 16 : 0) + head.readUInt16BE(0) + 1;
    const packedBytes = packed ? head.readUInt16BE(2) + 1 : bytes;
    if (resets === 3) {
      begin = filled;
      position = 0;
      needs = 'properties';
    }
    if (packed) {
      if (resets >= 2) {
        const properties = input.byte();
        if (properties === null) return DAMAGES.tornData;
        if (!decoder.setProperties(properties)) return DAMAGES.data;
      } else if (needs === 'properties') {
        return DAMAGES.data;
      }
      if (resets >= 1) decoder.resetState();
      needs = 'nothing';
    }
    if (filled + bytes > window.length) {
      const kept = Math.min(filled - begin, dictionaryBytes);
      const room = kept + bytes <= window.length / 2 ? window.length : Math.min(2 * window.length, largest);
      const next = room === window.length ? window : Buffer.allocUnsafeSlow(Math.max(room, kept + bytes));
      window.copy(next, 0, filled - kept, filled);
      window = next;
      filled = kept;
      begin = 0;
    }
    const content = input.take(packedBytes);
    if (content === null) return DAMAGES.tornData;
    const to = filled + bytes;
    const oldest = Math.max(begin, filled - dictionaryBytes);
    if (!packed) content.copy(window, filled);
    else if (!decoder.decode(content, window, oldest, filled, to, position)) return DAMAGES.data;
    position += bytes;
    yield Buffer.from(window.subarray(filled, to));
    filled = to;
  }
}
