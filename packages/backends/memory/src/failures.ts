import { HayrickError } from '@hayrick/core/backend';

/** Turns what the file system says into our errors. */
export function translated(path: string, cause: unknown): unknown {
  if (!(cause instanceof Error) || !('syscall' in cause && 'code' in cause)) return cause;
  if (cause.code === 'ENOSPC' || cause.code === 'EDQUOT') {
    return new HayrickError(
      'DISK_FULL',
      `No room left to write ${path}. Free some space and run the command again; what was written before is kept.`,
      { cause },
    );
  }
  return new HayrickError(
    'ENGINE_FAILED',
    `${path}: ${cause.message}. Check the folder and its permissions, then run the command again.`,
    { cause },
  );
}

/** Runs work on a file, with its failures translated. */
export async function translating<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(path, error);
  }
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** @param what a sentence about what is wrong, without its full stop */
export function damaged(path: string, what: string, cause?: unknown): HayrickError {
  return new HayrickError(
    'INDEX_DAMAGED',
    `The index ${path} is damaged: ${what}. Run rebuild_index: it is made again from the sources.`,
    { cause },
  );
}
