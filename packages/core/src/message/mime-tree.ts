// Hot: bench/src/cases/parse.ts.
import { LIMITS } from '../limits.ts';
import { normalLabel } from './charset.ts';
import { type HeaderBlock, headerValue, headerValueAsWritten, readHeaderBlock } from './header-block.ts';
import { withLfLineEnds } from './line-ends.ts';
import type { MessageProblem } from './message.ts';
import { type Parameterised, parseParameterised, rawParameter } from './parameters.ts';
import { addProblem } from './problems.ts';
import type { Remembered } from './remembered.ts';
import { decodeTransfer, type TransferEncoding, transferEncoding } from './transfer.ts';

/** One part of a message, in the order in which they stand. Multiparts and message/rfc822 are parts that are no leaves. */
export interface Part {
  readonly leaf: boolean;
  /** Lower case; `text/plain` where the mail names none that can be read. */
  readonly type: string;
  /** Normal label, the empty string where none is declared. */
  readonly charset: string;
  readonly encoding: TransferEncoding;
  /** The bytes the part lies in (the message's own, or those of a decoded message inside of it), and where; line ends are LF. */
  readonly source: Buffer;
  readonly start: number;
  readonly end: number;
  /** Decoded; the empty string where there is none. */
  readonly filename: string;
  /** `inline`, `attachment`, another word, or the empty string. */
  readonly disposition: string;
  /** 0 for the message itself. */
  readonly depth: number;
  /** Belongs to a message inside of the message. */
  readonly embedded: boolean;
  /** Parts with one number are forms of the same content (multipart/alternative); -1 outside of any. */
  readonly alternative: number;
  /** RFC 3676: `delSp` is only ever true where `flowed` is. */
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** Of a message/rfc822 part: the header of the message in it. */
  readonly inner: HeaderBlock | null;
}

/** A message taken apart, nothing decoded yet. */
export interface Scan {
  readonly header: HeaderBlock;
  readonly parts: readonly Part[];
  readonly problems: readonly MessageProblem[];
  /** Decoded bytes of text parts, kept for the second who asks. */
  readonly decoded: Map<Part, Buffer>;
}

/** How far into a multipart's body its boundary is looked for before another is guessed. */
const SNIFF_BYTES = 65_536;

type OpenPart = { -readonly [K in keyof Part]: Part[K] };

/** A multipart that is open: its parts go on until its own boundary or one of those around it. */
interface Frame {
  readonly part: OpenPart;
  /** With the two dashes. */
  readonly boundary: string;
  readonly defaultType: string;
  readonly alternative: number;
  children: number;
}

interface Cursor {
  readonly source: Buffer;
  readonly text: string;
  readonly depth: number;
  readonly embedded: boolean;
  readonly into: OpenPart | null;
}

interface Work {
  readonly parts: OpenPart[];
  readonly problems: MessageProblem[];
  /** Encoded messages inside of the message, still to be taken apart. */
  readonly encoded: OpenPart[];
  groups: number;
  header: HeaderBlock | null;
  readonly remembered: Remembered | null;
}

/**
 * Takes a message apart: header fields, MIME tree, problems. One pass over the lines that begin with `--`, no recursion; no part is decoded
 * but messages that are themselves encoded. Never throws. Beyond `LIMITS.messageBytes` the rest is left out.
 * @param remembered of a thread that scans many messages
 */
export function scanMessage(raw: Uint8Array, remembered: Remembered | null = null): Scan {
  const work: Work = { parts: [], problems: [], encoded: [], groups: 0, header: null, remembered };
  const whole = Buffer.from(raw.buffer, raw.byteOffset, Math.min(raw.byteLength, LIMITS.messageBytes));
  if (whole.length < raw.byteLength) addProblem(work.problems, 'message-cut', `${raw.byteLength} bytes`);
  const source = withLfLineEnds(whole);
  scanEntities(work, { source, text: source.toString('latin1'), depth: 0, embedded: false, into: null });
  for (let part = work.encoded.pop(); part !== undefined; part = work.encoded.pop()) {
    const bytes = withLfLineEnds(decodeTransfer(part.source.subarray(part.start, part.end), part.encoding));
    scanEntities(work, {
      source: bytes,
      text: bytes.toString('latin1'),
      depth: part.depth + 1,
      embedded: true,
      into: part,
    });
  }
  const header = work.header ?? readHeaderBlock('', 0, 0, []);
  return { header, parts: work.parts, problems: work.problems, decoded: new Map() };
}

