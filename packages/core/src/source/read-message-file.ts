// Hot: bench/src/cases/read.ts.
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { compressionOfHead } from './compression.ts';
import { maildirDate } from './maildir.ts';
import { postmarkLineBytes } from './mbox-text.ts';
import { closeFile, type OpenFile, openFile, pathOf, readAt, sizeOf } from './open-file.ts';
import { damaged, readPacked } from './packed.ts';
import type { ReadOptions } from './read-options.ts';
import type { FileOfSource, ReadItem } from './source.ts';
import type { Packing } from './unpacking.ts';

/** Most messages fit. */
const FIRST_BYTES = 32 * 1024;

/**
 * The one message of a file of a Maildir or of .eml files, plain or packed. A leading postmark line is left out of the bytes. An empty file is
 * `garbage`; a file that is gone, cannot be read or is damaged is `unreadable`, behind what could be read of it. Throws only for `signal`.
 */
export async function* readMessageFile(
  source: FileOfSource,
  options: Pick<ReadOptions, 'messageBytes' | 'signal' | 'counters'> = {},
): AsyncGenerator<ReadItem, void> {
  const messageBytes = options.messageBytes ?? LIMITS.messageBytes;
  options.signal?.throwIfAborted();
  let file: OpenFile | null = null;
  try {
    file = openFile(pathOf(source), options.counters);
    const first = Buffer.allocUnsafeSlow(FIRST_BYTES);
    const head = first.subarray(0, readAt(file, first, 0));
    const compression = compressionOfHead(head);
    if (compression !== 'none') yield* readPackedMessage(source, file, compression, messageBytes);
    else if (head.length < FIRST_BYTES) yield messageOf(source, head.subarray(0, messageBytes), head.length);
    else {
      const whole = Buffer.allocUnsafeSlow(Math.min(Math.max(sizeOf(file), FIRST_BYTES), messageBytes));
      const read = readAt(file, whole, 0);
      yield messageOf(
        source,
        whole.subarray(0, read),
        read < whole.length ? read : Math.max(read, sizeOf(file)),
      );
    }
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    yield { kind: 'unreadable', name: source.name, offset: 0, error };
  } finally {
    if (file !== null) closeFile(file);
  }
}

async function* readPackedMessage(
  source: FileOfSource,
  file: OpenFile,
  packing: Packing,
  messageBytes: number,
): AsyncGenerator<ReadItem, void> {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let length = 0;
  const chunks = readPacked(file, packing);
  let next = await chunks.next();
  for (; next.done !== true; next = await chunks.next()) {
    const part = next.value.subarray(0, messageBytes - keptBytes);
    if (part.length > 0) kept.push(part);
    keptBytes += part.length;
    length += next.value.length;
  }
  const { damage } = next.value;
  if (length > 0 || damage === null) {
    const item = messageOf(source, Buffer.concat(kept, keptBytes), length);
    yield damage !== null && item.kind === 'message' ? { ...item, cut: true } : item;
  }
  if (damage === null) return;
  yield { kind: 'unreadable', name: source.name, offset: length, error: damaged(file, damage, length) };
}

function messageOf(source: FileOfSource, bytes: Buffer, length: number): ReadItem {
  const { name } = source;
  if (length === 0) return { kind: 'garbage', name, offset: 0, length, reason: 'the file is empty' };
  const placeDate = source.kind === 'maildir' ? maildirDate(name) : null;
  const item = {
    kind: 'message',
    name,
    bytes: bytes.subarray(postmarkLineBytes(bytes)),
    offset: 0,
    length,
    placeDate,
  } as const;
  return bytes.length < length ? { ...item, cut: true } : item;
}
