import type { Compression } from './source.ts';

/** How a packed file ended. */
export interface PackedEnd {
  /** Where reading stopped before the file's end, or data whose checksum is wrong: what was found. */
  readonly damage: string | null;
  /** Bytes behind the packed data that are neither packed nor padding. */
  readonly trailing: number;
}

/** What is unpacked, piece by piece. Pieces may be kept. */
export type Unpacking = AsyncGenerator<Buffer, PackedEnd>;

export type Packing = Exclude<Compression, 'none'>;

/** Packed bytes read at a time. At gzip's highest ratio (1,032) they give 66 MiB, which bounds what a crafted file can take. */
export const STEP_BYTES: number = 64 * 1024;

export const DAMAGES = {
  data: 'its compressed data is damaged',
  checksum: 'a checksum is wrong: some of its bytes are not what was packed',
  tornData: 'it ends within compressed data',
  tornHeader: 'it ends within a header',
  tornChecksum: 'it ends within a checksum',
} as const;
