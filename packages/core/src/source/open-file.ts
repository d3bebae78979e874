import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { HayrickError } from '../errors.ts';
import type { FileOfSource } from './source.ts';

/** What was done to mail files, added up by those who open and read them, where one is handed in. */
export interface ReadCounters {
  filesOpened: number;
  /** As they lie on the disk: before decompression. */
  bytesRead: number;
}

/** A file open for reading. Every read names its position. */
export interface OpenFile {
  readonly path: string;
  readonly descriptor: number;
  readonly counters?: ReadCounters | undefined;
}

export function pathOf(file: FileOfSource): string {
  // Once a file, where join() would be a tenth of the cost.
  return file.name === '' ? file.path : `${file.path}/${file.name}`;
}

/**
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function openFile(path: string, counters?: ReadCounters): OpenFile {
  try {
    // NONBLOCK: a pipe under a mail file's name must not hold up the run.
    const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if (counters !== undefined) counters.filesOpened++;
    return { path, descriptor, counters };
  } catch (cause) {
    throw fileError(path, cause);
  }
}

export function closeFile(file: OpenFile): void {
  closeSync(file.descriptor);
}

/** Fills `into` from `position` as far as the file goes. Returns the bytes read; fewer than asked for only at the file's end. */
export function readAt(file: OpenFile, into: Uint8Array, position: number): number {
  let filled = 0;
  try {
    while (filled < into.length) {
      const read = readSync(file.descriptor, into, filled, into.length - filled, position + filled);
      if (read === 0) break;
      filled += read;
    }
  } catch (cause) {
    throw fileError(file.path, cause);
  }
  if (file.counters !== undefined) file.counters.bytesRead += filled;
  return filled;
}

export function sizeOf(file: OpenFile): number {
  try {
    return fstatSync(file.descriptor).size;
  } catch (cause) {
    throw fileError(file.path, cause);
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied. Let the user who runs Hayrick read it',
  EPERM: 'permission denied. Let the user who runs Hayrick read it',
  EISDIR: 'it is a folder',
  EIO: 'the disk reports an error. Restore it from a backup',
  ELOOP: 'its links go round in a circle. Remove one of them',
  ENAMETOOLONG: 'its path is too long for this system. Shorten a folder name',
  EMFILE: 'too many files are open. Raise the limit (ulimit -n)',
};

/** The system's error about a path, as one that says what to do. */
export function fileError(path: string, cause: unknown): HayrickError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    const text = path.includes('\uFFFD')
      ? `${path} cannot be opened: its name is not UTF-8. Rename it.`
      : `${path} does not exist. Check the path, or whether its disk is mounted.`;
    return new HayrickError('SOURCE_MISSING', text, { cause });
  }
  const reason = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new HayrickError('SOURCE_UNREADABLE', `${path} cannot be read: ${reason}.`, { cause });
}
