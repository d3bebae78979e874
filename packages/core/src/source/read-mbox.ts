import { setImmediate } from 'node:timers/promises';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { damaged, type GzipEnd, readGzip } from './gzip.ts';
import { closeFile, compressionOf, type OpenFile, openFile, readAt, sizeOf } from './open-file.ts';
import type { ReadOptions } from './read-options.ts';
import type { ReadItem } from './source.ts';
import { LOOK_BEHIND, MboxSplitter, OPENING_BYTES } from './split-mbox.ts';

/** A window that stays in the processor's cache is read faster than one of many MiB. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * The messages of an mbox file, plain or gzip (by its magic bytes), in their order. Memory is bounded by the longest message, `messageBytes` at most.
 * Ranges of a plain file are sought; of a gzip file everything before `from` is unpacked and passed over.
 *
 * Trouble with the file is an item, `unreadable`, the last one, behind everything that could be read (a torn last message is marked as cut);
 * what stands before the first separator, and what trails a gzip file, is `garbage`. Blank lines at the start are neither. Throws only for `signal`.
 */
export async function* readMbox(path: string, options: ReadOptions = {}): AsyncGenerator<ReadItem, void> {
  const { from = 0, messageBytes = LIMITS.messageBytes, signal } = options;
  const to = options.to ?? Number.POSITIVE_INFINITY;
  if (from >= to) return;
  let file: OpenFile;
  try {
    file = openFile(path, options.counters);
  } catch (error) {
    yield unreadable(0, error);
    return;
  }
  try {
    // Close to the start the first line's own rules may hold: read it too, and leave it out again.
    const base = from <= OPENING_BYTES ? 0 : from - LOOK_BEHIND;
    const gzip = compressionOf(file) === 'gzip';
    const windowBytes = Math.min(options.windowBytes ?? WINDOW_BYTES, gzip ? WINDOW_BYTES : sizeOf(file) + 1);
    const splitter = new MboxSplitter({ base, from, to, messageBytes, windowBytes });
    yield* gzip
      ? readPacked(file, splitter, base, to === Number.POSITIVE_INFINITY, signal)
      : readPlain(file, splitter, base, signal);
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    yield unreadable(0, error);
  } finally {
    closeFile(file);
  }
}

async function* readPlain(
  file: OpenFile,
  splitter: MboxSplitter,
  base: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadItem, void> {
  let position = base;
  let failure: unknown = null;
  for (let ended = false; !ended && !splitter.done; ) {
    signal?.throwIfAborted();
    const room = splitter.room();
    let read = 0;
    try {
      read = readAt(file, room, position);
    } catch (error) {
      failure = error;
    }
    splitter.filled(read);
    position += read;
    ended = read < room.length;
    if (ended) splitter.finish(failure !== null);
    yield* itemsOf(splitter);
    // Reading is synchronous: let the thread hear of an abort, and its other work go on.
    if (!ended) await setImmediate();
  }
  if (failure !== null) yield unreadable(position, failure);
}

async function* readPacked(
  file: OpenFile,
  splitter: MboxSplitter,
  base: number,
  last: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadItem, void> {
  const chunks = readGzip(file);
  let position = 0;
  let trailing = 0;
  let failure: HayrickError | null = null;
  try {
    for (let ended = false; !ended && !splitter.done; ) {
      signal?.throwIfAborted();
      const next = await nextChunk(file, chunks, position);
      if (Buffer.isBuffer(next)) {
        let chunk = next.subarray(Math.max(0, base - position));
        position += next.length;
        while (chunk.length > 0 && !splitter.done) {
          const taken = chunk.copy(splitter.room());
          splitter.filled(taken);
          chunk = chunk.subarray(taken);
          yield* itemsOf(splitter);
        }
      } else {
        ended = true;
        failure = next.failure;
        trailing = next.trailing;
        splitter.finish(failure !== null);
        yield* itemsOf(splitter);
      }
    }
  } finally {
    await chunks.return({ damage: null, trailing: 0 });
  }
  // Of several ranges that reach the end one says what is there.
  if (!last) return;
  if (failure !== null) yield unreadable(position, failure);
  if (trailing > 0) {
    const reason = `${trailing} bytes behind the compressed data are not gzip`;
    yield { kind: 'garbage', name: '', offset: position, length: trailing, reason };
  }
}

async function nextChunk(
  file: OpenFile,
  chunks: AsyncGenerator<Buffer, GzipEnd>,
  position: number,
): Promise<Buffer | { readonly failure: HayrickError | null; readonly trailing: number }> {
  try {
    const next = await chunks.next();
    if (next.done !== true) return next.value;
    const { damage, trailing } = next.value;
    return { failure: damage === null ? null : damaged(file, damage, position), trailing };
  } catch (error) {
    if (error instanceof HayrickError) return { failure: error, trailing: 0 };
    throw error;
  }
}

function* itemsOf(splitter: MboxSplitter): Generator<ReadItem, void> {
  for (let item = splitter.next(); item !== null; item = splitter.next()) yield item;
}

function unreadable(offset: number, cause: unknown): ReadItem {
  if (!(cause instanceof HayrickError)) throw cause;
  return { kind: 'unreadable', name: '', offset, error: cause };
}
