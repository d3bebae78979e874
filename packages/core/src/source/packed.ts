import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readBzip2 } from './bzip2.ts';
import { readGzip } from './gzip.ts';
import { type OpenFile, sizeOf } from './open-file.ts';
import type { Packing, Unpacking } from './unpacking.ts';
import { readXz } from './xz.ts';
import { readZstd } from './zstd.ts';

export interface UnpackOptions {
  /** Packed bytes read at a time. */
  readonly step?: number | undefined;
  /** In place of LIMITS.unpackedBytes. */
  readonly unpackedBytes?: number | undefined;
}

/**
 * The unpacked bytes of a file of any number of members, streams or frames one behind the other. All that can be unpacked is delivered, also of a torn
 * or damaged file; the return value tells how it ended. Memory is bounded, whatever the file says of itself, and a file that gives more than
 * LIMITS.unpackedBytes and LIMITS.unpackedRatio times its own size is not read further.
 * @throws HayrickError SOURCE_UNREADABLE
 */
export async function* readPacked(file: OpenFile, packing: Packing, options: UnpackOptions = {}): Unpacking {
  const most = Math.max(options.unpackedBytes ?? LIMITS.unpackedBytes, LIMITS.unpackedRatio * sizeOf(file));
  const chunks = open(file, packing, options);
  let bytes = 0;
  try {
    for (;;) {
      const next = await chunks.next();
      if (next.done === true) return next.value;
      bytes += next.value.length;
      if (bytes > most)
        return { damage: `it holds more than ${most} bytes, far too many for its size`, trailing: 0 };
      yield next.value;
    }
  } finally {
    await chunks.return({ damage: null, trailing: 0 });
  }
}

/** What to say of a packed file of which `bytes` could be unpacked. */
export function damaged(file: OpenFile, damage: string, bytes: number): HayrickError {
  const text = `${file.path} is damaged: ${damage}. Read up to byte ${bytes} of its content; restore it from a backup.`;
  return new HayrickError('SOURCE_UNREADABLE', text);
}

function open(file: OpenFile, packing: Packing, { step }: UnpackOptions): Unpacking {
  switch (packing) {
    case 'gzip':
      return readGzip(file, step);
    case 'xz':
      return readXz(file, step);
    case 'zstd':
      return readZstd(file, step);
    case 'bzip2':
      return readBzip2(file, step);
  }
}
