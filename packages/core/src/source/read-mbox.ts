import { setImmediate } from 'node:timers/promises';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { compressionOf } from './compression.ts';
import { HEAD_BYTES, mayBearLengths } from './content-length.ts';
import { closeFile, type OpenFile, openFile, readAt, sizeOf } from './open-file.ts';
import { damaged, readPacked } from './packed.ts';
import type { ReadOptions } from './read-options.ts';
import { LOOK_BEHIND } from './separator.ts';
import type { ReadItem } from './source.ts';
import { MboxSplitter, OPENING_BYTES, type SplitOptions } from './split-mbox.ts';
import type { Packing, Unpacking } from './unpacking.ts';

/** A window that stays in the processor's cache is read faster than one of many MiB. */
const WINDOW_BYTES = 1024 * 1024;

/**
 * The messages of an mbox file, plain or packed (by its magic bytes), in their order. Memory is bounded by the longest message, `messageBytes` at most.
 * Ranges of a plain file are sought; of a packed one, and of one with Content-Length headers, everything before `from` is read and passed over.
 *
 * Trouble with the file is an item, `unreadable`, the last one, behind everything that could be read (a torn last message is marked as cut);
 * what stands before the first separator, and what trails a packed file, is `garbage`. Blank lines at the start are neither. Throws only for `signal`.
 */
export async function* readMbox(path: string, options: ReadOptions = {}): AsyncGenerator<ReadItem, void> {
  const { from = 0, messageBytes = LIMITS.messageBytes, windowBytes = WINDOW_BYTES, signal } = options;
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
    const range = { from, to, messageBytes, windowBytes };
    const packing = compressionOf(file);
    yield* packing === 'none' ? readPlain(file, range, signal) : readUnpacked(file, packing, range, signal);
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    yield unreadable(0, error);
  } finally {
    closeFile(file);
  }
}

type Range = Pick<SplitOptions, 'from' | 'to' | 'messageBytes' | 'windowBytes'>;

async function* readPlain(
  file: OpenFile,
  range: Range,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadItem, void> {
  const size = sizeOf(file);
  const head = Buffer.allocUnsafe(Math.min(HEAD_BYTES, size));
  const lengths = mayBearLengths(head.subarray(0, readAt(file, head, 0)));
  const base = baseOf(range, lengths);
  const windowBytes = Math.min(range.windowBytes, size + 1);
  const splitter = new MboxSplitter({ ...range, windowBytes, base, lengths });
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
    if (ended && failure === null && position < size && position < range.to) failure = shrunk(file, position);
    if (ended) splitter.finish(failure !== null);
    yield* itemsOf(splitter);
    // Reading is synchronous: let the thread hear of an abort, and its other work go on.
    if (!ended) await setImmediate();
  }
  if (failure !== null) yield unreadable(position, failure);
}

/** Where reading must begin to know which lines in a range separate. */
function baseOf({ from }: Range, lengths: boolean): number {
  // Close to the start the first line's own rules may hold: read it too, and leave it out again.
  return lengths || from <= OPENING_BYTES + LOOK_BEHIND ? 0 : from - LOOK_BEHIND;
}

async function* readUnpacked(
  file: OpenFile,
  packing: Packing,
  range: Range,
  signal: AbortSignal | undefined,
): AsyncGenerator<ReadItem, void> {
  const chunks = readPacked(file, packing);
  let position = 0;
  try {
    const { head, end: early } = await readHead(file, chunks);
    const lengths = mayBearLengths(head.subarray(0, HEAD_BYTES));
    const base = baseOf(range, lengths);
    const windowBytes = Math.min(range.windowBytes, WINDOW_BYTES);
    const splitter = new MboxSplitter({ ...range, windowBytes, base, lengths });
    let next: Buffer | End = head;
    for (let end = early; !splitter.done; next = end ?? (await nextChunk(file, chunks, position))) {
      signal?.throwIfAborted();
      if (!Buffer.isBuffer(next)) {
        splitter.finish(next.failure !== null);
        yield* itemsOf(splitter);
        // Of several ranges that reach the end one says what is there.
        if (range.to === Number.POSITIVE_INFINITY) yield* endOf(next, position);
        return;
      }
      let chunk = next.subarray(Math.max(0, base - position));
      position += next.length;
      while (chunk.length > 0 && !splitter.done) {
        const taken = chunk.copy(splitter.room());
        splitter.filled(taken);
        chunk = chunk.subarray(taken);
        yield* itemsOf(splitter);
      }
    }
  } finally {
    await chunks.return({ damage: null, trailing: 0 });
  }
}

/** How a packed file ended. */
interface End {
  readonly failure: HayrickError | null;
  readonly trailing: number;
}

/** The first HEAD_BYTES and what came along with them; all there is, and how it ended, where that is less. */
async function readHead(file: OpenFile, chunks: Unpacking): Promise<{ head: Buffer; end: End | null }> {
  const parts: Buffer[] = [];
  for (let bytes = 0; bytes < HEAD_BYTES; ) {
    const next = await nextChunk(file, chunks, bytes);
    if (!Buffer.isBuffer(next)) return { head: Buffer.concat(parts), end: next };
    parts.push(next);
    bytes += next.length;
  }
  const [only, ...others] = parts;
  return { head: only !== undefined && others.length === 0 ? only : Buffer.concat(parts), end: null };
}

async function nextChunk(file: OpenFile, chunks: Unpacking, position: number): Promise<Buffer | End> {
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

function* endOf({ failure, trailing }: End, position: number): Generator<ReadItem, void> {
  if (failure !== null) yield unreadable(position, failure);
  if (trailing > 0) {
    const reason = `${trailing} bytes behind the packed data are of no use`;
    yield { kind: 'garbage', name: '', offset: position, length: trailing, reason };
  }
}

function shrunk({ path }: OpenFile, position: number): HayrickError {
  const text = `${path} became shorter while it was read, and ends at byte ${position} now. The next update_index reads it anew.`;
  return new HayrickError('SOURCE_CHANGED', text);
}

function* itemsOf(splitter: MboxSplitter): Generator<ReadItem, void> {
  for (let item = splitter.next(); item !== null; item = splitter.next()) yield item;
}

function unreadable(offset: number, cause: unknown): ReadItem {
  if (!(cause instanceof HayrickError)) throw cause;
  return { kind: 'unreadable', name: '', offset, error: cause };
}
