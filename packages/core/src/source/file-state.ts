import { createHash } from 'node:crypto';
import { compressionOf } from './compression.ts';
import { closeFile, type OpenFile, openFile, pathOf, type ReadCounters, readAt } from './open-file.ts';
import type { Compression, Source, SourceFile } from './source.ts';

/** What is remembered of a file to tell later whether it changed. */
export interface FileState extends SourceFile {
  readonly compression: Compression;
  /** SHA-256, hex, of the last TAIL_BYTES before `size`. */
  readonly tail: string;
  /** Unix milliseconds of the look, taken before it. */
  readonly lookedAt: number;
}

/**
 * `grown`: what was there before still is, more follows. A message that was the last may be longer now: read on from its offset.
 * `changed`: read it again from the start.
 */
export type FileChange = 'same' | 'grown' | 'changed';

const TAIL_BYTES = 4096;
/** The coarsest stamps in use (FAT) go by two seconds. */
const SETTLED_AFTER_NS = 2_000_000_000n;

/**
 * @param file as it was listed before it was read, so that what is written meanwhile counts as change
 * @param lookedAt the clock, unix milliseconds, before it was listed
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function readFileState(
  source: Source,
  file: SourceFile,
  lookedAt: number,
  counters?: ReadCounters,
): FileState {
  const open = openFile(pathOf({ ...source, name: file.name }), counters);
  try {
    return { ...file, compression: compressionOf(open), tail: tailAt(open, file.size), lookedAt };
  } finally {
    closeFile(open);
  }
}

/**
 * Compares a file with what is remembered of it. Costs no look into the file while size, stamp and identity are as they were and had settled; else the tail
 * is read. A file of the old size, stamp and tail under a new identity (copied back, another mount) is the same; a grown one under a new identity
 * has been written anew, so it changed. Of a compressed file any change is a whole one.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function compareFile(
  source: Source,
  old: FileState,
  now: SourceFile,
  counters?: ReadCounters,
): FileChange {
  const identical = old.inode === now.inode && old.device === now.device;
  const tailFits = () => {
    const open = openFile(pathOf({ ...source, name: now.name }), counters);
    try {
      return tailAt(open, old.size) === old.tail;
    } finally {
      closeFile(open);
    }
  };
  if (now.size === old.size && now.mtimeNs === old.mtimeNs) {
    return (identical && isSettled(old)) || tailFits() ? 'same' : 'changed';
  }
  if (old.compression !== 'none' || !identical || now.size <= old.size) return 'changed';
  return tailFits() ? 'grown' : 'changed';
}

/** False if the file or folder was written so shortly before the look that a later write may bear the same stamp. */
export function isSettled({ lookedAt, mtimeNs }: Pick<FileState, 'lookedAt' | 'mtimeNs'>): boolean {
  return BigInt(lookedAt) * 1_000_000n - mtimeNs > SETTLED_AFTER_NS;
}

function tailAt(file: OpenFile, size: number): string {
  const start = Math.max(0, size - TAIL_BYTES);
  const tail = Buffer.alloc(size - start);
  return createHash('sha256')
    .update(tail.subarray(0, readAt(file, tail, start)))
    .digest('hex');
}
