import { type OpenFile, readAt } from './open-file.ts';
import type { Compression } from './source.ts';

/** Bytes of a file's beginning that tell how it is packed. */
const MAGIC_BYTES = 10;

const XZ = [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0];
const BZIP2 = [0x42, 0x5a, 0x68];
const BZIP2_BLOCK = [0x31, 0x41, 0x59, 0x26, 0x53, 0x59];
const BZIP2_END = [0x17, 0x72, 0x45, 0x38, 0x50, 0x90];

/** How a file is packed, by its magic bytes (RFC 1952, the xz file format, RFC 8878, bzip2), never by a name. */
export function compressionOf(file: OpenFile): Compression {
  const head = Buffer.alloc(MAGIC_BYTES);
  return compressionOfHead(head.subarray(0, readAt(file, head, 0)));
}

/**
 * The same of a file's beginning.
 * @param head MAGIC_BYTES of it at least, or all of it
 */
export function compressionOfHead(head: Uint8Array): Compression {
  // The first byte tells nearly all mail from what is packed.
  switch (head[0]) {
    case 0x1f:
      return head[1] === 0x8b ? 'gzip' : 'none';
    case 0xfd:
      return startsWith(head, XZ) ? 'xz' : 'none';
    case 0x42:
      return isBzip2(head) ? 'bzip2' : 'none';
    default:
      return isZstd(head) ? 'zstd' : 'none';
  }
}

/** A frame, or one to be skipped. */
function isZstd(head: Uint8Array): boolean {
  const [first = 0, second, third, fourth] = head;
  if (first === 0x28) return second === 0xb5 && third === 0x2f && fourth === 0xfd;
  return first >= 0x50 && first <= 0x5f && second === 0x2a && third === 0x4d && fourth === 0x18;
}

/** "BZh1" to "BZh9" might begin a text: a block or the end must follow. */
function isBzip2(head: Uint8Array): boolean {
  const next = head.subarray(4);
  return startsWith(head, BZIP2) && (startsWith(next, BZIP2_BLOCK) || startsWith(next, BZIP2_END));
}

function startsWith(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, i) => head[i] === byte);
}
