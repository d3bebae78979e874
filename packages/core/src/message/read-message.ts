// Hot: bench/src/cases/parse.ts.
import type { Flag } from '../fields/fields.ts';
import { type BodyText, readAttached, readBody } from './body-lines.ts';
import { toUtf8 } from './charset.ts';
import { decodeValue } from './encoded-word.ts';
import { joinFlowedLines, undoFlowed } from './flowed.ts';
import { headerValue, headerValues } from './header-block.ts';
import { htmlToText } from './html.ts';
import { addressesOf, identify } from './identity.ts';
import type { Identity, Message, MessageProblem, TextRun } from './message.ts';
import { type Part, partBytes, type Scan, scanMessage } from './mime-tree.ts';
import { addProblem } from './problems.ts';
import { isBlank } from './text-runs.ts';

/** Parts that sign, seal or describe a message: having one is no attachment. */
const SEALS: ReadonlySet<string> = new Set([
  'application/pgp-signature',
  'application/pgp-encrypted',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
  'application/pgp-keys',
]);
/** Types besides text/* that hold readable text. */
const READABLE: ReadonlySet<string> = new Set([
  'message/delivery-status',
  'message/disposition-notification',
  'message/feedback-report',
  'message/partial',
  'application/x-patch',
  'application/x-diff',
]);
/** Files that mailers send under application/octet-stream and that are text. */
const READABLE_NAME = /\.(?:patch|diff)$/i;
const MARKUP: ReadonlySet<string> = new Set([
  'text/html',
  'text/enriched',
  'text/richtext',
  'application/xhtml+xml',
  'text/x-amp-html',
  'text/watch-html',
]);

interface Reading {
  readonly text: TextRun[];
  readonly patches: Buffer[];
  readonly problems: MessageProblem[];
  /** UTF-8 text of parts that had to be looked at before their turn. */
  readonly decoded: Map<Part, Buffer>;
  html: boolean;
  attachment: boolean;
}

/**
 * Everything of a message. The text holds, part by part in their order: of text/plain and text/html the sender's words, quotes and signature; of
 * text that is attached (a disposition that says so, or a file name), of other text types, of reports, and of messages inside of the message
 * (their subject first) runs of kind `attached`. Of several forms of one content (multipart/alternative) only text/plain is read, or the HTML
 * where the plain text is blank or missing. Never throws.
 *
 * Runs are views of the scanned buffer where nothing had to be decoded: they are valid as long as that is.
 */
export function readMessage(scan: Scan, identity: Identity, declaredHeaders: readonly string[]): Message {
  const reading = readParts(scan, identity.problems);
  const { header } = scan;
  const isReply =
    identity.references.length > 0 ||
    (headerValue(header, 'in-reply-to') || headerValue(header, 'references') || '') !== '';
  const flags: Flag[] = [];
  if (reading.attachment) flags.push('attachment');
  if (reading.html) flags.push('html');
  if (reading.patches.length > 0) flags.push('patch');
  if (isReply) flags.push('reply');
  const headers: Record<string, readonly string[]> = {};
  for (const declared of declaredHeaders) {
    const name = declared.toLowerCase();
    const values = headerValues(header, name).map(decodeValue);
    if (values.length > 0) headers[name] = values;
  }
  return {
    id: identity.id,
    messageId: identity.messageId,
    subject: identity.subject,
    from: identity.from,
    dateHeader: identity.dateHeader,
    receivedHeader: identity.receivedHeader,
    references: identity.references,
    filenames: identity.filenames,
    to: addressesOf(scan, 'to', reading.problems),
    cc: addressesOf(scan, 'cc', reading.problems),
    bcc: addressesOf(scan, 'bcc', reading.problems),
    mime: [...new Set(scan.parts.map((part) => part.type))],
    flags,
    text: reading.text,
    patches: reading.patches,
    headers,
    problems: reading.problems,
  };
}

/** The text alone, as `readMessage` gives it. */
export function readText(scan: Scan): readonly TextRun[] {
  return readParts(scan, []).text;
}

/** What `readText` gives of bodies: their own words, quotes and signatures. */
export interface BodiesText {
  readonly text: readonly TextRun[];
  /** False: only the sender's words are those of the whole text, and as many of them as were asked for. */
  readonly whole: boolean;
  /** All that `readText` gives, the runs of each kind in their order; what was read is read again only where it is not whole. */
  all(): readonly TextRun[];
}

/**
 * The text of bodies alone, for who may not need the attached text: that is not decoded.
 * @param ownBytes how much of the sender's words is enough
 */
