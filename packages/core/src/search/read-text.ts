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

/**
 * Messages read again from their sources, by id: one pass over each file. What its source no longer holds is left out.
 */
export async function readMessages(
  records: readonly MessageRecord[],
  access: Access,
  fields: readonly DeclaredField[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, Message>> {
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
  const messages = new Map<string, Message>();
  for (const items of byFile.values()) {
    items.sort((a, b) => a.place.offset - b.place.offset);
    const [first] = items;
    if (first === undefined) continue;
    let next = 0;
    for await (const raw of readPlaces(
      first.place,
      items.map((i) => i.place),
      { signal },
    )) {
      const item = items[next++];
      if (raw.kind !== 'message' || item === undefined) continue;
      const scan = scanMessage(raw.bytes);
      const identity = identify(scan, headers);
      if (identity.id === item.id) messages.set(item.id, readMessage(scan, identity, headers));
    }
  }
  return messages;
}
