import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import { readBlobPlaces } from './git-read.ts';
import { isMbox } from './kinds.ts';
import { MAILDIR_FOLDERS, maildirUnique } from './maildir.ts';
import { postmarkLineBytes, unescapeFrom, withoutBlankLine } from './mbox-text.ts';
import { pathOf } from './open-file.ts';
import { withAddressesOf } from './pipermail.ts';
import { POSTMARK_BYTES, parsePostmark } from './postmark.ts';
import { readExtents } from './read-extents.ts';
import { readMessageFile } from './read-message-file.ts';
import type { ReadOptions } from './read-options.ts';
import type { Extent, FileOfSource, RawMessage, ReadItem } from './source.ts';
import { trailingBytes } from './trailing-bytes.ts';

export type PlaceOptions = Pick<ReadOptions, 'messageBytes' | 'signal' | 'counters' | 'buffers'>;

/**
 * The message at one place. Of a packed file everything before it is unpacked: for several places use readPlaces. Whether it is still the message
 * that was indexed is for the caller to check, by its content hash.
 * A Maildir's file is also found after a move or a change of flags.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CHANGED (no message stands there any more)
 */
export async function readPlace(
  file: FileOfSource,
  place: Extent,
  options: Omit<PlaceOptions, 'buffers'> = {},
): Promise<RawMessage> {
  for await (const item of readPlaces(file, [place], options)) {
    if (item.kind === 'message') return item;
    throw item.kind === 'unreadable' ? item.error : changed(file, place);
  }
  throw changed(file, place);
}

/**
 * The messages at several places of one file, in one pass: one item for each, in their order, `message` or `unreadable`.
 * @param places by rising offset, none overlapping another
 * @param options with `buffers` a message's bytes are good until the next is asked for or reading ends
 */
export async function* readPlaces(
  file: FileOfSource,
  places: readonly Extent[],
  options: PlaceOptions = {},
): AsyncGenerator<ReadItem, void> {
  const { signal, counters, buffers, messageBytes = LIMITS.messageBytes } = options;
  if (file.kind === 'public-inbox') {
    yield* readBlobPlaces(file, places, options);
    return;
  }
  if (!isMbox(file.kind)) {
    const present = file.kind === 'maildir' ? { ...file, name: presentName(file) } : file;
    for (const place of places) {
      for await (const item of readMessageFile(present, options)) {
        if (item.kind === 'garbage') yield refuse(file.name, place, changed(file, place));
        else yield { ...item, name: file.name };
        // A damaged file gives what could be read, then the damage: one place, one item.
        break;
      }
    }
    return;
  }
  const limit = POSTMARK_BYTES + messageBytes;
  const extents = readExtents(file.path, places, limit, { signal, counters, buffers });
  for await (const [place, bytes] of extents) {
    const item = bytes instanceof HayrickError ? null : messageIn(place, bytes, messageBytes);
    if (item === null) {
      yield refuse(file.name, place, bytes instanceof HayrickError ? bytes : changed(file, place));
    } else {
      yield file.kind === 'pipermail' ? withAddressesOf(item) : item;
    }
  }
}

/**
 * The bytes at one place of one file as they stand, after decompression, at most `messageBytes`: to show what is in quarantine.
 * @throws HayrickError SOURCE_MISSING, SOURCE_UNREADABLE, SOURCE_CHANGED (the file is shorter)
 */
export async function readBytes(
  file: FileOfSource,
  place: Extent,
  options: Omit<PlaceOptions, 'buffers'> = {},
): Promise<Buffer> {
  if (file.kind === 'public-inbox') return Buffer.from((await readPlace(file, place, options)).bytes);
  const limit = options.messageBytes ?? LIMITS.messageBytes;
  for await (const [, read] of readExtents(pathOf(file), [place], limit, options)) {
    const bytes =
      read instanceof HayrickError && read.code === 'SOURCE_CHANGED'
        ? await trailingBytes(pathOf(file), place, limit, read, options)
        : read;
    if (bytes instanceof HayrickError) throw bytes;
    return bytes;
  }
  throw changed(file, place);
}

function messageIn(place: Extent, bytes: Buffer, limit: number): ReadItem | null {
  const text = postmarkLineBytes(bytes);
  if (text === 0) return null;
  const end = bytes.length < place.length ? bytes.length : withoutBlankLine(bytes, text, bytes.length);
  const cut = bytes.length < place.length || end - text > limit;
  const body = bytes.subarray(text, Math.min(end, text + limit));
  const line = bytes.toString('latin1', 'From '.length, text).trimEnd();
  const item = {
    kind: 'message',
    name: '',
    bytes: body.subarray(0, unescapeFrom(body)),
    offset: place.offset,
    length: place.length,
    placeDate: parsePostmark(line)?.date ?? null,
  } as const;
  return cut ? { ...item, cut: true } : item;
}

/** The name under which a Maildir now has the file that bore `name`. */
function presentName({ path, name }: FileOfSource): string {
  if (existsSync(join(path, name))) return name;
  const unique = maildirUnique(name);
  for (const folder of MAILDIR_FOLDERS) {
    try {
      const found = readdirSync(join(path, folder)).find((other) => maildirUnique(other) === unique);
      if (found !== undefined) return `${folder}/${found}`;
    } catch {
      // A folder that cannot be listed: reading the file under its old name says what is wrong.
    }
  }
  return name;
}

function refuse(name: string, place: Extent, error: HayrickError): ReadItem {
  return { kind: 'unreadable', name, offset: place.offset, error };
}

function changed(file: FileOfSource, place: Extent): HayrickError {
  return new HayrickError(
    'SOURCE_CHANGED',
    `${pathOf(file)} no longer has a message at byte ${place.offset}. Run update_index.`,
  );
}
