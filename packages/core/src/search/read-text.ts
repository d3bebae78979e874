import PQueue from 'p-queue';
import type { Access } from '../backend/backend.ts';
import type { MessageRecord, PlaceRecord } from '../catalog/catalog.ts';
import { identify, type Message, readMessage, scanMessage } from '../message/index.ts';
import { readPlaces } from '../source/index.ts';

/** Messages to be read from one file. */
export interface FileToRead {
  readonly file: PlaceRecord;
  /** By rising offset. */
  readonly messages: readonly { readonly id: string; readonly place: PlaceRecord }[];
}

/** The copy to read a message from: one in an archive that may be read, in a file that can be sought if there is one. */
export function readablePlace(record: MessageRecord, access: Access): PlaceRecord | null {
  const readable = record.places.filter((p) => access.archives.includes(p.archive));
  return readable.find((p) => p.compression === 'none') ?? readable[0] ?? null;
}

/** Where messages are to be read, file by file. One without a copy that may be read is left out. */
export function filesToRead(records: readonly MessageRecord[], access: Access): readonly FileToRead[] {
  const byFile = new Map<string, { id: string; place: PlaceRecord }[]>();
  for (const record of records) {
    const place = readablePlace(record, access);
    if (place === null) continue;
    const key = `${place.path}\0${place.name}`;
    const messages = byFile.get(key) ?? [];
    messages.push({ place, id: record.id });
    byFile.set(key, messages);
  }
  return [...byFile.values()].flatMap((messages): FileToRead[] => {
    const [first] = messages;
    if (first === undefined) return [];
    return [{ file: first.place, messages: messages.sort((a, b) => a.place.offset - b.place.offset) }];
  });
}

/** Packed files are unpacked on threads beside ours; each that is being read holds a few MiB. */
const FILES_AT_ONCE = 4;

/**
 * What is made of messages that are read again from their sources, by id: one pass over each file. What its source no longer holds is left out.
 * @param headers declared ones, lower case
 * @param make gets a message whose bytes are good until it returns
 */
export async function readTexts<T>(
  files: readonly FileToRead[],
  headers: readonly string[],
  make: (message: Message) => T,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, T>> {
  const made = new Map<string, T>();
  const readFile = async ({ file, messages }: FileToRead) => {
    let next = 0;
    for await (const raw of readPlaces(
      file,
      messages.map(({ place }) => place),
      { signal },
    )) {
      const id = messages[next++]?.id;
      if (raw.kind !== 'message' || id === undefined) continue;
      const scan = scanMessage(raw.bytes);
      const identity = identify(scan, headers);
      if (identity.id === id) made.set(id, make(readMessage(scan, identity, headers)));
    }
  };
  const queue = new PQueue({ concurrency: FILES_AT_ONCE });
  await queue.addAll(files.map((file) => () => readFile(file)));
  return made;
}
