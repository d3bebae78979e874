import { setImmediate } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { readLzma2 } from './lzma2.ts';
import type { OpenFile } from './open-file.ts';
import { PackedInput } from './packed-input.ts';
import { DAMAGES, STEP_BYTES, type Unpacking } from './unpacking.ts';
import { Crc64, createXzCheck } from './xz-check.ts';

const MAGIC = Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0]);
const HEADER_BYTES = 12;
const LZMA2 = 0x21n;
/** `xz -9` has 64 MiB. */
const MOST_DICTIONARY = 128 * 1024 * 1024;
/** A size in a header has nine bytes at most. */
const LONGEST_NUMBER = 9;

/**
 * The unpacked bytes of an xz file (The .xz File Format 1.2) with any number of streams and blocks, all packed with LZMA2, as mail is. One chunk at a time, so
 * all that stands before damage is delivered.
 * @throws HayrickError SOURCE_UNREADABLE
 */
export async function* readXz(file: OpenFile, step: number = STEP_BYTES): Unpacking {
  const input = new PackedInput(file, Math.max(step, 1024));
  const crc64 = new Crc64();
  let damage: string | null = null;
  for (let first = true; ; first = false) {
    if (!first && !input.skipZeros()) return { damage, trailing: 0 };
    const head = input.peek(HEADER_BYTES);
    const magic = head.subarray(0, MAGIC.length);
    if (!magic.equals(MAGIC))
      return first ? { damage: 'it is not xz', trailing: 0 } : { damage, trailing: input.left };
    if (head.length < HEADER_BYTES) return { damage: DAMAGES.tornHeader, trailing: 0 };
    if (head[6] !== 0 || head.readUInt32LE(8) !== crc32(head.subarray(6, 8)))
      return { damage: DAMAGES.data, trailing: 0 };
    const type = (head[7] ?? 0) & 15;
    input.skip(HEADER_BYTES);
    for (;;) {
      const size = input.peek(1)[0];
      if (size === undefined) return { damage: DAMAGES.tornHeader, trailing: 0 };
      if (size === 0) break;
      const end = yield* readBlock(input, (size + 1) * 4, type, crc64);
      if (end === DAMAGES.checksum) damage ??= end;
      else if (end !== null) return { damage: end, trailing: 0 };
    }
    if (!passIndex(input))
      return { damage: damage ?? 'it ends within its index, or that is damaged', trailing: 0 };
  }
}

async function* readBlock(
  input: PackedInput,
  headerBytes: number,
  checkType: number,
  crc64: Crc64,
): AsyncGenerator<Buffer, string | null> {
  const header = input.take(headerBytes);
  if (header === null) return DAMAGES.tornHeader;
  const dictionary = dictionaryIn(header);
  if (typeof dictionary === 'string') return dictionary;
  const check = createXzCheck(checkType, crc64);
  const before = input.taken;
  const chunks = readLzma2(input, dictionary);
  for (;;) {
    const next = chunks.next();
    if (next.done === true) {
      if (next.value !== null) return next.value;
      break;
    }
    check.add(next.value);
    yield next.value;
    // Unpacking is synchronous: let the thread do its other work between the pieces.
    await setImmediate();
  }
  input.skip((4 - ((input.taken - before) % 4)) % 4);
  const stored = input.take(check.bytes);
  if (stored === null) return DAMAGES.tornChecksum;
  return check.fits(stored) ? null : DAMAGES.checksum;
}

/** Bytes of a block's dictionary, or why it cannot be unpacked (section 3.1). */
function dictionaryIn(header: Buffer): number | string {
  const end = header.length - 4;
  if (header.readUInt32LE(end) !== crc32(header.subarray(0, end))) return DAMAGES.data;
  const flags = header[1] ?? 0;
  let at = 2;
  const number = (): bigint => {
    let value = 0n;
    for (let i = 0n; i < LONGEST_NUMBER; i++) {
      const byte = at < end ? (header[at++] ?? 0) : 0;
      value |= BigInt(byte & 0x7f) << (7n * i);
      if (byte < 0x80) break;
    }
    return value;
  };
  if ((flags & 0x40) !== 0) number();
  if ((flags & 0x80) !== 0) number();
  if ((flags & 3) !== 0 || number() !== LZMA2 || number() !== 1n)
    return 'it was packed with a filter for programs, not for mail';
  const bits = header[at] ?? 0;
  if (bits > 40) return DAMAGES.data;
  const bytes = bits === 40 ? 2 ** 32 : (2 | (bits & 1)) * 2 ** (Math.trunc(bits / 2) + 11);
  if (bytes > MOST_DICTIONARY)
    return 'it needs more than 128 MiB to be unpacked. Pack it anew, with xz -9 or less';
  return bytes;
}

/** Passes over a stream's index and footer (sections 4 and 2.1.2). */
function passIndex(input: PackedInput): boolean {
  const before = input.taken;
  input.skip(1);
  const records = passNumber(input);
  if (records === null) return false;
  for (let i = 0; i < 2 * records; i++) if (passNumber(input) === null) return false;
  input.skip((4 - ((input.taken - before) % 4)) % 4);
  const footer = input.take(4 + HEADER_BYTES);
  return footer !== null && footer.toString('latin1', 14) === 'YZ';
}

/** A number's value; null: the file ends within it, or it is none. */
function passNumber(input: PackedInput): number | null {
  let value = 0;
  for (let i = 0; i < LONGEST_NUMBER; i++) {
    const byte = input.byte();
    if (byte === null) return null;
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return value;
  }
  return null;
}
