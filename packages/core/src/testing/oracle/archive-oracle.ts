import type { Condition } from '../../backend/index.ts';
import { chooseDates, parseMessage } from '../../message/index.ts';
import { readSourceFile } from '../../source/index.ts';
import { matches } from './matches.ts';
import { oracleDocument } from './oracle-document.ts';

/** What the oracle knows of an archive of mbox files. */
export interface ArchiveFacts {
  readonly read: number;
  /** Ids of the messages under each Message-ID, one for every place, in their order. */
  readonly byMessageId: ReadonlyMap<string, readonly string[]>;
  /** By id: copies, earliest arrival, smallest size. */
  readonly messages: ReadonlyMap<string, MessagePlaces>;
}

interface MessagePlaces {
  readonly copies: number;
  readonly received: number;
  readonly size: number;
}

/** First pass: which messages there are, and what their places say. Keeps no text. */
export async function surveyArchive(files: readonly string[]): Promise<ArchiveFacts> {
  const byMessageId = new Map<string, string[]>();
  const messages = new Map<string, MessagePlaces>();
  let read = 0;
  for await (const { bytes, placeDate } of readMessages(files)) {
    read++;
    const { id, messageId, dateHeader, receivedHeader } = parseMessage(bytes);
    const { received } = chooseDates({ dateHeader, receivedHeader, placeDate });
    const ids = byMessageId.get(messageId);
    if (ids === undefined) byMessageId.set(messageId, [id]);
    else ids.push(id);
    const known = messages.get(id);
    messages.set(id, {
      copies: (known?.copies ?? 0) + 1,
      received: Math.min(known?.received ?? received, received),
      size: Math.min(known?.size ?? bytes.length, bytes.length),
    });
  }
  return { read, byMessageId, messages };
}

/**
 * Second pass: how many messages match each condition. One document is in memory at a time.
 * Every message is judged once, at its first place.
 */
export async function countMatches(
  files: readonly string[],
  archive: string,
  facts: ArchiveFacts,
  conditions: readonly Condition[],
): Promise<number[]> {
  const totals = conditions.map(() => 0);
  const judged = new Set<string>();
  for await (const { bytes } of readMessages(files)) {
    const message = parseMessage(bytes);
    const places = facts.messages.get(message.id);
    if (places === undefined || judged.has(message.id)) continue;
    judged.add(message.id);
    const document = oracleDocument(message, { archives: [archive], ...places });
    for (const [i, condition] of conditions.entries()) {
      if (matches(condition, document)) totals[i] = (totals[i] ?? 0) + 1;
    }
  }
  return totals;
}

async function* readMessages(
  files: readonly string[],
): AsyncGenerator<{ readonly bytes: Uint8Array; readonly placeDate: number | null }> {
  for (const path of files) {
    for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
      if (item.kind !== 'message')
        throw new Error(`${path} holds what is no message: ${JSON.stringify(item)}`);
      yield item;
    }
  }
}
