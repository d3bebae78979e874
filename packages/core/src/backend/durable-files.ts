import { closeSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/** Files and folders of an index are for their owner alone. */
export const FILE_MODE = 0o600;
export const FOLDER_MODE = 0o700;

/** Puts a small file in place of another: written beside it, synced, renamed, and the folder synced. Whole or not at all. */
export function replaceFile(path: string, text: string): void {
  const beside = `${path}.new`;
  const descriptor = openSync(beside, 'w', FILE_MODE);
  try {
    writeSync(descriptor, text);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(beside, path);
  syncToDisk(dirname(path));
}

/** Makes what a file holds durable, or the names that were put into a folder or taken out of it. */
export function syncToDisk(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
