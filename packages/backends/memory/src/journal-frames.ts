import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import type { Document } from '@hayrick/core/backend';
import { damaged, isMissing } from './failures.ts';
import type { Progress } from './generation-file.ts';

/**
 * The journal is frames one behind the other, one a written batch. A frame is a head of 40 bytes, little-endian: the mark, the body's
 * length, the body's CRC-32, four bytes of zero, then applied, writes and documents behind the batch as doubles less the last, which is
 * a 32-bit number, and the CRC-32 of the head before it. The body is JSON. The mark holds bytes that UTF-8 never has.
 */
const MARK = Buffer.from([0xff, 0x48, 0x4a, 0xfe]);
const HEAD_BYTES = 40;

/** What a batch comes down to: one put or remove an id. */
export interface Batch {
  readonly put: readonly Document[];
  readonly remove: readonly string[];
}

interface Head extends Progress {
  readonly bodyBytes: number;
  readonly bodyChecksum: number;
}

export interface Frame extends Progress {
  readonly batch: Batch;
  /** Where the next frame begins. */
  readonly end: number;
}

export function encodeFrame(batch: Batch, progress: Progress): Buffer {
  const body = Buffer.from(JSON.stringify(batch));
  const frame = Buffer.alloc(HEAD_BYTES + body.length);
  MARK.copy(frame);
  frame.writeUInt32LE(body.length, 4);
  frame.writeUInt32LE(crc32(body), 8);
  frame.writeDoubleLE(progress.applied, 16);
  frame.writeDoubleLE(progress.writes, 24);
  frame.writeUInt32LE(progress.documents, 32);
  frame.writeUInt32LE(crc32(frame.subarray(0, 36)), 36);
  body.copy(frame, HEAD_BYTES);
  return frame;
}

/**
 * The frame at a place. Null where the journal ends, be it in a frame that was not written to its end.
 * @throws HayrickError INDEX_DAMAGED where a whole frame stands behind one that cannot be read: what was acknowledged is lost there
 */
export function readFrame(descriptor: number, path: string, at: number): Frame | null {
  const { size } = fstatSync(descriptor);
  const head = readHead(descriptor, at, size);
  const body = head === null ? null : readBytes(descriptor, at + HEAD_BYTES, head.bodyBytes);
  if (head === null || body === null || crc32(body) !== head.bodyChecksum) {
    if (wholeFrameBehind(descriptor, at, size)) throw damaged(path, `its frame at byte ${at} cannot be read`);
    return null;
  }
  const { applied, writes, documents } = head;
  const batch = JSON.parse(body.toString('utf8')) as Batch;
  return { applied, writes, documents, batch, end: at + HEAD_BYTES + head.bodyBytes };
}

/** How far a journal goes; null for an empty one. Bodies are not read, but the last. */
export function lastProgress(path: string): Progress | null {
  const descriptor = openJournal(path);
  try {
    const { size } = fstatSync(descriptor);
    let last: Progress | null = null;
    let at = 0;
    for (let head = readHead(descriptor, at, size); head !== null; head = readHead(descriptor, at, size)) {
      const end = at + HEAD_BYTES + head.bodyBytes;
      if (end === size && readFrame(descriptor, path, at) === null) break;
      const { applied, writes, documents } = head;
      last = { applied, writes, documents };
      at = end;
    }
    return last;
  } finally {
    closeSync(descriptor);
  }
}

function openJournal(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw isMissing(error) ? damaged(path, 'it is gone', error) : error;
  }
}

/** The head of a frame that is there to its end; null for anything else. */
function readHead(descriptor: number, at: number, size: number): Head | null {
  if (at + HEAD_BYTES > size) return null;
  const head = readBytes(descriptor, at, HEAD_BYTES);
  if (head === null || !head.subarray(0, 4).equals(MARK)) return null;
  if (crc32(head.subarray(0, 36)) !== head.readUInt32LE(36)) return null;
  const bodyBytes = head.readUInt32LE(4);
  if (at + HEAD_BYTES + bodyBytes > size) return null;
  return {
    bodyBytes,
    bodyChecksum: head.readUInt32LE(8),
    applied: head.readDoubleLE(16),
    writes: head.readDoubleLE(24),
    documents: head.readUInt32LE(32),
  };
}

/** Whether any whole frame stands behind the place: then it is no torn tail. */
function wholeFrameBehind(descriptor: number, at: number, size: number): boolean {
  const rest = readBytes(descriptor, at + 1, Math.max(0, size - at - 1));
  if (rest === null) return false;
  for (let found = rest.indexOf(MARK); found >= 0; found = rest.indexOf(MARK, found + 1)) {
    const head = readHead(descriptor, at + 1 + found, size);
    const body = head === null ? null : readBytes(descriptor, at + 1 + found + HEAD_BYTES, head.bodyBytes);
    if (head !== null && body !== null && crc32(body) === head.bodyChecksum) return true;
  }
  return false;
}

/** Null where the file is shorter than that. */
function readBytes(descriptor: number, at: number, length: number): Buffer | null {
  const buffer = Buffer.allocUnsafe(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, buffer, read, length - read, at + read);
    if (more === 0) return null;
    read += more;
  }
  return buffer;
}
