import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';
import { closeFile, fileError, openFile, readAt } from './open-file.ts';

/** An epoch of an inbox: a bare repository with a number for a name (public-inbox-v2-format). */
const EPOCH = /^(?:0|[1-9]\d{0,8})\.git$/;
/** Where public-inbox writes, and what else a branch is commonly called. Asked in this order where HEAD leads nowhere. */
const USUAL_BRANCHES = ['refs/heads/master', 'refs/heads/main'] as const;
/** A symbolic reference may name another; git follows five. */
const LINKS = 5;
/** Of HEAD or a file below refs/. */
const REFERENCE_BYTES = 4096;
const PACKED_REFERENCES_BYTES = 32 * 1024 * 1024;

export function isEpochName(name: string): boolean {
  return EPOCH.test(name);
}

/** Whether a folder is a bare git repository, by what git itself looks for. Costs no process. */
export function isRepository(path: string): boolean {
  return (
    is(join(path, 'HEAD'), 'file') && is(join(path, 'objects'), 'folder') && is(join(path, 'refs'), 'folder')
  );
}

/**
 * The epochs of a public-inbox (v2) by number, relative to its folder: `git/0.git`, `git/1.git`, or without `git/` where the folder of epochs
 * itself is meant. None: it is no such folder. Some may be missing: mirrors need not have all. One that is damaged counts: it is not gone.
 */
export function epochNames(path: string): readonly string[] {
  for (const folder of ['git/', '']) {
    const epochs = numbered(join(path, folder)).filter((name) => is(join(path, folder, name), 'folder'));
    if (epochs.some((name) => isRepository(join(path, folder, name))))
      return epochs.map((name) => `${folder}${name}`);
  }
  return [];
}

/**
 * The commit at a repository's HEAD, or, where that leads nowhere, at `master`, `main`, or its only branch; null if it has no branch at all. Reads
 * git's files (gitrepository-layout) and starts no process.
 * @returns its hexadecimal name: 40 digits, or 64 in a SHA-256 repository
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export function readHead(repository: string): string | null {
  if (is(join(repository, 'reftable'), 'folder')) {
    throw new HayrickError(
      'SOURCE_UNREADABLE',
      `${repository} cannot be read: it keeps its references as a reftable. Convert it with: git refs migrate --ref-format=files`,
    );
  }
  const packed = packedReferences(repository);
  const branches = ['HEAD', ...USUAL_BRANCHES, ...onlyBranch(repository, packed)];
  for (const name of branches) {
    const commit = resolveReference(repository, name, packed);
    if (commit !== null) return commit;
  }
  return null;
}

/** The object stores that a repository borrows from, as its objects/info/alternates names them. Those of others are not followed. */
export function alternatesOf(repository: string): readonly string[] {
  const text = textOf(join(repository, 'objects/info/alternates'), REFERENCE_BYTES * 16) ?? '';
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => (line.startsWith('/') ? line : join(repository, 'objects', line)));
}

/** The names in a folder; none where there is no such folder. */
export function entriesOf(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch (cause) {
    const error = fileError(path, cause);
    if (error.code === 'SOURCE_MISSING') return [];
    throw error;
  }
}

function resolveReference(
  repository: string,
  reference: string,
  packed: ReadonlyMap<string, string>,
): string | null {
  let name = reference;
  for (let link = 0; link <= LINKS; link++) {
    const loose = textOf(join(repository, name), REFERENCE_BYTES)?.trim();
    const text = loose ?? packed.get(name);
    if (text === undefined) return null;
    if (isObjectName(text)) return text;
    const target = /^ref:[ \t]*(\S.*)$/.exec(text)?.[1];
    if (target === undefined || !isReferenceName(target)) return null;
    name = target;
  }
  return null;
}

function isObjectName(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text);
}

/** What may be looked for below the repository's folder. */
function isReferenceName(name: string): boolean {
  return name.startsWith('refs/') && !/\p{Cc}/u.test(name) && !name.split('/').includes('..');
}

function packedReferences(repository: string): ReadonlyMap<string, string> {
  const packed = new Map<string, string>();
  const text = textOf(join(repository, 'packed-refs'), PACKED_REFERENCES_BYTES) ?? '';
  for (const line of text.split('\n')) {
    const [commit = '', name] = line.split(' ', 2);
    if (name !== undefined && isObjectName(commit)) packed.set(name, commit);
  }
  return packed;
}

function onlyBranch(repository: string, packed: ReadonlyMap<string, string>): readonly string[] {
  const branches = new Set([...packed.keys()].filter((name) => name.startsWith('refs/heads/')));
  for (const name of entriesOf(join(repository, 'refs/heads'))) branches.add(`refs/heads/${name}`);
  return branches.size === 1 ? [...branches] : [];
}

function numbered(path: string): readonly string[] {
  return entriesOf(path)
    .filter(isEpochName)
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

/** Null where there is no such file. */
function textOf(path: string, limit: number): string | null {
  if (!is(path, 'file')) return null;
  const file = openFile(path);
  try {
    const bytes = Buffer.alloc(Math.min(limit, statSync(path).size + 1));
    return bytes.toString('utf8', 0, readAt(file, bytes, 0));
  } finally {
    closeFile(file);
  }
}

function is(path: string, what: 'file' | 'folder'): boolean {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    return what === 'file' ? stats?.isFile() === true : stats?.isDirectory() === true;
  } catch (cause) {
    const error = fileError(path, cause);
    if (error.code === 'SOURCE_MISSING') return false;
    throw error;
  }
}
