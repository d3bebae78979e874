import { crc32, createInflateRaw } from 'node:zlib';
import { type OpenFile, readAt, sizeOf } from './open-file.ts';
import { DAMAGES, STEP_BYTES, type Unpacking } from './unpacking.ts';

const CHUNK = 1024 * 1024;
const TRAILER = 8;
const HEADER = 1024;
/** A header with the longest "extra" field (64 KiB) and names of any sane length. */
const LONGEST_HEADER = 256 * 1024;

/**
 * The decompressed bytes of a gzip file (RFC 1952) with any number of members, inflated on another thread one step ahead of the reader.
 * Everything that can be inflated is delivered, also of a torn or damaged file (of a damaged block the last 1 MiB at most is lost); the return
 * value tells how it ended. Chunks may be kept.
 * @throws HayrickError SOURCE_UNREADABLE
 */
export async function* readGzip(file: OpenFile, step: number = STEP_BYTES): Unpacking {
  let position = 0;
  let damage: string | null = null;
  for (;;) {
    const head = readHeader(file, position);
    if (head === 'end') return { damage, trailing: 0 };
    if (typeof head === 'object') {
      if (position === 0 || head.torn)
        return { damage: head.torn ? DAMAGES.tornHeader : 'it is not gzip', trailing: 0 };
      return { damage, trailing: head.trailing };
    }
    const member = yield* readMember(file, head, step);
    if (member.damage !== null) return { damage: member.damage, trailing: 0 };
    damage ??= member.mismatch ? DAMAGES.checksum : null;
    position = member.end;
  }
}

interface MemberEnd {
  readonly end: number;
  readonly damage: string | null;
  readonly mismatch: boolean;
}

async function* readMember(file: OpenFile, start: number, step: number): AsyncGenerator<Buffer, MemberEnd> {
  const inflate = createInflateRaw({ chunkSize: CHUNK });
  let chunks: Buffer[] = [];
  inflate.on('data', (chunk: Buffer) => chunks.push(chunk));
  let failed = false;
  let stepDone = () => {};
  // A write that fails is not called back: the error is all that ends its step.
  inflate.on('error', () => {
    failed = true;
    stepDone();
  });
  let checksum = 0;
  let length = 0;
  let fed = 0;
  // Two input buffers: one step is inflated while the one before it is being read by our reader.
  const inputs = [Buffer.allocUnsafeSlow(step), Buffer.allocUnsafeSlow(step)] as const;
  const advance = (turn: number): Promise<boolean> => {
    const input = turn % 2 === 0 ? inputs[0] : inputs[1];
    const read = readAt(file, input, start + fed);
    if (read === 0) return Promise.resolve(false);
    fed += read;
    return new Promise((resolve) => {
      stepDone = () => resolve(true);
      inflate.write(input.subarray(0, read), () => stepDone());
    });
  };
  let pending: Promise<boolean> | null = null;
  try {
    for (let turn = 0; ; turn++) {
      const more: boolean = await (pending ?? advance(turn));
      pending = null;
      const ready = chunks;
      chunks = [];
      const ended = inflate.bytesWritten < fed;
      // As it is now: the next step may fail while these chunks are being read.
      const broken = failed;
      if (!ended && !broken && more) pending = advance(turn + 1);
      for (const chunk of ready) {
        checksum = crc32(chunk, checksum);
        length += chunk.length;
        yield chunk;
      }
      if (broken) return { end: 0, damage: DAMAGES.data, mismatch: false };
      if (!more) return { end: 0, damage: DAMAGES.tornData, mismatch: false };
      if (ended) break;
    }
  } finally {
    await pending;
    inflate.destroy();
  }
  const end = start + inflate.bytesWritten;
  const trailer = Buffer.alloc(TRAILER);
  if (readAt(file, trailer, end) < TRAILER) return { end, damage: DAMAGES.tornChecksum, mismatch: false };
  const fits = trailer.readUInt32LE(0) === checksum && trailer.readUInt32LE(4) === length % 2 ** 32;
  return { end: end + TRAILER, damage: null, mismatch: !fits };
}

/** Where the compressed data of the member at `position` begins; zero bytes of padding before it are passed over. */
function readHeader(
  file: OpenFile,
  position: number,
): number | 'end' | { readonly torn: boolean; readonly trailing: number } {
  let start = position;
  let head = Buffer.alloc(HEADER);
  let read = readAt(file, head, start);
  while (read > 0 && position > 0) {
    const padding = head.subarray(0, read).findIndex((byte) => byte !== 0);
    if (padding !== -1) {
      if (padding > 0) {
        start += padding;
        read = readAt(file, head, start);
      }
      break;
    }
    start += read;
    read = readAt(file, head, start);
  }
  if (read === 0) return 'end';
  if (head[0] !== 0x1f || head[1] !== 0x8b || (read > 2 && head[2] !== 8)) {
    return { torn: false, trailing: sizeOf(file) - start };
  }
  let length = headerLength(head.subarray(0, read));
  if (length === null && read === HEADER) {
    head = Buffer.alloc(LONGEST_HEADER);
    read = readAt(file, head, start);
    length = headerLength(head.subarray(0, read));
  }
  return length === null ? { torn: true, trailing: 0 } : start + length;
}

/** Length of the header in bytes, or null where it goes beyond what is at hand. */
function headerLength(head: Buffer): number | null {
  const flags = head[3];
  if (flags === undefined || head.length < 10) return null;
  let at = 10;
  if (flags & 4) {
    if (head.length < at + 2) return null;
    at += 2 + head.readUInt16LE(at);
  }
  for (const flag of [8, 16]) {
    if ((flags & flag) === 0) continue;
    const zero = head.indexOf(0, at);
    if (zero === -1) return null;
    at = zero + 1;
  }
  if (flags & 2) at += 2;
  return at <= head.length ? at : null;
}