export function readBodies(scan: Scan, ownBytes: number): BodiesText {
  const reading = openReading([]);
  const { text } = reading;
  const withPlain = formsToRead(reading, scan);
  for (const part of scan.parts) {
    if (!isBody(part)) continue;
    const own = text.reduce((sum, { kind, bytes }) => sum + (kind === 'own' ? bytes.length : 0), 0);
    if (own >= ownBytes || !readLeaf(reading, scan, part, withPlain, ownBytes - own))
      return { text, whole: false, all: () => readText(scan) };
  }
  return {
    text,
    whole: true,
    all() {
      const aside: Reading = { ...reading, text: [] };
      for (const part of scan.parts) if (!isBody(part)) readPart(aside, scan, part, withPlain);
      return [...text, ...aside.text];
    },
  };
}

function readParts(scan: Scan, problems: readonly MessageProblem[]): Reading {
  const reading = openReading(problems);
  const withPlain = formsToRead(reading, scan);
  for (const part of scan.parts) readPart(reading, scan, part, withPlain);
  return reading;
}

function openReading(problems: readonly MessageProblem[]): Reading {
  return {
    text: [],
    patches: [],
    problems: [...problems],
    decoded: new Map(),
    html: false,
    attachment: false,
  };
}

/** Scan, identity and everything else in one. */
export function parseMessage(raw: Uint8Array, declaredHeaders: readonly string[] = []): Message {
  const scan = scanMessage(raw);
  return readMessage(scan, identify(scan, declaredHeaders), declaredHeaders);
}

/** Which parts are read: of each group of forms the plain text if it is not blank, else the markup. Null: there are no such groups. */
function formsToRead(reading: Reading, scan: Scan): ReadonlySet<number> | null {
  const { parts } = scan;
  if (!parts.some((part) => part.alternative !== -1)) return null;
  const withPlain = new Set<number>();
  for (const part of parts) {
    if (part.alternative === -1 || withPlain.has(part.alternative)) continue;
    if (!part.leaf || part.type !== 'text/plain' || isAttached(part)) continue;
    const bytes = decodedText(reading, scan, part);
    reading.decoded.set(part, bytes);
    if (!isBlank(bytes)) withPlain.add(part.alternative);
  }
  return withPlain;
}

function readPart(reading: Reading, scan: Scan, part: Part, withPlain: ReadonlySet<number> | null): void {
  if (part.filename !== '' || part.disposition === 'attachment') {
    const isWhole = part.depth === 0 && part.disposition !== 'attachment';
    if (!SEALS.has(part.type) && !isWhole && !part.embedded) reading.attachment = true;
  }
  if (part.inner !== null) {
    const subject = decodeValue(headerValue(part.inner, 'subject') ?? '');
    if (subject !== '') reading.text.push({ kind: 'attached', bytes: Buffer.from(subject, 'utf8') });
  }
  if (!part.leaf) return;
  if (part.type === 'text/html' && !isAttached(part)) reading.html = true;
  if (isReadable(part)) readLeaf(reading, scan, part, withPlain, Infinity);
}

/** The text of a part that can be read. Answers whether all of it was. */
function readLeaf(
  reading: Reading,
  scan: Scan,
  part: Part,
  withPlain: ReadonlySet<number> | null,
  ownBytes: number,
): boolean {
  const isMarkup = MARKUP.has(part.type);
  if (isMarkup && !isAttached(part) && withPlain?.has(part.alternative)) return true;
  const decoded = reading.decoded.get(part) ?? decodedText(reading, scan, part);
  let bytes = decoded;
  if (isMarkup) {
    const page = htmlToText(bytes);
    if (page.cut) addProblem(reading.problems, 'html-cut', part.type);
    bytes = page.bytes;
  } else if (part.delSp) bytes = joinFlowedLines(bytes);
  const body = isBody(part) ? readBody(bytes, part.flowed, ownBytes) : readAttached(bytes);
  addRuns(reading, body, bytes);
  if (body.patch) reading.patches.push(part.flowed && !isMarkup ? undoFlowed(decoded, part.delSp) : bytes);
  return body.whole;
}

function addRuns(reading: Reading, body: BodyText, bytes: Buffer): void {
  for (const run of body.runs) {
    const view = bytes.subarray(run.start, run.end);
    if (!isBlank(view)) reading.text.push({ kind: run.kind, bytes: view });
  }
}

function decodedText(reading: Reading, scan: Scan, part: Part): Buffer {
  const { bytes, problem } = toUtf8(partBytes(scan, part), part.charset);
  if (problem !== null) addProblem(reading.problems, problem.code, problem.detail);
  return bytes;
}

/** The message's only part is its body whatever it is called. */
function isAttached(part: Part): boolean {
  if (part.disposition === 'attachment') return part.depth > 0;
  return part.filename !== '' && part.depth > 0;
}

/** Holds what the sender wrote; all other text is attached. */
function isBody(part: Part): boolean {
  if (!part.leaf || part.embedded || isAttached(part)) return false;
  return part.type === 'text/plain' || MARKUP.has(part.type);
}

function isReadable(part: Part): boolean {
  if (part.type.startsWith('text/') || READABLE.has(part.type) || MARKUP.has(part.type)) return true;
  return part.type === 'application/octet-stream' && READABLE_NAME.test(part.filename);
}
