import type { Access } from '../backend/backend.ts';
import type { Catalog, MessageRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { identify, scanMessage } from '../message/index.ts';
import { mboxrdEntry, readPlaces } from '../source/index.ts';
import { filesToRead, readablePlace } from './read-text.ts';

/** Mail that is held at a time: what is read together is read in one pass over each file. One message may be larger. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/** Messages whose records are read from the catalog at a time. */
const PAGE = 500;

/**
 * Messages from their sources as one mboxrd, a piece for each, in the order given. What its source no longer holds is left out, and told at the end.
 * @throws HayrickError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE behind all that could be read
 */
export async function* writeMbox(
  records: AsyncIterable<MessageRecord> | Iterable<MessageRecord>,
  access: Access,
  fields: readonly DeclaredField[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers = fields.map(({ header }) => header.toLowerCase());
  let given = 0;
  let lost = 0;
  let first: string | null = null;
  let failure: HayrickError | null = null;
  for await (const window of windowsOf(records, access)) {
    const { entries, error } = await readWindow(window, access, headers, signal);
    failure ??= error;
    given += window.length;
    for (const record of window) {
      const entry = entries.get(record.id);
      if (entry !== undefined) yield entry;
      else {
        lost++;
        first ??= record.messageId;
      }
    }
  }
  if (first === null) return;
  const names = lost === 1 ? first : `${first} and ${lost - 1} more`;
  throw new HayrickError(
    failure?.code ?? 'SOURCE_CHANGED',
    `${lost} of ${given} messages are left out (${names}). ${failure?.message ?? 'Their source changed since it was indexed. Run update_index.'}`,
  );
}

/** The records of messages by id, in their order, a page of them at a time. What is not there, or may not be read, is left out. */
export async function* recordsOfIds(
  catalog: Catalog,
  messages: AsyncIterable<{ readonly id: string }> | Iterable<{ readonly id: string }>,
  access: Access,
): AsyncGenerator<MessageRecord> {
  let ids: string[] = [];
  const load = async (): Promise<readonly MessageRecord[]> => {
    const records = new Map((await catalog.messages(ids)).map((record) => [record.id, record]));
    const found = ids.flatMap((id) => records.get(id) ?? []);
    ids = [];
    return found.filter(({ archives }) => archives.some((name) => access.archives.includes(name)));
  };
  for await (const { id } of messages) {
    ids.push(id);
    if (ids.length >= PAGE) yield* await load();
  }
  yield* await load();
}

async function* windowsOf(
  records: AsyncIterable<MessageRecord> | Iterable<MessageRecord>,
  access: Access,
): AsyncGenerator<readonly MessageRecord[]> {
  let window: MessageRecord[] = [];
  let bytes = 0;
  for await (const record of records) {
    const length = readablePlace(record, access)?.length ?? 0;
    if (window.length > 0 && bytes + length > WINDOW_BYTES) {
      yield window;
      window = [];
      bytes = 0;
    }
    window.push(record);
    bytes += length;
  }
  if (window.length > 0) yield window;
}

async function readWindow(
  records: readonly MessageRecord[],
  access: Access,
  headers: readonly string[],
  signal: AbortSignal | undefined,
): Promise<{ readonly entries: ReadonlyMap<string, Buffer>; readonly error: HayrickError | null }> {
  const senders = new Map(records.map(({ id, from }) => [id, from[0]?.address ?? '']));
  const entries = new Map<string, Buffer>();
  let error: HayrickError | null = null;
  for (const { file, messages } of filesToRead(records, access)) {
    const places = messages.map(({ place }) => place);
    let next = 0;
    for await (const raw of readPlaces(file, places, { signal })) {
      const message = messages[next++];
      if (raw.kind === 'unreadable') error ??= raw.error;
      if (raw.kind !== 'message' || message === undefined) continue;
      if (identify(scanMessage(raw.bytes), headers).id !== message.id) continue;
      const { received } = message.place;
      entries.set(message.id, mboxrdEntry(raw.bytes, senders.get(message.id) ?? '', received));
    }
  }
  return { entries, error };
}
