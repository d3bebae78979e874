import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of its own that is soon full. */
export interface SmallDisk {
  readonly path: string;
  /** @param bytes of the whole disk */
  resize(bytes: number): void;
  remove(): void;
}

/**
 * Mounts a disk in memory, which only root may do. Where it cannot be done that is said on stderr with what is skipped for it, and is an
 * error where `CI` is `true`: there nothing may be left out in silence.
 */
export function mountSmallDisk(bytes: number, skipped: string): SmallDisk | null {
  const path = mkdtempSync(join(tmpdir(), 'hayrick-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path], { stdio: 'pipe' });
  } catch (error) {
    rmSync(path, { recursive: true, force: true });
    const text = `No small disk can be mounted here (${String(error).split('\n', 1)[0]}); without it this does not run: ${skipped}.`;
    if (process.env['CI'] === 'true') throw new Error(text, { cause: error });
    process.stderr.write(`SKIPPED: ${text}\n`);
    return null;
  }
  return {
    path,
    resize: (size) => void execFileSync('mount', ['-o', `remount,size=${size}`, path], { stdio: 'pipe' }),
    remove() {
      execFileSync('umount', [path], { stdio: 'pipe' });
      rmSync(path, { recursive: true, force: true });
    },
  };
}
