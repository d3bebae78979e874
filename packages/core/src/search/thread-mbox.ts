import type { Access } from '../backend/backend.ts';
import type { MessageRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { identify, scanMessage } from '../message/index.ts';
import { mboxrdEntry, readPlaces } from '../source/index.ts';
import { filesToRead, readablePlace } from './read-text.ts';

/** Mail that is held at a time: what is read together is read in one pass over each file. One message may be larger. */
const WINDOW_BYTES = 16 * 1024 * 1024;

/**
 * Messages from their sources as one mboxrd, a piece for each, in the order given. What its source no longer holds is left out, and told at the end.
 * @throws HayrickError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE behind all that could be read
 */
export async function* writeMbox(
  records: readonly MessageRecord[],
  access: Access,
  fields: readonly DeclaredField[],
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const headers = fields.map(({ header }) => header.toLowerCase());
  const lost: MessageRecord[] = [];
  let failure: HayrickError | null = null;
  for (const window of windowsOf(records, access)) {
    const { entries, error } = await readWindow(window, access, headers, signal);
    failure ??= error;
    for (const record of window) {
      const entry = entries.get(record.id);
      if (entry === undefined) lost.push(record);
      else yield entry;
    }
  }
  const [first] = lost;
  if (first === undefined) return;
  const names = lost.length === 1 ? first.messageId : `${first.messageId} and ${lost.length - 1} more`;
  throw new HayrickError(
    failure?.code ?? 'SOURCE_CHANGED',
    `${lost.length} of ${records.length} messages are left out (${names}). ${failure?.message ?? 'Their source changed since it was indexed. Run update_index.'}`,
  );
}

function* windowsOf(records: readonly MessageRecord[], access: Access): Generator<readonly MessageRecord[]> {
  let window: MessageRecord[] = [];
  let bytes = 0;
  for (const record of records) {
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
