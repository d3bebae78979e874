import { statSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of a Maildir that hold messages; tmp/ holds what is still being delivered. */
export const MAILDIR_FOLDERS = ['cur', 'new'] as const;

/** Whether a folder is a Maildir: it has cur/ and new/. */
export function isMaildir(path: string): boolean {
  return MAILDIR_FOLDERS.every(
    (folder) => statSync(join(path, folder), { throwIfNoEntry: false })?.isDirectory() === true,
  );
}

/**
 * What stays the same of a Maildir file's name when a reader moves it from new/ to cur/ or sets flags (`:2,S`; `;2,S` and `!2,S` where a
 * disk knows no colon).
 */
export function maildirUnique(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1).replace(/[:;!]2,[A-Za-z]*$/, '');
}

/** Unix seconds of delivery, with which a Maildir file's name begins; null where it does not. */
export function maildirDate(name: string): number | null {
  const match = /^(\d{1,10})[._,]/.exec(name.slice(name.lastIndexOf('/') + 1));
  return match === null ? null : Number(match[1]) || null;
}
