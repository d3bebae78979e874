import { type Dirent, readdirSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode, HayrickError } from '../errors.ts';
import { epochNames, isEpochName, isRepository } from './git-repository.ts';
import { isMaildir, MAILDIR_FOLDERS } from './maildir.ts';
import { type MhCandidate, mhCandidate } from './mh.ts';
import { fileError } from './open-file.ts';

export interface FoundFile {
  readonly kind: 'file';
  readonly path: string;
  /** Relative to the folder the walk began in, '/' between folders. */
  readonly name: string;
}

/** What a folder holds. */
export type Found =
  | FoundFile
  /** Its messages are left out; Maildirs within it follow. */
  | { readonly kind: 'maildir'; readonly path: string; readonly name: string }
  /** May be a folder of MH. All its files follow. */
  | ({ readonly kind: 'mh' } & MhCandidate)
  /** A bare git repository. What is in it does not follow. */
  | { readonly kind: 'repository'; readonly path: string }
  /** A folder of bare git repositories as public-inbox has it. The same. */
  | { readonly kind: 'inbox'; readonly path: string }
  | { readonly kind: 'refused'; readonly path: string; readonly code: ErrorCode; readonly reason: string };

interface Step {
  readonly path: string;
  readonly name: string;
  readonly folder: boolean;
}

const OWN_FOLDERS: ReadonlySet<string> = new Set([...MAILDIR_FOLDERS, 'tmp']);

/**
 * Walks a folder and all below it, each folder's entries by name. Links are followed, a folder is entered once; hidden entries are passed over,
 * but for the subfolders of a Maildir (Maildir++). What is not a file or folder, or cannot be looked at, is refused with the reason.
 */
export function* walkFolder(root: string): Generator<Found, void> {
  const entered = new Set<string>();
  const steps: Step[] = [{ path: root, name: '', folder: true }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if (!step.folder) {
      yield { kind: 'file', path: step.path, name: step.name };
      continue;
    }
    try {
      const { dev, ino } = statSync(step.path, { bigint: true });
      const identity = `${dev}:${ino}`;
      if (entered.has(identity)) continue;
      entered.add(identity);
      const maildir = isMaildir(step.path);
      if (maildir) yield { kind: 'maildir', path: step.path, name: step.name };
      const below: Step[] = [];
      const entries = readdirSync(step.path, { withFileTypes: true });
      entries.sort((a, b) => (a.name < b.name ? -1 : 1));
      const git = maildir ? null : gitKind(step.path, entries);
      if (git !== null) {
        yield { kind: git, path: step.path };
        continue;
      }
      if (!maildir) {
        const names = entries.flatMap((entry) => (entry.isDirectory() ? [] : [entry.name]));
        const candidate = mhCandidate(step.path, names);
        if (candidate !== null) yield { kind: 'mh', ...candidate };
      }
      for (const entry of entries) {
        const path = join(step.path, entry.name);
        const name = step.name === '' ? entry.name : `${step.name}/${entry.name}`;
        if (isPassedOver(entry, path, maildir)) continue;
        const type = typeOf(entry, path);
        if (typeof type === 'object') yield refusal(path, type);
        else if (type === 'other')
          yield { kind: 'refused', path, code: 'SOURCE_UNKNOWN_KIND', reason: 'neither a file nor a folder' };
        else if (type === 'folder' || !maildir) below.push({ path, name, folder: type === 'folder' });
      }
      steps.push(...below.reverse());
    } catch (cause) {
      yield refusal(step.path, fileError(step.path, cause));
    }
  }
}

function gitKind(path: string, entries: readonly Dirent[]): 'repository' | 'inbox' | null {
  if (entries.some(({ name }) => name === 'HEAD') && isRepository(path)) return 'repository';
  const mayBe = entries.some(({ name }) => name === 'git' || isEpochName(name));
  return mayBe && epochNames(path).length > 0 ? 'inbox' : null;
}

function isPassedOver(entry: Dirent, path: string, inMaildir: boolean): boolean {
  if (inMaildir && OWN_FOLDERS.has(entry.name)) return true;
  if (!entry.name.startsWith('.')) return false;
  if (!inMaildir || entry.isFile()) return true;
  try {
    return !isMaildir(path);
  } catch {
    // It may be one: entering it will say what is wrong.
    return false;
  }
}

function typeOf(entry: Dirent, path: string): 'file' | 'folder' | 'other' | HayrickError {
  // The name of an undecodable file leads nowhere; links and disks that do not tell types need a look.
  const known = (entry.isFile() || entry.isDirectory()) && !entry.name.includes('\uFFFD');
  let type: Dirent | Stats = entry;
  try {
    if (!known) type = statSync(path);
  } catch (cause) {
    return fileError(path, cause);
  }
  if (type.isFile()) return 'file';
  return type.isDirectory() ? 'folder' : 'other';
}

function refusal(path: string, error: HayrickError): Found {
  return { kind: 'refused', path, code: error.code, reason: error.message };
}
