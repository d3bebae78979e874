import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { runGit } from './git-process.ts';
import { alternatesOf, entriesOf, epochNames, readHead } from './git-repository.ts';
import type { Source } from './source.ts';

/** What a bare repository is found to be. */
export type RepositoryLook =
  | { readonly is: 'inbox' }
  /** It has no branch. */
  | { readonly is: 'empty'; readonly reason: string }
  | { readonly is: 'other'; readonly reason: string };

/** What stands in the tree of a public-inbox: a message or a deletion (second version), or messages by the SHA-1 of their Message-ID (first). */
const KEPT = /^(?:m|d|[0-9a-f]{2}\/[0-9a-f]{38})$/;
/** Paths of a tree that are looked at: the first ones tell. */
const LOOKED_AT = 100;

/**
 * Whether a bare repository is a public-inbox, by the tree of its head.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function lookAtRepository(path: string): Promise<RepositoryLook> {
  const tip = readHead(path);
  if (tip === null) {
    if (alternatesOf(path).length === 0) return { is: 'empty', reason: 'a git repository without a branch' };
    const reason =
      'a git repository that has only what it borrows from others: name the folder of the inbox, with its epochs in git/';
    return { is: 'other', reason };
  }
  let text = '';
  for await (const chunk of runGit({ path, tip }, [
    'ls-tree',
    '-r',
    '-z',
    '--name-only',
    '--full-tree',
    tip,
  ])) {
    text += chunk.toString('latin1');
    if (text.split('\0').length > LOOKED_AT) break;
  }
  const names = text.split('\0').slice(0, LOOKED_AT);
  // What stands behind the last NUL is nothing, or the beginning of a name.
  const strange = names.slice(0, -1).find((name) => !KEPT.test(name));
  if (strange === undefined) return { is: 'inbox' };
  return { is: 'other', reason: `a git repository of other things (${strange}): no public-inbox` };
}

/**
 * Those of some sources that hold nothing but what they borrow from repositories of other sources, as public-inbox's all.git does: they would be read
 * twice.
 */
export function borrowers(sources: readonly Source[]): readonly Source[] {
  const inboxes = sources.filter(({ kind }) => kind === 'public-inbox');
  const borrowing = inboxes.filter(({ path }) => alternatesOf(path).length > 0 && !hasObjects(path));
  if (borrowing.length === 0) return [];
  const stores = new Set<string>();
  for (const source of inboxes) {
    if (borrowing.includes(source)) continue;
    for (const path of repositoriesOf(source.path)) stores.add(realOf(join(path, 'objects')));
  }
  return borrowing.filter(({ path }) => alternatesOf(path).every((store) => stores.has(realOf(store))));
}

function repositoriesOf(path: string): readonly string[] {
  const names = epochNames(path);
  return names.length === 0 ? [path] : names.map((name) => join(path, name));
}

function hasObjects(path: string): boolean {
  const loose = entriesOf(join(path, 'objects')).some((name) => /^[0-9a-f]{2}$/.test(name));
  return loose || entriesOf(join(path, 'objects/pack')).some((name) => name.endsWith('.pack'));
}

function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
