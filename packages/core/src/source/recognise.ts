import { existsSync, type Stats, statSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type ErrorCode, HayrickError } from '../errors.ts';
import { borrowers, lookAtRepository } from './git-recognise.ts';
import { isMbox } from './kinds.ts';
import { hasEmlName } from './list-files.ts';
import { type FileLook, type LookAtFile, lookAtFile } from './look-at-file.ts';
import { MhFolders } from './mh.ts';
import { fileError } from './open-file.ts';
import type { Source, SourceKind } from './source.ts';
import { type FoundFile, walkFolder } from './walk-folder.ts';

/** Something that was found and is no source. */
export interface Ignored {
  readonly path: string;
  /** SOURCE_UNKNOWN_KIND: no mail. SOURCE_UNREADABLE, SOURCE_MISSING: it may be mail, and its messages must not be taken for gone. */
  readonly code: ErrorCode;
  readonly reason: string;
}

/** What a path holds. */
export interface Recognised {
  /** In the order in which they were found: by name, folder by folder. */
  readonly sources: readonly Source[];
  readonly ignored: readonly Ignored[];
  /** Paths of mbox sources without a message. */
  readonly empty: readonly string[];
}

const LOOKED_FOR =
  'an mbox file (also packed), a Maildir (cur/ and new/), an MH folder (files named by numbers), a public-inbox (git), or .eml files';

/** Kinds that are folders: what one is, and what to say where none is. */
const FOLDERS = {
  maildir: {
    is: 'a Maildir is a folder with cur/ and new/',
    none: 'a folder without cur/ and new/, nor any such folder below it',
  },
  mh: {
    is: 'an MH folder is a folder of files named by numbers',
    none: 'a folder without files named by numbers, nor any such folder below it',
  },
  'public-inbox': {
    is: 'a public-inbox is a bare git repository, or a folder of them (git/0.git)',
    none: 'no bare git repository, nor any below it',
  },
} as const;

/**
 * The sources at a path given by the user, recognised by content, never written to: a file is an mbox (first line a postmark; or empty), a month
 * of pipermail (an mbox whose addresses have lost their @) or one message, plain or packed; a folder is a Maildir with its subfolders, or is
 * walked for such files, Maildirs, MH folders and public-inboxes (bare git repositories), where all loose messages together are one source.
 * What is no mail is an error where it is all there is, else it is ignored.
 * @param path a file, a folder, or a glob of either; relative to the process's folder
 * @param kind overrides recognition. `mbox`: the file, or every file in and below the folder. `pipermail`: the file, or what looks like an mbox
 *   in and below the folder. `maildir`, `mh`, `public-inbox`: the folder, or those below it. `eml`: the file is one message; so is every file of
 *   the folder that looks like one or like an mbox, MH folders in it included
 * @param look how a file's content is learnt
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_UNKNOWN_KIND
 */
