// Hot: bench/src/cases/patches.ts.
import { hash } from 'node:crypto';

/** A SHA-1 in hex. */
const ID = /^[0-9a-f]{40}/i;
const NO_LINE = -1;
/** Letters of a blob id that count where a binary file has nothing else. */
const BLOB_ID_LENGTH = 64;
const SHA1_BYTES = 20;

interface Reader {
  readonly bytes: Buffer;
  /** The same as Latin-1: a character a byte. */
  readonly text: string;
  at: number;
  /** Of the line that was read last; `end` is behind its line end. */
  start: number;
  end: number;
  /** What is hashed of the present file, without blanks. */
  readonly hashed: Buffer;
  length: number;
  /** Both ids of the last `index` line. */
  blobs: string;
}

/** Lines of the old and the new file that the present hunk still has; both -1 in the header of a file. */
interface Counts {
  before: number;
  after: number;
}

/**
 * The ids that `git patch-id --stable` prints for a text, each once, in their order: as git reads it, everything from a line that begins with
 * `diff ` on is a patch, and where it ends another may begin. Blanks, line numbers and blob ids do not count; the order of files does not either.
 * Linear. Source: git's manual page of patch-id and its program builtin/patch-id.c, version 2.39 and later.
 *
 * Of a binary file without an `index` line git hashes what happens to lie in memory: the ids of the patch before it. Here they are that, too.
 */
export function patchIds(bytes: Buffer): readonly string[] {
  const reader: Reader = {
    bytes,
    text: bytes.toString('latin1'),
    at: 0,
    start: 0,
    end: 0,
    hashed: Buffer.allocUnsafe(bytes.length + 2 * BLOB_ID_LENGTH),
    length: 0,
    blobs: '',
  };
  const ids = new Set<string>();
  while (reader.at < bytes.length) {
    const id = nextPatchId(reader);
    if (id !== null) ids.add(id);
  }
  return [...ids];
}

/** Reads up to the end of the next patch, its last line included. Null where nothing of it counts. */
function nextPatchId(reader: Reader): string | null {
  const { text } = reader;
  const sum = new Uint8Array(SHA1_BYTES);
  const counts: Counts = { before: NO_LINE, after: NO_LINE };
  let isBinary = false;
  let isEmpty = true;
  reader.length = 0;
  while (readLine(reader)) {
    const { start } = reader;
    const prefix = text.startsWith('commit ', start) ? 7 : text.startsWith('From ', start) ? 5 : 0;
    if (prefix === 0 && text.startsWith('\\ ', start) && lengthOf(reader) > 12) continue;
    if (
      isHexDigit(text.charCodeAt(start + prefix)) &&
      ID.test(text.slice(start + prefix, start + prefix + 40))
    )
      break;
    if (isEmpty && !text.startsWith('diff ', start)) continue;
    if (counts.before === NO_LINE) {
      if (text.startsWith('GIT binary patch', start) || text.startsWith('Binary files', start)) {
        isBinary = true;
        counts.before = 0;
        reader.length += reader.hashed.write(reader.blobs, reader.length, 'latin1');
        addHash(reader, sum);
        continue;
      }
      if (text.startsWith('index ', start)) {
        reader.blobs = blobIds(reader) ?? reader.blobs;
        continue;
      }
      if (text.startsWith('--- ', start)) {
        counts.before = 1;
        counts.after = 1;
      } else if (!isLetter(text.charCodeAt(start))) break;
    }
    if (isBinary) {
      if (text.startsWith('diff ', start)) {
        isBinary = false;
        counts.before = NO_LINE;
      }
      continue;
    }
    if (counts.before === 0 && counts.after === 0) {
      if (text.startsWith('@@ -', start)) {
        readHunkSizes(text.slice(start + 4, reader.end), counts);
        continue;
      }
      if (!text.startsWith('diff ', start)) break;
      addHash(reader, sum);
      counts.before = NO_LINE;
      counts.after = NO_LINE;
    }
    const first = text.charAt(start);
    if (first === '-' || first === ' ') counts.before--;
    if (first === '+' || first === ' ') counts.after--;
    if (takeLine(reader) > 0) isEmpty = false;
  }
  addHash(reader, sum);
  return isEmpty ? null : Buffer.from(sum).toString('hex');
}

function readLine(reader: Reader): boolean {
  const { text, at } = reader;
  if (at >= text.length) return false;
  const found = text.indexOf('\n', at);
  reader.start = at;
  reader.end = found === -1 ? text.length : found + 1;
  reader.at = reader.end;
  return true;
}

/** Bytes of the line, its end included, up to a zero: to git that ends it. */
function lengthOf({ text, start, end }: Reader): number {
  for (let at = start; at < end; at++) if (text.charCodeAt(at) === 0) return at - start;
  return end - start;
}

/** Adds the line without blanks; answers how many bytes those are. */
function takeLine(reader: Reader): number {
  const { bytes, hashed, start, end } = reader;
  const from = reader.length;
  let to = from;
  for (let at = start; at < end; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) break;
    if (byte !== 32 && byte !== 9 && byte !== 10 && byte !== 13) hashed[to++] = byte;
  }
  reader.length = to;
  return to - from;
}

/** Adds the SHA-1 of what was taken to the sum of all files, as numbers of 20 bytes, the lowest first. */
function addHash(reader: Reader, sum: Uint8Array): void {
  const digest = hash('sha1', reader.hashed.subarray(0, reader.length), 'buffer');
  reader.length = 0;
  let carry = 0;
  for (let i = 0; i < SHA1_BYTES; i++) {
    carry += (sum[i] ?? 0) + (digest[i] ?? 0);
    sum[i] = carry & 255;
    carry >>= 8;
  }
}

/** Both ids of an `index` line, one behind the other; null where there are none. */
function blobIds(reader: Reader): string | null {
  const line = reader.text.slice(reader.start, reader.start + lengthOf(reader));
  const dots = line.indexOf('..');
  if (dots === -1) return null;
  const blank = line.indexOf(' ', dots);
  const end = blank === -1 ? line.length - 1 : blank;
  return line.slice(6, dots).slice(0, BLOB_ID_LENGTH) + line.slice(dots + 2, end).slice(0, BLOB_ID_LENGTH);
}

/** Sizes of a hunk, of which an unreadable head leaves those that were read first. @param head behind `@@ -` */
function readHunkSizes(head: string, counts: Counts): void {
  const old = sizeOf(head);
  counts.before = old.size;
  if (!old.whole || !head.startsWith(' +', old.length)) return;
  counts.after = sizeOf(head.slice(old.length + 2)).size;
}

/** `12,7` is 7, `12` is 1. `whole`: digits stand where the last number belongs. */
function sizeOf(text: string) {
  const [all, start = '', size] = /^(\d*)(?:,(\d*))?/.exec(text) ?? [''];
  const behindComma = text.slice(start.length + 1);
  return {
    size: size === undefined ? 1 : toInt(behindComma),
    whole: (size ?? start) !== '',
    length: all.length,
  };
}

/** As C's atoi reads a number into 32 bits on machines of 64. */
function toInt(text: string): number {
  const [, sign = '', digits = '0'] = /^[ \t-\r]*([-+]?)0*(\d+)/.exec(text) ?? [];
  const most = 2n ** 63n;
  const value = digits.length > 19 ? most : BigInt(digits);
  const signed = sign === '-' ? -value : value;
  return Number(BigInt.asIntN(32, signed >= most ? most - 1n : signed));
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102);
}
