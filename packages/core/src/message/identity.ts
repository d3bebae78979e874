// Hot: bench/src/cases/parse.ts.
import { hash } from 'node:crypto';
import { parseDate } from './dates.ts';
import { decodeValue } from './encoded-word.ts';
import { headerValue, headerValues, REPEATED_HEADERS } from './header-block.ts';
import { receivedIn } from './header-dates.ts';
import type { Address, Identity, MessageProblem } from './message.ts';
import { ownMessageId, referencesOf } from './message-ids.ts';
import { partBytes, type Scan } from './mime-tree.ts';
import { addProblem } from './problems.ts';
import { addressesOfValue, type Remembered } from './remembered.ts';

export interface HashedIdentity extends Identity {
  /** 64 lower-case hex digits. */
  readonly contentHash: string;
}

const HASHED_HEADERS: readonly string[] = [
  'from',
  'to',
  'cc',
  'bcc',
  'subject',
  'date',
  'in-reply-to',
  'references',
];

/**
 * Who a message is: the first pass over an archive. No body text is decoded beyond its transfer encoding, and nothing is analysed.
 *
 * **Content hash**: SHA-256, as 64 hex digits, of these strings one behind the other, each written as its length in bytes in decimal, a colon
 * and the bytes:
 * 1. for each name of From, To, Cc, Bcc, Subject, Date, In-Reply-To, References, then the declared headers that are not among these, in lower
 *    case and sorted by code unit, each once: for every field of that name, in the order of the mail, the name in lower case and the value.
 *    The value: raw bytes that are UTF-8 read as such, others as Windows-1252; unfolded; encoded words (RFC 2047) decoded, blanks between two of
 *    them left out; then every character from U+0000 to U+0020 and U+007F taken out; UTF-8.
 * 2. an empty string;
 * 3. for each leaf part in order (a part that is neither a multipart with parts in it nor message/rfc822; parts of messages inside of the message
 *    count): its content type in lower case (`text/plain` where there is none that can be read), its decoded file name (empty where there is none),
 *    and the SHA-256, as 64 hex digits, of its bytes: transfer encoding undone; every line end (CR LF, CR alone, any run of CR before an LF) as LF; every line that begins with
 *    one or more `>` and then `From ` without those `>`; without the spaces, tabs and line ends at the end of the whole.
 *
 * So a copy with other line ends, folding, transfer encoding, trace headers or mbox escapes has the same hash.
 *
 * **id**: the first 16 bytes, as 32 hex digits, of SHA-256 over the Message-ID (without brackets, UTF-8) and the content hash (64 hex digits), each
 * written with its length as above. A mail without Message-ID has `HASH@missing.invalid`, HASH being its content hash.
 * @param declaredHeaders names of headers that the settings declare as fields, in any case
 */
export function identify(scan: Scan, declaredHeaders: readonly string[]): HashedIdentity {
  const { header } = scan;
  const problems: MessageProblem[] = [...scan.problems];
  const { contentHash, declaredId, ownId, messageId } = nameOf(scan, declaredHeaders);
  if (ownId === null) addProblem(problems, 'message-id-missing', declaredId ?? 'no Message-ID');
  else if (!declaredId?.includes('<')) addProblem(problems, 'message-id-unbracketed', declaredId ?? '');
  const people = () =>
    new Set(
      ['from', 'to', 'cc'].flatMap((name) =>
        addressesOf(scan, name, []).map(({ address }) => address.toLowerCase()),
      ),
    );
  const inReplyTo = headerValues(header, 'in-reply-to');
  const references = referencesOf(headerValues(header, 'references'), inReplyTo, people);
  if (references.cut) addProblem(problems, 'references-cut', 'older ones are left out');
  return {
    id: hashId(messageId, contentHash),
    contentHash,
    messageId,
    subject: decodeValue(headerValue(header, 'subject') ?? ''),
    // Of repeated From, Subject and Message-ID headers the first counts; To, Cc and Bcc add up.
    from: addressesIn(headerValues(header, 'from').slice(0, 1), 'from', problems, header.remembered),
    dateHeader: dateOf(headerValue(header, 'date'), problems),
    receivedHeader: receivedIn(header),
    references: references.ids,
    filenames: scan.parts.flatMap((part) => (part.filename === '' ? [] : [part.filename])),
    problems,
  };
}

