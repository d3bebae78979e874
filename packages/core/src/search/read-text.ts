import { setImmediate } from 'node:timers/promises';
import PQueue from 'p-queue';
import type { Access } from '../backend/backend.ts';
import type { MessageRecord, PlaceRecord } from '../catalog/catalog.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { identify, type Message, readMessage, scanMessage } from '../message/index.ts';
import { readPlaces } from '../source/index.ts';

/** The copy to read a message from: one in an archive that may be read, in a file that can be sought if there is one. */
export function readablePlace(record: MessageRecord, access: Access): PlaceRecord | null {
  const readable = record.places.filter((p) => access.archives.includes(p.archive));
  return readable.find((p) => p.compression === 'none') ?? readable[0] ?? null;
}

/** Packed files are unpacked on threads beside ours; each that is being read holds a few MiB. */
const FILES_AT_ONCE = 4;

/**
 * What is made of messages that are read again from their sources, by id: one pass over each file. What its source no longer holds is left out.
 * @param make gets a message whose bytes are good until it returns
 */
export async function readMessages<T>(
  records: readonly MessageRecord[],
  access: Access,
  fields: readonly DeclaredField[],
  make: (message: Message) => T,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, T>> {
  const byFile = new Map<string, { place: PlaceRecord; id: string }[]>();
  for (const record of records) {
    const place = readablePlace(record, access);
    if (place === null) continue;
    const key = `${place.path}\0${place.name}`;
    const items = byFile.get(key) ?? [];
    items.push({ place, id: record.id });
    byFile.set(key, items);
  }
  const headers = fields.map((f) => f.header.toLowerCase());
  const made = new Map<string, T>();
  const readFile = async (items: readonly { place: PlaceRecord; id: string }[]) => {
    const inOrder = items.toSorted((a, b) => a.place.offset - b.place.offset);
    const [first] = inOrder;
    if (first === undefined) return;
    let next = 0;
    for await (const raw of readPlaces(
      first.place,
      inOrder.map((i) => i.place),
      { signal },
    )) {
      const item = inOrder[next++];
      if (raw.kind !== 'message' || item === undefined) continue;
      const scan = scanMessage(raw.bytes);
      const identity = identify(scan, headers);
      if (identity.id === item.id) made.set(item.id, make(readMessage(scan, identity, headers)));
      // A page of messages in one go would stop the program that we are in.
      await setImmediate();
    }
  };
  const queue = new PQueue({ concurrency: FILES_AT_ONCE });
  await queue.addAll([...byFile.values()].map((items) => () => readFile(items)));
  return made;
}
