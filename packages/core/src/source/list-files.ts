import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';
import { epochNames } from './git-repository.ts';
import { type LookAtFile, lookAtFile } from './look-at-file.ts';
import { MAILDIR_FOLDERS } from './maildir.ts';
import { MhFolders, mhNames } from './mh.ts';
import { fileError, pathOf } from './open-file.ts';
import type { FileOfSource, Source, SourceFile } from './source.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

/**
 * The files of a source by name: of an mbox the file itself, of a Maildir those in cur/ and new/, of a folder of .eml files those which
 * isEmlFile finds in it and below, of a public-inbox its repositories by number. A file that vanishes meanwhile is left out. A folder that cannot be listed is an error, not a shorter list:
 * what is missing from the list may be taken out of the index.
 * @param look how a file's content is learnt
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function listFiles(
  source: Source,
  look: LookAtFile = lookAtFile,
): Promise<readonly SourceFile[]> {
  const names = await namesOf(source, look);
  const files: SourceFile[] = [];
  for (const name of names) {
    const file = statFile({ ...source, name });
    if (file !== null) files.push(file);
  }
  return files;
}

/** One file as it now is; null if it is gone and the source is a folder. */
export function statFile(file: FileOfSource): SourceFile | null {
  const { name } = file;
  const path = pathOf(file);
  try {
    const { size, mtimeNs, ino, dev } = statSync(path, { bigint: true });
    return { name, size: Number(size), mtimeNs, inode: ino, device: dev };
  } catch (cause) {
    const error = fileError(path, cause);
    if (error.code === 'SOURCE_MISSING' && name !== '') return null;
    throw error;
  }
}

/**
 * Whether a file found in a folder is one message: by its name (.eml, .eml.gz and the like), or, whatever its name, by content. An mbox of its own is not.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
async function isEmlFile(found: FoundFile, look: LookAtFile): Promise<boolean> {
  return hasEmlName(found.name) || (await look(found.path)).is === 'eml';
}

export function hasEmlName(name: string): boolean {
  return /\.eml(?:\.(?:gz|xz|zst|bz2))?$/i.test(name);
}

async function namesOf(source: Source, look: LookAtFile): Promise<readonly string[]> {
  switch (source.kind) {
    case 'mbox':
    case 'pipermail':
      return [''];
    case 'maildir':
      return MAILDIR_FOLDERS.flatMap((folder) => maildirNames(source.path, folder));
    case 'mh':
      return mhNames(source.path);
    case 'public-inbox': {
      const epochs = epochNames(source.path);
      return epochs.length > 0 ? epochs : [''];
    }
    case 'eml':
      return isFolder(source.path) ? await emlNames(source.path, look) : [''];
  }
}

/**
 * The files in cur/ or new/ of a Maildir, by name.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function maildirNames(path: string, folder: (typeof MAILDIR_FOLDERS)[number]): readonly string[] {
  const whole = join(path, folder);
  try {
    const entries = readdirSync(whole, { withFileTypes: true });
    const names = entries.flatMap((entry) =>
      entry.name.startsWith('.') || entry.isDirectory() ? [] : [`${folder}/${entry.name}`],
    );
    return names.sort();
  } catch (cause) {
    throw fileError(whole, cause);
  }
}

async function emlNames(root: string, look: LookAtFile): Promise<readonly string[]> {
  const names: string[] = [];
  const mh = new MhFolders(look);
  for (const found of walkFolder(root)) {
    if (found.kind === 'refused' && found.code === 'SOURCE_UNREADABLE')
      throw new HayrickError(found.code, found.reason);
    if (found.kind === 'mh') await mh.enter(found);
    if (found.kind === 'file' && !mh.own(found.path) && (await mayBeEml(found, look))) names.push(found.name);
  }
  return names.sort();
}

/** A file that cannot be read stays in the list: reading it then says so. */
async function mayBeEml(found: FoundFile, look: LookAtFile): Promise<boolean> {
  try {
    return await isEmlFile(found, look);
  } catch (error) {
    return error instanceof HayrickError && error.code === 'SOURCE_UNREADABLE';
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (cause) {
    throw fileError(path, cause);
  }
}
