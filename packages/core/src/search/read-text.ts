import PQueue from 'p-queue';
import type { Access } from '../backend/backend.ts';
import type { MessageRecord, PlaceRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { idOf, type Scan, scanMessage } from '../message/index.ts';
import { type PlaceOptions, readPlaces, statFile } from '../source/index.ts';

export interface MessageToRead {
  readonly id: string;
  readonly place: PlaceRecord;
}

/** Messages to be read from one file. */
export interface FileToRead {
  readonly file: PlaceRecord;
  /** By rising offset. */
  readonly messages: readonly MessageToRead[];
}

/** The copy to read a message from: one in an archive that may be read, in a file that can be sought if there is one. */
export function readablePlace(record: MessageRecord, access: Access): PlaceRecord | null {
  const readable = record.places.filter((p) => access.archives.includes(p.archive));
  return readable.find((p) => p.compression === 'none') ?? readable[0] ?? null;
}

/** Where messages are to be read, file by file. One without a copy that may be read is left out. */
export function filesToRead(records: readonly MessageRecord[], access: Access): readonly FileToRead[] {
  return byFile(
    records.flatMap((record) => {
      const place = readablePlace(record, access);
      return place === null ? [] : [{ id: record.id, place }];
    }),
  );
}

export function byFile(messages: readonly MessageToRead[]): readonly FileToRead[] {
  const files = Map.groupBy(messages, ({ place }) => `${place.path}\0${place.name}`);
  return [...files.values()].flatMap((of): FileToRead[] => {
    const [first] = of;
    if (first === undefined) return [];
    return [{ file: first.place, messages: of.sort((a, b) => a.place.offset - b.place.offset) }];
  });
}

/** Whether the file of a place is as it was when the message was found there. Of others nobody knows whether it still is. */
export function isAsRead(place: PlaceRecord): boolean {
  try {
    const file = statFile(place);
    return file !== null && `${file.size}:${file.mtimeNs}` === place.stamp;
  } catch (error) {
    if (error instanceof HayrickError) return false;
    throw error;
  }
}

/** Packed files are unpacked on threads beside ours; each that is being read holds a few MiB. */
const FILES_AT_ONCE = 4;

/**
 * What is made of messages that are read again from their sources, by id: one pass over each file. What its source no longer holds is left out.
 * @param headers declared ones, lower case
 * @param make gets a message, whose bytes are good until it returns
 */
export async function readTexts<T>(
  files: readonly FileToRead[],
  headers: readonly string[],
  make: (message: Scan) => T,
  { signal, buffers }: Pick<PlaceOptions, 'signal' | 'buffers'> = {},
): Promise<ReadonlyMap<string, T>> {
  const made = new Map<string, T>();
  const readFile = async ({ file, messages }: FileToRead): Promise<void> => {
    const known = file.settled && isAsRead(file);
    const places = messages.map(({ place }) => place);
    const found: (readonly [string, T])[] = [];
    let next = 0;
    for await (const raw of readPlaces(file, places, { signal, buffers })) {
      const id = messages[next++]?.id;
      if (raw.kind !== 'message' || id === undefined) continue;
      const scan = scanMessage(raw.bytes);
      // To name a message anew takes as long as to read its text: needless where nothing can have changed.
      if (known || idOf(scan, headers) === id) found.push([id, make(scan)]);
    }
    if (known && !isAsRead(file)) return readFile({ file: { ...file, settled: false }, messages });
    for (const [id, one] of found) made.set(id, one);
  };
  const queue = new PQueue({ concurrency: FILES_AT_ONCE });
  await queue.addAll(files.map((file) => () => readFile(file)));
  return made;
}