/** Bytes of a leaf as they were meant to be sent: transfer encoding undone, line ends LF. */
export function partBytes(scan: Scan, part: Part): Buffer {
  const bytes = part.source.subarray(part.start, part.end);
  if (part.encoding === 'identity') return bytes;
  const known = scan.decoded.get(part);
  if (known !== undefined) return known;
  const decoded = withLfLineEnds(decodeTransfer(bytes, part.encoding));
  if (part.type.startsWith('text/')) scan.decoded.set(part, decoded);
  return decoded;
}

function scanEntities(work: Work, cursor: Cursor): void {
  const { text } = cursor;
  const frames: Frame[] = [];
  const end = text.length;
  let bodyStart = openEntity(work, cursor, frames, 0);
  let open = work.parts.at(-1);
  // A boundary may be the first line of a body: the search begins at the line end before it.
  let from = Math.max(0, bodyStart - 1);
  while (frames.length > 0) {
    const hit = text.indexOf('\n--', from);
    if (hit === -1) break;
    const lineEnd = endOfLine(text, hit + 1, end);
    from = lineEnd;
    const found = frameOf(frames, text, hit + 1, lineEnd);
    if (found === null) {
      if (lineEnd >= end) break;
      continue;
    }
    const { index, closes } = found;
    closeParts(work, frames, index, open, hit);
    const frame = frames[index];
    if (frame === undefined) break;
    open = undefined;
    if (closes) {
      closeFrame(work, frame, hit);
      frames.length = index;
      continue;
    }
    if (work.parts.length >= LIMITS.parts) {
      addProblem(work.problems, 'parts-too-many', `more than ${LIMITS.parts}`);
      return;
    }
    frame.children++;
    bodyStart = openEntity(work, cursor, frames, Math.min(lineEnd + 1, end));
    open = work.parts.at(-1);
    from = bodyStart - 1;
  }
  const unclosed = frames.length;
  closeParts(work, frames, -1, open, end);
  if (unclosed > 0 && frames.some((frame) => frame.children > 0)) {
    addProblem(work.problems, 'multipart-unclosed', 'the last boundary is missing');
  }
}

/** The innermost open multipart whose boundary stands on the line, and whether it is the closing one. */
function frameOf(
  frames: readonly Frame[],
  text: string,
  start: number,
  lineEnd: number,
): { readonly index: number; readonly closes: boolean } | null {
  let stop = lineEnd;
  while (stop > start && (text.charCodeAt(stop - 1) === 32 || text.charCodeAt(stop - 1) === 9)) stop--;
  const length = stop - start;
  for (let index = frames.length - 1; index >= 0; index--) {
    const boundary = frames[index]?.boundary ?? '';
    if (length !== boundary.length && length !== boundary.length + 2) continue;
    if (!text.startsWith(boundary, start)) continue;
    if (length === boundary.length) return { index, closes: false };
    if (text.startsWith('--', start + boundary.length)) return { index, closes: true };
  }
  // Something stands behind the end, or blanks before its dashes: `--boundary-->`.
  for (let index = frames.length - 1; index >= 0; index--) {
    const boundary = frames[index]?.boundary ?? '';
    if (length <= boundary.length + 2 || !text.startsWith(boundary, start)) continue;
    const rest = text.slice(start + boundary.length, Math.min(stop, start + boundary.length + 80));
    if (/^[ \t]*--(?![\w=-])/.test(rest)) return { index, closes: true };
  }
  return null;
}

/** Ends the open leaf and all multiparts inside of `frames[keep]`. */
function closeParts(
  work: Work,
  frames: Frame[],
  keep: number,
  open: OpenPart | undefined,
  end: number,
): void {
  if (open?.leaf === true) {
    open.end = Math.max(open.start, end);
    if (open.type === 'message/rfc822') {
      open.leaf = false;
      work.encoded.push(open);
    }
  }
  for (let i = frames.length - 1; i > keep; i--) {
    const frame = frames[i];
    if (frame !== undefined) closeFrame(work, frame, end);
  }
  if (keep >= 0) frames.length = keep + 1;
}

/** A multipart without a single part holds its text as one. */
function closeFrame(work: Work, frame: Frame, end: number): void {
  const { part } = frame;
  part.end = Math.max(part.start, end);
  if (frame.children > 0) return;
  addProblem(work.problems, 'boundary-unseen', part.type);
  work.parts.push({
    ...part,
    leaf: true,
    type: 'text/plain',
    encoding: part.encoding,
    filename: '',
    inner: null,
  });
}

