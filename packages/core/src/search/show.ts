import { simpleParser } from 'mailparser';
import type { Access } from '../backend/backend.ts';
import type { Catalog, MessageRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { identify, readMessage, scanMessage } from '../message/index.ts';
import { readPlace } from '../source/index.ts';
import type { ShownMessage } from './answers.ts';
import { isoDate } from './hits.ts';
import { readablePlace } from './read-text.ts';

/** The readable messages that a Message-ID (with or without brackets) or an id names; what may not be read is not there. */
export async function findMessages(
  catalog: Catalog,
  name: string,
  access: Access,
): Promise<readonly MessageRecord[]> {
  const bare = name.trim().replace(/^<(.*)>$/s, '$1');
  const byId = /^[0-9a-f]{32}$/.test(bare) ? await catalog.messages([bare]) : [];
  const found = byId.length > 0 ? byId : await catalog.messagesOf(bare);
  const readable = found.filter((m) => m.archives.some((a) => access.archives.includes(a)));
  if (readable.length === 0) {
    throw new HayrickError(
      'MESSAGE_UNKNOWN',
      `There is no message "${bare}". A Message-ID stands in a mail's header and in the answers of search --format ids.`,
    );
  }
  return readable;
}

/** A message from its source, parsed in full. @throws HayrickError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE */
export async function showMessage(
  record: MessageRecord,
  access: Access,
  fields: readonly DeclaredField[],
): Promise<ShownMessage> {
  const place = readablePlace(record, access);
  const changed = () =>
    new HayrickError(
      'SOURCE_CHANGED',
      `The source of ${record.messageId} changed since it was indexed. Run update_index.`,
    );
  if (place === null) throw changed();
  const raw = await readPlace(place, place);
  const headers = fields.map((f) => f.header.toLowerCase());
  const scan = scanMessage(raw.bytes);
  const identity = identify(scan, headers);
  if (identity.id !== record.id) throw changed();
  const message = readMessage(scan, identity, headers);
  const parsed = await simpleParser(Buffer.from(raw.bytes), { skipTextToHtml: true, skipImageLinks: true });
  return {
    id: record.id,
    messageId: record.messageId,
    archives: record.archives.filter((a) => access.archives.includes(a)),
    subject: message.subject,
    from: message.from,
    to: message.to,
    cc: message.cc,
    date: isoDate(record.date),
    received: isoDate(place.received),
    size: place.size,
    text: parsed.text ?? '',
    attachments: parsed.attachments.map((a) => ({
      filename: a.filename ?? '',
      type: a.contentType,
      bytes: a.size,
    })),
    places: record.places
      .filter((p) => access.archives.includes(p.archive))
      .map(({ archive, path, name, offset, length }) => ({
        archive,
        path: name === '' ? path : `${path}/${name}`,
        offset,
        length,
      })),
    problems: message.problems,
    raw: Buffer.from(raw.bytes),
  };
}
