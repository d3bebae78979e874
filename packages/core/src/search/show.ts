import type { Access } from '../backend/backend.ts';
import type { Catalog, MessageRecord, PlaceRecord } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { identify, readMessage, scanMessage } from '../message/index.ts';
import { readPlace } from '../source/index.ts';
import { type KeptText, readKeptText, textIn } from '../store/index.ts';
import type { ShownMessage } from './answers.ts';
import { isoDate } from './hits.ts';
import { type KeptTexts, mayBeKept } from './kept-texts.ts';
import { isAsRead, readablePlace } from './read-text.ts';

/** The readable messages that a Message-ID (with or without brackets) or an id names; what may not be read is not there. */
export async function findMessages(
  catalog: Catalog,
  name: string,
  access: Access,
): Promise<readonly MessageRecord[]> {
  const bare = bareName(name);
  const byId = /^[0-9a-f]{32}$/.test(bare) ? await catalog.messages([bare]) : [];
  const found = byId.length > 0 ? byId : await catalog.messagesOf(bare);
  const readable = found.filter((m) => m.archives.some((a) => access.archives.includes(a)));
  if (readable.length === 0) {
    throw unknownMessage(bare);
  }
  return readable;
}

/** A Message-ID as people write it, or an id. */
export function bareName(name: string): string {
  return name.trim().replace(/^<(.*)>$/s, '$1');
}

export function unknownMessage(bare: string): HayrickError {
  return new HayrickError(
    'MESSAGE_UNKNOWN',
    `There is no message "${bare}". A Message-ID stands in a mail's header and in the answers of search --format ids.`,
  );
}

export function ambiguousMessage(bearing: readonly { readonly id: string }[]): HayrickError {
  return new HayrickError(
    'MESSAGE_AMBIGUOUS',
    `Several messages bear this Message-ID; name one by its id: ${bearing.map(({ id }) => id).join(', ')}.`,
  );
}

export interface ShowOptions {
  readonly access: Access;
  readonly fields: readonly DeclaredField[];
  readonly texts: KeptTexts;
  /** The raw message is asked for as well. */
  readonly raw: boolean;
}

/**
 * A message to be shown: from what is kept of it, else from its source, parsed in full.
 * @throws HayrickError SOURCE_CHANGED, SOURCE_MISSING, SOURCE_UNREADABLE
 */
export async function showMessage(record: MessageRecord, options: ShowOptions): Promise<ShownMessage> {
  const place = readablePlace(record, options.access);
  if (place === null) throw changed(record);
  const kept = options.raw ? null : await keptText(record.id, place, options.texts);
  const said = kept === null ? await readWhole(record, place, options) : saidBy(record, kept);
  return {
    id: record.id,
    messageId: record.messageId,
    archives: record.archives.filter((a) => options.access.archives.includes(a)),
    subject: said.subject,
    from: said.from,
    to: said.to,
    cc: said.cc,
    date: isoDate(record.date),
    received: isoDate(place.received),
    size: place.size,
    text: said.text,
    attachments: said.attachments,
    places: record.places
      .filter((p) => options.access.archives.includes(p.archive))
      .map(({ archive, path, name, offset, length }) => ({
        archive,
        path: name === '' ? path : `${path}/${name}`,
        offset,
        length,
      })),
    problems: said.problems,
    raw: said.raw,
  };
}

type Said = Pick<
  ShownMessage,
  'subject' | 'from' | 'to' | 'cc' | 'text' | 'attachments' | 'problems' | 'raw'
>;

/** Null where it is not kept, or not whole, or its file has changed. */
async function keptText(id: string, place: PlaceRecord, texts: KeptTexts): Promise<KeptText | null> {
  if (!mayBeKept(texts.mode, place) || !isAsRead(place)) return null;
  const bytes = textIn((await texts.blocksOf([id])).get(id) ?? [], id);
  const text = bytes === null ? null : readKeptText(bytes);
  return text === null || text.cut ? null : text;
}

function saidBy({ subject, from }: MessageRecord, { text, to, cc, attachments, problems }: KeptText): Said {
  const body = text.filter(({ kind }) => kind !== 'attached').map(({ bytes }) => Buffer.from(bytes));
  return {
    subject,
    from,
    to,
    cc,
    text: Buffer.concat(body).toString(),
    attachments,
    problems,
    raw: null,
  };
}

async function readWhole(
  record: MessageRecord,
  place: PlaceRecord,
  { fields, raw: wanted }: ShowOptions,
): Promise<Said> {
  const raw = await readPlace(place, place);
  const headers = fields.map((f) => f.header.toLowerCase());
  const scan = scanMessage(raw.bytes);
  const identity = identify(scan, headers);
  if (identity.id !== record.id) throw changed(record);
  const { subject, from, to, cc, problems } = readMessage(scan, identity, headers);
  const bytes = Buffer.from(raw.bytes);
  // Here: every other command would load it for nothing.
  const { simpleParser } = await import('mailparser');
  const parsed = await simpleParser(bytes, { skipTextToHtml: true, skipImageLinks: true });
  const attachments = parsed.attachments.map((a) => ({
    filename: a.filename ?? '',
    type: a.contentType,
    bytes: a.size,
  }));
  return {
    subject,
    from,
    to,
    cc,
    text: parsed.text ?? '',
    attachments,
    problems,
    raw: wanted ? bytes : null,
  };
}

function changed({ messageId }: MessageRecord): HayrickError {
  return new HayrickError(
    'SOURCE_CHANGED',
    `The source of ${messageId} changed since it was indexed. Run update_index.`,
  );
}