export async function recognise(
  path: string,
  kind: SourceKind | null = null,
  look: LookAtFile = lookAtFile,
): Promise<Recognised> {
  const whole = resolve(path);
  if (!existsSync(whole) && /[*?[{]/.test(path)) return await recogniseAll(whole, kind, look);
  const found = new Findings(look);
  await addPath(found, whole, kind);
  return conclude(found, whole);
}

class Findings {
  readonly look: LookAtFile;
  readonly sources: Source[] = [];
  readonly ignored: Ignored[] = [];
  readonly empty: string[] = [];

  constructor(look: LookAtFile) {
    this.look = look;
  }

  add(kind: SourceKind, path: string): void {
    this.sources.push({ kind, path });
  }

  ignore(path: string, code: ErrorCode, reason: string): void {
    this.ignored.push({ path, code, reason });
  }
}

async function recogniseAll(pattern: string, kind: SourceKind | null, look: LookAtFile): Promise<Recognised> {
  const paths: string[] = [];
  for await (const path of glob(pattern)) paths.push(path);
  if (paths.length === 0)
    throw new HayrickError('SOURCE_MISSING', `Nothing matches ${pattern}. Check the path and its wildcards.`);
  const found = new Findings(look);
  for (const path of paths.sort()) await addPath(found, path, kind);
  return conclude(found, pattern);
}

/** Nothing but what is ignored is an error, which says the first reason. */
function conclude(found: Findings, path: string): Recognised {
  const borrowing = borrowers(found.sources);
  for (const source of borrowing)
    found.ignore(source.path, 'SOURCE_UNKNOWN_KIND', 'it only borrows what other repositories hold');
  const { ignored, empty } = found;
  const sources = found.sources.filter((source) => !borrowing.includes(source));
  const first = ignored.find((entry) => entry.code !== 'SOURCE_UNKNOWN_KIND') ?? ignored[0];
  if (sources.length > 0 || first === undefined) return { sources, ignored, empty };
  if (first.code !== 'SOURCE_UNKNOWN_KIND') throw new HayrickError(first.code, first.reason);
  const where = first.path === path ? '' : ` ${first.path}:`;
  const more = ignored.length > 1 ? ` (and ${ignored.length - 1} more)` : '';
  throw new HayrickError(
    'SOURCE_UNKNOWN_KIND',
    `${path} holds no mail that Hayrick reads. Looked for ${LOOKED_FOR}. Found:${where} ${first.reason}${more}. If it is mail, name its \`kind\` in the settings.`,
  );
}

async function addPath(found: Findings, path: string, kind: SourceKind | null): Promise<void> {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (cause) {
    refuse(found, path, fileError(path, cause));
    return;
  }
  if (stats.isDirectory()) await addFolder(found, path, kind);
  else if (stats.isFile()) await addFile(found, path, kind);
  else found.ignore(path, 'SOURCE_UNKNOWN_KIND', 'neither a file nor a folder');
}

async function addFile(found: Findings, path: string, kind: SourceKind | null): Promise<void> {
  if (isFolderKind(kind)) {
    found.ignore(path, 'SOURCE_UNKNOWN_KIND', `a file; ${FOLDERS[kind].is}`);
    return;
  }
  const look = await lookOrRefuse(found, path);
  if (look === null) return;
  const is = kind ?? (look.is === 'empty' ? 'mbox' : look.is);
  if (is === 'other') {
    found.ignore(path, 'SOURCE_UNKNOWN_KIND', look.is === 'other' ? look.reason : '');
    return;
  }
  found.add(is, path);
  if (isMbox(is) && look.is === 'empty') found.empty.push(path);
}

async function addFolder(found: Findings, root: string, kind: SourceKind | null): Promise<void> {
  const before = found.sources.length + found.ignored.length;
  const mh = new MhFolders(found.look);
  let messages = kind === 'eml';
  if (messages) found.add('eml', root);
  for (const entry of walkFolder(root)) {
    if (entry.kind === 'refused') {
      found.ignore(entry.path, entry.code, entry.reason);
    } else if (entry.kind === 'maildir') {
      if (kind === null || kind === 'maildir') found.add('maildir', entry.path);
    } else if (entry.kind === 'mh') {
      // Where all is to be messages these are, too: listFiles leaves them out of the loose ones.
      const counts = kind === null || kind === 'eml';
      if (kind === 'mh' || (counts && (await mh.enter(entry)))) found.add('mh', entry.path);
    } else if (entry.kind === 'inbox') {
      if (kind === null || kind === 'public-inbox') found.add('public-inbox', entry.path);
    } else if (entry.kind === 'repository') {
      if (kind === null || kind === 'public-inbox') await addRepository(found, entry.path, kind);
    } else if (kind === 'mbox') {
      await addFile(found, entry.path, kind);
    } else if (!isFolderKind(kind) && !mh.own(entry.path)) {
      const isLoose = await isMessage(found, entry, kind);
      if (isLoose && !messages) found.add('eml', root);
      messages ||= isLoose;
    }
  }
  if (found.sources.length + found.ignored.length === before) {
    const reason = isFolderKind(kind) ? FOLDERS[kind].none : 'a folder without files';
    found.ignore(root, 'SOURCE_UNKNOWN_KIND', reason);
  }
}

/** Where its kind was named one without a commit counts as well: mail may come. What only borrows is none all the same. */
async function addRepository(found: Findings, path: string, kind: SourceKind | null): Promise<void> {
  try {
    const look = await lookAtRepository(path);
    if (look.is === 'inbox' || (kind === 'public-inbox' && look.is === 'empty'))
      found.add('public-inbox', path);
    else found.ignore(path, 'SOURCE_UNKNOWN_KIND', look.reason);
  } catch (error) {
    refuse(found, path, error);
  }
}

function isFolderKind(kind: SourceKind | null): kind is keyof typeof FOLDERS {
  return kind !== null && kind in FOLDERS;
}

/** Whether a file in a folder is a message of the folder's one source of loose messages; what else it is is added. */
async function isMessage(found: Findings, file: FoundFile, kind: SourceKind | null): Promise<boolean> {
  if (hasEmlName(file.name) && kind !== 'pipermail') return true;
  const look = await lookOrRefuse(found, file.path);
  if (look === null) return false;
  const { path } = file;
  switch (look.is) {
    case 'other':
      found.ignore(path, 'SOURCE_UNKNOWN_KIND', look.reason);
      return false;
    case 'mbox':
    case 'pipermail':
      found.add(kind ?? look.is, path);
      return false;
    case 'empty':
      if (kind === null) found.add('mbox', path);
      if (kind === null) found.empty.push(path);
      return false;
    case 'eml':
      if (kind === 'pipermail')
        found.ignore(
          path,
          'SOURCE_UNKNOWN_KIND',
          'one message; a month of pipermail begins with a "From " line',
        );
      return kind !== 'pipermail';
  }
}

async function lookOrRefuse(found: Findings, path: string): Promise<FileLook | null> {
  try {
    return await found.look(path);
  } catch (error) {
    refuse(found, path, error);
    return null;
  }
}

function refuse(found: Findings, path: string, error: unknown): void {
  if (!(error instanceof HayrickError)) throw error;
  found.ignore(path, error.code, error.message);
}
