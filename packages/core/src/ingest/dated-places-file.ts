import { createHash } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { FILE_MODE, FOLDER_MODE } from '../backend/durable-files.ts';
import type { DatedPlaces } from './worker-protocol.ts';

/** Of the numbers in the file. */
const NUMBER_BYTES = 8;
/** Before the places of a file of mail: its key, and how many there are. */
const HEAD_NUMBERS = 2;

/**
 * Writes where messages lie and of which dates they are, file by file in the order given: of each its key, their number, their offsets, their dates, all as
 * 8-byte floating point numbers in this machine's order of bytes. Not synced to disk: the digest tells what a power failure left of it.
 * @returns the digest of what was written, by which it is known again
 */
export function writeDatedPlaces(path: string, files: ReadonlyMap<number, DatedPlaces>): string {
  mkdirSync(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const beside = `${path}.new`;
  const hash = createHash('sha256');
  const descriptor = openSync(beside, 'w', FILE_MODE);
  try {
    for (const [key, { offsets, dates }] of files) {
      for (const numbers of [Float64Array.of(key, offsets.length), offsets, dates]) {
        const bytes = bytesOf(numbers);
        hash.update(bytes);
        for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
      }
    }
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, path);
  return hash.digest('hex');
}

/** What was written with that digest, in the same order; null where the file is not there, or another one is. */
export function readDatedPlaces(path: string, digest: string): ReadonlyMap<number, DatedPlaces> | null {
  const descriptor = openIfThere(path);
  if (descriptor === null) return null;
  const hash = createHash('sha256');
  const numbers = (count: number): Float64Array<ArrayBuffer> | null => {
    const read = new Float64Array(count);
    const bytes = bytesOf(read);
    let at = 0;
    while (at < bytes.length) {
      const some = readSync(descriptor, bytes, at, bytes.length - at, null);
      if (some === 0) return null;
      at += some;
    }
    hash.update(bytes);
    return read;
  };
  try {
    const files = new Map<number, DatedPlaces>();
    for (;;) {
      const head = numbers(HEAD_NUMBERS);
      if (head === null) break;
      const [key = 0, count = 0] = head;
      // Of another file this may be any number.
      if (!Number.isInteger(count) || count < 0 || count > MOST_PLACES) return null;
      const offsets = numbers(count);
      const dates = numbers(count);
      if (offsets === null || dates === null) return null;
      files.set(key, { offsets, dates });
    }
    return hash.digest('hex') === digest ? files : null;
  } finally {
    closeSync(descriptor);
  }
}

export function removeDatedPlaces(path: string): void {
  rmSync(path, { force: true });
  rmSync(`${path}.new`, { force: true });
}

/** Of one file: more memory than there is need not be asked for. */
const MOST_PLACES = 2 ** 31 / NUMBER_BYTES;

function openIfThere(path: string): number | null {
  try {
    return openSync(path, 'r');
  } catch {
    return null;
  }
}

function bytesOf({ buffer, byteOffset, byteLength }: Float64Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
