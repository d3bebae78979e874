import { createZstdDecompress } from 'node:zlib';
import type { OpenFile } from './open-file.ts';
import { PackedInput } from './packed-input.ts';
import { DAMAGES, STEP_BYTES, type Unpacking } from './unpacking.ts';

const MAGIC = 0xfd2fb528;
const SKIPPED = 0x184d2a50;
/** What the library gives a frame's window at most (its windowLogMax): 128 MiB. `zstd --long=28` and more need larger ones. */
const MOST_WINDOW = 2 ** 27;
const LONGEST_HEADER = 18;
/** Blocks unpacked at a time: a block gives 128 KiB at most, also one of four bytes. */
const STEP_BLOCKS = 64;
const CHUNK = 1024 * 1024;

const RLE = 1;
const RESERVED = 3;

/**
 * The unpacked bytes of a zstd file (RFC 8878) with any number of frames. Node's own decoder stops behind the first one, so the frames are taken
 * apart here, by the lengths of their blocks, and given to it one by one.
 * @throws HayrickError SOURCE_UNREADABLE
 */
export async function* readZstd(file: OpenFile, step: number = STEP_BYTES): Unpacking {
  const input = new PackedInput(file, Math.max(step, LONGEST_HEADER));
  let damage: string | null = null;
  for (let first = true; ; first = false) {
    if (!first && !input.skipZeros()) return { damage, trailing: 0 };
    const head = input.peek(LONGEST_HEADER);
    if (head.length < 8 && (first || isMagic(head))) return { damage: DAMAGES.tornHeader, trailing: 0 };
    if (!isMagic(head))
      return first ? { damage: 'it is not zstd', trailing: 0 } : { damage, trailing: input.left };
    if (head.readUInt32LE(0) !== MAGIC) {
      const length = 8 + head.readUInt32LE(4);
      if (length > input.left) return { damage: DAMAGES.tornData, trailing: 0 };
      input.skip(length);
      continue;
    }
    const frame = readFrameHeader(head);
    if (frame === null) return { damage: DAMAGES.tornHeader, trailing: 0 };
    if (frame.damage !== null) return { damage: frame.damage, trailing: 0 };
    const end = yield* readFrame(input, frame, step);
    if (end === DAMAGES.checksum) damage ??= end;
    else if (end !== null) return { damage: end, trailing: 0 };
  }
}

interface FrameHeader {
  readonly length: number;
  readonly checksum: boolean;
  readonly damage: string | null;
}

function isMagic(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === MAGIC || (magic & 0xfffffff0) >>> 0 === SKIPPED;
}

/** RFC 8878, section 3.1.1.1. Null: the file ends within it. */
function readFrameHeader(head: Buffer): FrameHeader | null {
  const flags = head[4] ?? 0;
  const single = (flags & 0x20) !== 0;
  const idBytes = [0, 1, 2, 4][flags & 3] ?? 0;
  const sizeBytes = [single ? 1 : 0, 2, 4, 8][flags >> 6] ?? 0;
  const windowBytes = single ? 0 : 1;
  const length = 5 + windowBytes + idBytes + sizeBytes;
  if (head.length < length) return null;
  const id = head.subarray(5 + windowBytes, 5 + windowBytes + idBytes);
  const window = single ? sizeIn(head, length - sizeBytes, sizeBytes) : windowOf(head[5] ?? 0);
  let damage: string | null = null;
  if ((flags & 8) !== 0) damage = DAMAGES.data;
  else if (id.some((byte) => byte !== 0)) damage = 'it was packed with a dictionary, which is not at hand';
  else if (window > MOST_WINDOW)
    damage = 'it needs more than 128 MiB to be unpacked. Pack it anew, without --long';
  return { length, checksum: (flags & 4) !== 0, damage };
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function sizeIn(head: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(head.readBigUInt64LE(at));
  return head.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

/** What is wrong with the frame, if anything. */
async function* readFrame(
  input: PackedInput,
  { length, checksum }: FrameHeader,
  step: number,
): AsyncGenerator<Buffer, string | null> {
  const decoder = createZstdDecompress({ chunkSize: CHUNK });
  let chunks: Buffer[] = [];
  let failure: Error | null = null;
  let done = () => {};
  decoder.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A write that fails is not called back.
  decoder.on('error', (error) => {
    failure = error;
    done();
  });
  const unpack = async (packed: Buffer): Promise<readonly Buffer[]> => {
    await new Promise<void>((resolve) => {
      done = resolve;
      decoder.write(packed, () => resolve());
    });
    const ready = chunks;
    chunks = [];
    return ready;
  };
  try {
    let parts = [Buffer.from(input.take(length) ?? [])];
    for (let last = false, torn = false; !last; ) {
      let bytes = 0;
      for (; !last && !torn && bytes < step && parts.length < 2 * STEP_BLOCKS; ) {
        const block = input.take(3);
        const header = block === null ? 0 : block.readUIntLE(0, 3);
        const type = (header >> 1) & 3;
        const size = type === RLE ? 1 : header >> 3;
        if (block === null) torn = true;
        else if (type === RESERVED || size > 128 * 1024) return DAMAGES.data;
        else {
          const own = Buffer.from(block);
          const content = input.take(size);
          if (content === null) torn = true;
          else parts.push(own, Buffer.from(content));
          last = content !== null && (header & 1) === 1;
          bytes += size + 3;
        }
      }
      yield* await unpack(Buffer.concat(parts));
      parts = [];
      if (failure !== null) return DAMAGES.data;
      if (torn) return DAMAGES.tornData;
    }
    if (!checksum) return null;
    const sum = input.take(4);
    if (sum === null) return DAMAGES.tornChecksum;
    yield* await unpack(Buffer.from(sum));
    return failure === null ? null : DAMAGES.checksum;
  } finally {
    decoder.destroy();
  }
}
