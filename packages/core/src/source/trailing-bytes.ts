import type { HayrickError } from '../errors.ts';
import { compressionOf } from './compression.ts';
import { closeFile, openFile, readAt, sizeOf } from './open-file.ts';
import { readExtents } from './read-extents.ts';
import type { ReadOptions } from './read-options.ts';
import type { Extent } from './source.ts';

/**
 * What stands behind the packed data of a file, as it lies on the disk; its place begins where the unpacked content ends.
 * @param limit the most bytes that are given
 * @returns the failure where that is no such place
 */
export async function trailingBytes(
  path: string,
  { offset, length }: Extent,
  limit: number,
  failure: HayrickError,
  options: Pick<ReadOptions, 'signal' | 'counters'>,
): Promise<Buffer | HayrickError> {
  const there = async (at: number): Promise<boolean> => {
    for await (const [, bytes] of readExtents(path, [{ offset: at, length: 1 }], 1, options)) {
      return Buffer.isBuffer(bytes);
    }
    return false;
  };
  const file = openFile(path, options.counters);
  try {
    const start = sizeOf(file) - length;
    if (start <= 0 || compressionOf(file) === 'none') return failure;
    if ((offset > 0 && !(await there(offset - 1))) || (await there(offset))) return failure;
    const bytes = Buffer.alloc(Math.min(length, limit));
    return bytes.subarray(0, readAt(file, bytes, start));
  } finally {
    closeFile(file);
  }
}
