import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HayrickError } from '../errors.ts';
import type { LookAtFile } from './look-at-file.ts';
import { fileError } from './open-file.ts';

/** A folder that may be one of MH, by the names in it. */
export interface MhCandidate {
  readonly path: string;
  /** Its first file that is named by a number; null if there is none. */
  readonly first: string | null;
}

/** Files that programs which write MH folders leave in them: nmh, xmh, Sylpheed, Claws Mail, Mew. */
const MH_SIGNS: ReadonlySet<string> = new Set([
  '.mh_sequences',
  '.xmhcache',
  '.sylpheed_cache',
  '.sylpheed_mark',
  '.claws_cache',
  '.claws_mark',
  '.mew-cache',
  '.mew-summary',
  '.mew-mtime',
]);

/** Whether a file of an MH folder is a message: it is named by its number. */
function isMhName(name: string): boolean {
  return /^[1-9]\d{0,9}$/.test(name);
}

/**
 * A folder may be one of MH if a program that writes MH has left its file there, or all its files are named by numbers.
 * @param names of all files in it, hidden ones included, folders left out
 */
export function mhCandidate(path: string, names: readonly string[]): MhCandidate | null {
  const seen = names.filter((name) => !name.startsWith('.') && !isDeleted(name));
  const first = seen.find(isMhName) ?? null;
  const signed = names.some((name) => MH_SIGNS.has(name));
  return signed || (first !== null && seen.every(isMhName)) ? { path, first } : null;
}

/** Knows the folders of MH that a walk has come through, so that their files are not taken for loose messages. */
export class MhFolders {
  readonly #look: LookAtFile;
  readonly #paths = new Set<string>();

  constructor(look: LookAtFile) {
    this.#look = look;
  }

  /** Whether a candidate is one: its first file is a message, or it has none. One that cannot be read is judged by its name. */
  async enter({ path, first }: MhCandidate): Promise<boolean> {
    try {
      const is = first === null ? 'eml' : (await this.#look(join(path, first))).is;
      if (is !== 'eml' && is !== 'empty') return false;
    } catch (error) {
      if (!(error instanceof HayrickError)) throw error;
    }
    this.#paths.add(path);
    return true;
  }

  /** Whether a file belongs to one of them: by number, deleted ones (`,12`, `#12`) included. */
  own(path: string): boolean {
    const folder = dirname(path);
    if (!this.#paths.has(folder)) return false;
    const name = path.slice(folder.length + 1);
    return isMhName(name) || isDeleted(name);
  }
}

/**
 * The messages of an MH folder, by number.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function mhNames(path: string): readonly string[] {
  try {
    const entries = readdirSync(path, { withFileTypes: true });
    const names = entries.flatMap((entry) =>
      isMhName(entry.name) && !entry.isDirectory() ? [entry.name] : [],
    );
    return names.sort((a, b) => Number(a) - Number(b));
  } catch (cause) {
    throw fileError(path, cause);
  }
}

function isDeleted(name: string): boolean {
  return /^[,#][1-9]\d{0,9}$/.test(name);
}