/** The id alone, as `identify` gives it: enough to see whether a message is still the one that was read. */
export function idOf(scan: Scan, declaredHeaders: readonly string[]): string {
  const { messageId, contentHash } = nameOf(scan, declaredHeaders);
  return hashId(messageId, contentHash);
}

function nameOf(scan: Scan, declaredHeaders: readonly string[]) {
  const contentHash = hashContent(scan, declaredHeaders);
  const declaredId = headerValue(scan.header, 'message-id');
  const ownId = declaredId === null ? null : ownMessageId(declaredId);
  return { contentHash, declaredId, ownId, messageId: ownId ?? `${contentHash}@missing.invalid` };
}

function hashId(messageId: string, contentHash: string): string {
  return hash('sha256', `${counted(messageId)}${counted(contentHash)}`).slice(0, 32);
}

/** Addresses of all fields of that name. */
export function addressesOf(scan: Scan, name: string, problems: MessageProblem[]): readonly Address[] {
  return addressesIn(headerValues(scan.header, name), name, problems, scan.header.remembered);
}

function addressesIn(
  values: readonly string[],
  name: string,
  problems: MessageProblem[],
  remembered: Remembered | null,
): readonly Address[] {
  const lists = values.map((value) => {
    const { addresses, cut } = addressesOfValue(value, remembered);
    if (cut) addProblem(problems, 'addresses-cut', name);
    if (addresses.some((address) => !address.address.includes('@')))
      addProblem(problems, 'address-garbled', value);
    return addresses;
  });
  // A list by itself is left as it is: who meets the same one again may know it.
  const [only, ...others] = lists;
  return only === undefined || others.length > 0 ? lists.flat() : only;
}

function dateOf(value: string | null, problems: MessageProblem[]): number | null {
  if (value === null) {
    addProblem(problems, 'date-missing', 'no Date');
    return null;
  }
  const date = parseDate(value);
  if (date === null) addProblem(problems, 'date-unreadable', value);
  else if (!date.zoneKnown) addProblem(problems, 'date-zone-unknown', value);
  return date?.seconds ?? null;
}

function hashContent(scan: Scan, declaredHeaders: readonly string[]): string {
  const names = declaredHeaders.length === 0 ? HASHED_HEADERS : hashedNames(declaredHeaders);
  let text = '';
  for (const name of names) {
    const remembered = REPEATED_HEADERS.has(name) ? scan.header.remembered : null;
    for (const value of headerValues(scan.header, name)) {
      text += counted(name) + (remembered?.hashed(value, hashedValue) ?? hashedValue(value));
    }
  }
  text += counted('');
  for (const part of scan.parts) {
    if (!part.leaf) continue;
    const bytes = withoutEnd(withoutEscapes(partBytes(scan, part)));
    // A part by its own digest: one call over bytes where they lie is far cheaper than a hash object that is fed.
    text += counted(part.type) + counted(part.filename) + counted(hash('sha256', bytes));
  }
  return hash('sha256', text);
}

function hashedValue(value: string): string {
  return counted(decodeValue(value).replaceAll(' ', ''));
}

function hashedNames(declaredHeaders: readonly string[]): readonly string[] {
  const declared = new Set(declaredHeaders.map((name) => name.toLowerCase()));
  return [...HASHED_HEADERS, ...[...declared].filter((name) => !HASHED_HEADERS.includes(name)).sort()];
}

function counted(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`;
}

/** A mailbox may have put a `>` before `From ` at the start of a line, and not every reader takes it off. */
function withoutEscapes(bytes: Buffer): Buffer {
  let hit = bytes.indexOf('>From ');
  if (hit === -1) return bytes;
  const kept: Buffer[] = [];
  let copied = 0;
  for (; hit !== -1; hit = bytes.indexOf('>From ', hit + 6)) {
    let start = hit;
    while (start > copied && bytes[start - 1] === 62) start--;
    if (start !== 0 && bytes[start - 1] !== 10) continue;
    kept.push(bytes.subarray(copied, start));
    copied = hit + 1;
  }
  kept.push(bytes.subarray(copied));
  return kept.length === 1 ? bytes : Buffer.concat(kept);
}

function withoutEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0) {
    const byte = bytes[end - 1];
    if (byte !== 10 && byte !== 32 && byte !== 9) break;
    end--;
  }
  return bytes.subarray(0, end);
}
