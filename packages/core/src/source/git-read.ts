import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { type Blob, readBlobs } from './git-blobs.ts';
import { readHistory } from './git-history.ts';
import type { Repository } from './git-process.ts';
import { epochNames, readHead } from './git-repository.ts';
import { type Deletion, type HistoryStretch, surveyHistory } from './git-survey.ts';
import { postmarkLineBytes } from './mbox-text.ts';
import { pathOf } from './open-file.ts';
import type { ReadOptions } from './read-options.ts';
import type { Extent, FileOfSource, ReadItem } from './source.ts';

type RepositoryOptions = Pick<ReadOptions, 'from' | 'to' | 'messageBytes' | 'signal' | 'stretch'>;

/** A message that a commit added. */
interface Added {
  readonly object: string;
  readonly offset: number;
  readonly date: number;
}

/** Messages that are asked of git at a time: a commit may add any number. */
const ASKED = 1000;

/**
 * The messages of one repository of a public-inbox, or of a stretch of its history, in its order, without those that were deleted later on. A
 * message that the repository has lost is `garbage`; `unreadable` ends the rest. Throws only for `signal`.
 */
export async function* readRepository(
  file: FileOfSource,
  options: RepositoryOptions = {},
): AsyncGenerator<ReadItem, void> {
  const { from = 0, signal } = options;
  const path = pathOf(file);
  const to = options.to ?? Number.POSITIVE_INFINITY;
  let reached = from;
  try {
    const stretch = options.stretch ?? (await wholeHistory(file, signal));
    if (stretch === null) return;
    const repository = { path, tip: stretch.tip };
    const deleted = new Map(stretch.deleted.map(({ object, before }) => [object, before]));
    let asked: Added[] = [];
    let offset = stretch.from;
    for await (const { date, changes } of readHistory(repository, { commits: stretch.commits, signal })) {
      for (const { kind, object } of changes) {
        const isDead = offset < (deleted.get(object) ?? 0);
        if (kind === 'add' && !isDead && offset >= from && offset < to) asked.push({ object, offset, date });
        offset++;
        if (asked.length < ASKED) continue;
        for await (const item of itemsOf(file, repository, stretch.head, asked, options)) {
          reached = item.offset;
          yield item;
        }
        asked = [];
      }
    }
    for await (const item of itemsOf(file, repository, stretch.head, asked, options)) {
      reached = item.offset;
      yield item;
    }
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    yield { kind: 'unreadable', name: file.name, offset: reached, error };
  }
}

/**
 * The messages at several places of one repository: one item for each, in their order, `message` or `unreadable`. One process of git for all.
 */
export async function* readBlobPlaces(
  file: FileOfSource,
  places: readonly Extent[],
  { messageBytes = LIMITS.messageBytes, signal }: Pick<ReadOptions, 'messageBytes' | 'signal'>,
): AsyncGenerator<ReadItem, void> {
  const { name } = file;
  const objects = places.map(({ object }) => object ?? '0'.repeat(40));
  let next = 0;
  try {
    const repository = { path: pathOf(file), tip: objects[0] ?? '' };
    for await (const blob of readBlobs(repository, objects, messageBytes, { signal })) {
      const { offset = 0, object } = places[next++] ?? {};
      if (blob.kind === 'blob' && blob.size > 0)
        yield messageOf(name, { object: object ?? '', offset, date: 0 }, blob);
      else yield { kind: 'unreadable', name, offset, error: gone(file, blob) };
    }
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    for (const { offset } of places.slice(next)) yield { kind: 'unreadable', name, offset, error };
  }
}

async function wholeHistory(
  file: FileOfSource,
  signal: AbortSignal | undefined,
): Promise<HistoryStretch | null> {
  const path = pathOf(file);
  const tip = readHead(path);
  if (tip === null) return null;
  const { stretches, deletions, size } = await surveyHistory({ path, tip }, null, signal);
  const commits = stretches.reduce((sum, stretch) => sum + stretch.commits, 0);
  const deleted = [...deletions, ...(await laterDeletions(file, signal))];
  return { tip, commits, from: 0, to: size, head: tip, deleted };
}

/** What the repositories behind one of an inbox delete of it: all that it holds of these blobs. */
async function laterDeletions(file: FileOfSource, signal?: AbortSignal): Promise<readonly Deletion[]> {
  const deleted: Deletion[] = [];
  const names = epochNames(file.path);
  for (const name of names.slice(names.indexOf(file.name) + 1)) {
    const path = pathOf({ ...file, name });
    const tip = file.name === '' ? null : readHead(path);
    if (tip === null) continue;
    const { deletions } = await surveyHistory({ path, tip }, null, signal);
    for (const { object } of deletions) deleted.push({ object, before: Number.POSITIVE_INFINITY });
  }
  return deleted;
}

async function* itemsOf(
  file: FileOfSource,
  repository: Repository,
  head: string,
  asked: readonly Added[],
  { messageBytes = LIMITS.messageBytes, signal }: RepositoryOptions,
): AsyncGenerator<ReadItem, void> {
  const { name } = file;
  const objects = asked.map(({ object }) => object);
  let next = 0;
  for await (const blob of readBlobs(repository, objects, messageBytes, { signal })) {
    const added = asked[next++];
    if (added === undefined) return;
    const { offset, object } = added;
    if (blob.kind === 'missing') {
      // Between survey and reading its history may have been written anew, and the old one thrown away.
      if (readHead(repository.path) !== head) throw gone(file, blob);
      yield { kind: 'garbage', name, offset, length: 0, object, reason: blob.reason };
    } else if (blob.size === 0) {
      yield { kind: 'garbage', name, offset, length: 0, object, reason: 'the message is empty' };
    } else {
      yield messageOf(name, added, blob);
    }
  }
}

function messageOf(
  name: string,
  { object, offset, date }: Added,
  { bytes, size }: Extract<Blob, { kind: 'blob' }>,
): ReadItem {
  const item = {
    kind: 'message',
    name,
    bytes: bytes.subarray(postmarkLineBytes(bytes)),
    offset,
    length: size,
    placeDate: date === 0 ? null : date,
    object,
  } as const;
  return bytes.length < size ? { ...item, cut: true } : item;
}

function gone(file: FileOfSource, blob: Blob): HayrickError {
  const why = blob.kind === 'missing' ? blob.reason : 'it is empty';
  return new HayrickError(
    'SOURCE_CHANGED',
    `${pathOf(file)} no longer has a message that lay there (${why}). Run update_index.`,
  );
}