/** Reads the header at `at` and adds the part, and the messages in it; answers where its body begins. */
function openEntity(work: Work, cursor: Cursor, frames: Frame[], at: number): number {
  const { source, text } = cursor;
  const frame = frames.at(-1);
  let depth = frame === undefined ? cursor.depth : frame.part.depth + 1;
  let embedded = frame?.part.embedded ?? cursor.embedded;
  let alternative = frame?.alternative ?? -1;
  let defaultType = frame?.defaultType ?? 'text/plain';
  let outer = frame === undefined ? cursor.into : null;
  let start = at;
  for (;;) {
    const isPart = frame !== undefined && outer === null;
    const problems = isPart ? [] : work.problems;
    const header = readHeaderBlock(text, start, text.length, problems, work.remembered);
    work.header ??= header;
    if (outer !== null) outer.inner = header;
    const part = partOf(work, header, source, depth, embedded, alternative, defaultType);
    work.parts.push(part);
    const nests = part.type.startsWith('multipart/') || part.type === 'message/rfc822';
    if (!nests) return header.bodyStart;
    if (depth >= LIMITS.partDepth) {
      addProblem(work.problems, 'parts-too-deep', `more than ${LIMITS.partDepth} levels`);
      // Opaque from here on: no text, no further parts.
      part.type = part.type === 'message/rfc822' ? 'application/octet-stream' : part.type;
      return header.bodyStart;
    }
    if (part.type !== 'message/rfc822') {
      openMultipart(work, frames, part, header, text);
      return header.bodyStart;
    }
    if (part.encoding !== 'identity') return header.bodyStart;
    part.leaf = false;
    outer = part;
    depth++;
    embedded = true;
    alternative = -1;
    defaultType = 'text/plain';
    start = header.bodyStart;
  }
}

function openMultipart(work: Work, frames: Frame[], part: OpenPart, header: HeaderBlock, text: string): void {
  const value = headerValueAsWritten(header, 'content-type');
  let boundary = (value === null ? undefined : rawBoundary(value)) ?? '';
  const bodyBegin = text.slice(Math.max(0, header.bodyStart - 1), header.bodyStart + SNIFF_BYTES);
  if (boundary === '' || !bodyBegin.includes(`\n--${boundary}`)) {
    const sniffed = sniffBoundary(bodyBegin);
    if (boundary === '') addProblem(work.problems, 'boundary-missing', part.type);
    else if (sniffed !== '') addProblem(work.problems, 'boundary-unseen', part.type);
    if (sniffed !== '') boundary = sniffed;
  }
  if (boundary === '') {
    part.type = 'text/plain';
    return;
  }
  part.leaf = false;
  const kind = part.type.slice('multipart/'.length);
  frames.push({
    part,
    boundary: `--${boundary}`,
    defaultType: kind === 'digest' ? 'message/rfc822' : 'text/plain',
    alternative: kind === 'alternative' ? work.groups++ : part.alternative,
    children: 0,
  });
}

function partOf(
  work: Work,
  header: HeaderBlock,
  source: Buffer,
  depth: number,
  embedded: boolean,
  alternative: number,
  defaultType: string,
): OpenPart {
  const typeValue = headerValue(header, 'content-type');
  const content: Parameterised | null = typeValue === null ? null : parseParameterised(typeValue);
  const dispositionValue = headerValue(header, 'content-disposition');
  const disposition = dispositionValue === null ? null : parseParameterised(dispositionValue);
  const transfer = transferEncoding(headerValue(header, 'content-transfer-encoding'));
  if (!transfer.known) addProblem(work.problems, 'transfer-encoding-unknown', transfer.name);
  const flowed = content?.parameters.get('format')?.toLowerCase() === 'flowed';
  return {
    leaf: true,
    type: content === null ? defaultType : typeOf(work, content.value),
    charset: normalLabel(content?.parameters.get('charset') ?? ''),
    encoding: transfer.encoding,
    source,
    start: header.bodyStart,
    end: source.length,
    filename: (disposition?.parameters.get('filename') || content?.parameters.get('name')) ?? '',
    disposition: disposition?.value ?? '',
    depth,
    embedded,
    alternative,
    flowed,
    delSp: flowed && content?.parameters.get('delsp')?.toLowerCase() === 'yes',
    inner: null,
  };
}

function typeOf(work: Work, value: string): string {
  if (/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(value) && value.length <= 255) return value;
  // Before MIME was settled `Content-Type: text` meant plain text.
  if (value !== 'text') addProblem(work.problems, 'content-type-garbled', value.slice(0, 80));
  return 'text/plain';
}

/** The boundary parameter with its bytes as they are: it is compared, not shown. */
function rawBoundary(contentType: string): string | undefined {
  return rawParameter(contentType, 'boundary')?.trimEnd();
}

/** The first line that begins with two dashes, if a Content- header stands behind it. */
function sniffBoundary(body: string): string {
  const match = /\n--(\S[^\n]{0,200}?)[ \t]*\nContent-/i.exec(body);
  return match?.[1] ?? '';
}

function endOfLine(text: string, from: number, end: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 ? end : at;
}
