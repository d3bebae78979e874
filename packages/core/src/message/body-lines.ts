// Hot: bench/src/cases/parse.ts.
import { attributionStart, isCopiedHeader, isOriginalMark } from './attribution.ts';
import { base85End, isJunkLine, JUNK_LINES, uuencodeEnd } from './junk.ts';
import { listFooterEnd } from './list-footer.ts';
import { type Marks, readMarks } from './quote-marks.ts';
import { addBlank, addLine, cutAt, isBlank, type Run, type RunKind, turnLastOwn } from './text-runs.ts';

export interface BodyText {
  readonly runs: readonly Run[];
  /** A unified diff stands in it, outside of quotes. */
  readonly patch: boolean;
  /** False where reading ended early. */
  readonly whole: boolean;
}

/** What follows the signature mark (`-- `) is a signature only if it has no more lines than this. */
const SIGNATURE_LINES = 50;
/** The same for `--` without its blank, which people also write as a rule. */
const BARE_SIGNATURE_LINES = 10;
/** Bytes between two looks whether enough was read. */
const LOOK_EVERY = 4096;

interface Reader {
  readonly bytes: Buffer;
  /** The same as Latin-1: a character a byte. */
  readonly text: string;
  readonly flowed: boolean;
  readonly runs: Run[];
  readonly marks: Marks;
  patch: boolean;
  /** Lines of the old and the new file that the present hunk still has. */
  oldLines: number;
  newLines: number;
  /** The line before was the `+++ ` line of a diff. */
  behindPlus: boolean;
  junkLines: number;
  junkStart: number;
  /** Lines of the signature so far and how many it may have; 0: in none. */
  signatureLines: number;
  signatureLimit: number;
  /** All that follows is quoted: `-----Original Message-----`. */
  restQuoted: boolean;
  /** Starts of the last lines of the sender's that followed each other, at most three (-1: none), the latest first; and its end. */
  latest: number;
  second: number;
  third: number;
  latestEnd: number;
  /** Empty lines since then. */
  empties: number;
}

/**
 * Parts the lines of a plain text body (UTF-8) into the sender's own words, quotes (with the attribution above them), and signature; junk and
 * list footers are left out. Linear: every line is looked at once, and a bounded number of bytes ahead.
 * @param flowed format=flowed, where a blank before a `>` means no quote
 * @param enough reading may end where so many bytes of the sender's words are known, whatever follows
 */
export function readBody(bytes: Buffer, flowed: boolean, enough: number = Infinity): BodyText {
  const reader = openReader(bytes, flowed);
  const { text, runs } = reader;
  let look = enough;
  for (let at = 0; at < text.length; ) {
    if (at >= look) {
      if (isSettled(reader, enough)) return { runs, patch: reader.patch, whole: false };
      look = at + LOOK_EVERY;
    }
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    at = readLine(reader, at, end, found === -1 ? end : found + 1);
  }
  return { runs, patch: reader.patch, whole: true };
}

/** Whether the sender's first words, so many bytes of them, stand before all that a later line may still take from them. */
function isSettled(reader: Reader, enough: number): boolean {
  const { bytes, runs, latest, second, third, junkLines, junkStart } = reader;
  const open = [latest, second, third, junkLines > 0 ? junkStart : -1].filter((at) => at !== -1);
  const before = Math.min(...open);
  let own = 0;
  for (const { kind, start, end } of runs) {
    const sure = bytes.subarray(start, Math.max(start, Math.min(end, before)));
    if (kind === 'own' && !isBlank(sure)) own += sure.length;
    if (own >= enough) return true;
  }
  return false;
}

/** Lines of an attached text: all of one kind, without junk. */
export function readAttached(bytes: Buffer): BodyText {
  const reader = openReader(bytes, false);
  const { text, runs } = reader;
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    const next = found === -1 ? end : found + 1;
    noteDiff(reader, at, end);
    const block = blockEnd(text, at, end);
    if (block === -1) {
      if (!dropJunk(reader, at, at, end)) addLine(runs, 'attached', 0, at, next);
      at = next;
    } else at = block;
  }
  return { runs, patch: reader.patch, whole: true };
}

function openReader(bytes: Buffer, flowed: boolean): Reader {
  return {
    bytes,
    text: bytes.toString('latin1'),
    flowed,
    runs: [],
    marks: { depth: 0, content: 0 },
    patch: false,
    oldLines: 0,
    newLines: 0,
    behindPlus: false,
    junkLines: 0,
    junkStart: 0,
    signatureLines: 0,
    signatureLimit: 0,
    restQuoted: false,
    latest: -1,
    second: -1,
    third: -1,
    latestEnd: 0,
    empties: 0,
  };
}

/** Takes the line from `at` to `end` (`next`: behind its line end) and answers where the next one to read begins. */
function readLine(reader: Reader, at: number, end: number, next: number): number {
  const { text, runs, marks } = reader;
  if (takeHunkLine(reader, at, end)) {
    if (!dropJunk(reader, at, at, end)) addLine(runs, 'own', 0, at, next);
    return next;
  }
  if (isEmpty(text, at, end)) {
    reader.junkLines = 0;
    reader.empties++;
    addBlank(runs, at, next);
    return next;
  }
  readMarks(text, at, end, reader.flowed, marks);
  if (marks.depth > 0 && !isEscapedFrom(reader, at)) {
    readQuoted(reader, at, end, next);
    return next;
  }
  const block = blockEnd(text, at, end);
  if (block !== -1) {
    reader.junkLines = 0;
    return block;
  }
  if (!reader.restQuoted && startsQuotedRest(reader, at, end)) {
    settleSignature(reader);
    reader.restQuoted = true;
  }
  const footer = listFooterEnd(text, at, end);
  if (footer !== -1) {
    dropSignatureMark(reader, at);
    forget(reader);
    return Math.max(footer, next);
  }
  noteDiff(reader, at, end);
  if (dropJunk(reader, at, at, end)) return next;
  if (reader.restQuoted) addLine(runs, 'quoted', 1, at, next);
  else addLine(runs, ownKind(reader, at, end), 0, at, next);
  remember(reader, at, end);
  return next;
}

function readQuoted(reader: Reader, at: number, end: number, next: number): void {
  const { runs, marks } = reader;
  const { depth, content } = marks;
  if (reader.latest !== -1 && reader.empties <= 1 && !reader.restQuoted) takeAttribution(reader);
  settleSignature(reader);
  forget(reader);
  if (isEmpty(reader.text, content, end) && runs.at(-1)?.kind === 'quoted' && runs.at(-1)?.end === at) {
    // Marks alone are an empty line.
    reader.junkLines = 0;
    addBlank(runs, at, next);
    return;
  }
  if (!dropJunk(reader, at, content, end))
    addLine(runs, 'quoted', reader.restQuoted ? depth + 1 : depth, at, next);
}

/** The sender's line: part of a signature, the mark that begins one, or his own words. */
function ownKind(reader: Reader, at: number, end: number): RunKind {
  const { text } = reader;
  if (reader.signatureLimit > 0) {
    if (++reader.signatureLines <= reader.signatureLimit) return 'signature';
    // Too long for a signature: it was the sender's text all along.
    if (reader.runs.at(-1)?.kind === 'signature') turnLastOwn(reader.runs);
    reader.signatureLimit = 0;
    return 'own';
  }
  if (text.charCodeAt(at) !== 45 || text.charCodeAt(at + 1) !== 45) return 'own';
  const length = end - at;
  if (length === 3 && text.charCodeAt(at + 2) === 32) reader.signatureLimit = SIGNATURE_LINES;
  else if (length === 2) reader.signatureLimit = BARE_SIGNATURE_LINES;
  else return 'own';
  reader.signatureLines = 0;
  return 'signature';
}

/** A signature ends where a quote begins. */
function settleSignature(reader: Reader): void {
  reader.signatureLimit = 0;
}

/** The mark above a list's footer (majordomo sets one) is no signature. */
function dropSignatureMark(reader: Reader, at: number): void {
  const last = reader.runs.at(-1);
  if (last?.kind === 'signature' && last.end === at && reader.signatureLines === 0) reader.runs.pop();
}

function takeAttribution(reader: Reader): void {
  const { runs, bytes, latest, second, third, latestEnd } = reader;
  const last = runs.at(-1);
  if (last === undefined || last.kind === 'quoted') return;
  const start = attributionStart(
    bytes,
    [third, second, latest].filter((at) => at !== -1),
    latestEnd,
  );
  if (start === -1 || start < last.start || latestEnd > last.end) return;
  const { end } = last;
  cutAt(runs, start);
  runs.push({ kind: 'quoted', depth: 1, start, end });
}

function remember(reader: Reader, at: number, end: number): void {
  const follows = reader.empties === 0;
  reader.third = follows ? reader.second : -1;
  reader.second = follows ? reader.latest : -1;
  reader.latest = at;
  reader.latestEnd = end;
  reader.empties = 0;
}

function forget(reader: Reader): void {
  reader.latest = -1;
  reader.second = -1;
  reader.third = -1;
  reader.empties = 0;
}

function startsQuotedRest(reader: Reader, at: number, end: number): boolean {
  const { text, bytes } = reader;
  const first = text.charCodeAt(at);
  if (first === 45) return text.charCodeAt(at + 1) === 45 && end - at > 12 && isOriginalMark(bytes, at, end);
  if (first === 66) return text.startsWith('Begin forwarded', at) && isOriginalMark(bytes, at, end);
  // Every name of the From line begins with one of these and has its colon among the first bytes.
  if (first < 128 && !'FVDOLfvdol*'.includes(text.charAt(at))) return false;
  const bound = Math.min(end, at + 24);
  for (let colon = at; colon < bound; colon++) {
    const code = text.charCodeAt(colon);
    if (code === 58 || code === 0xef) return isCopiedHeader(bytes, at, end);
  }
  return false;
}

/** `>From ` with no quote around it is what a mailbox made of `From `. */
function isEscapedFrom(reader: Reader, at: number): boolean {
  if (!reader.text.startsWith('>From ', at)) return false;
  return reader.runs.at(-1)?.kind !== 'quoted';
}

/** Whether the line belongs to the hunk of a diff; counts it. */
function takeHunkLine(reader: Reader, at: number, end: number): boolean {
  if (reader.oldLines <= 0 && reader.newLines <= 0) return false;
  const first = at === end ? 32 : reader.text.charCodeAt(at);
  if (first === 32 || first === 9) {
    reader.oldLines--;
    reader.newLines--;
  } else if (first === 43) reader.newLines--;
  else if (first === 45) reader.oldLines--;
  else if (first !== 92) {
    // A hunk that mail has broken.
    reader.oldLines = 0;
    reader.newLines = 0;
    return false;
  }
  return true;
}

/** Follows the header of a unified diff: `diff --git`, or `--- `, `+++ `, `@@`. */
function noteDiff(reader: Reader, at: number, end: number): void {
  const { text } = reader;
  switch (text.charCodeAt(at)) {
    case 100:
      if (text.startsWith('diff --git ', at)) reader.patch = true;
      break;
    case 43:
      if (text.startsWith('+++ ', at)) {
        reader.behindPlus = true;
        return;
      }
      break;
    case 64:
      if ((reader.behindPlus || reader.patch) && text.startsWith('@@ -', at)) {
        const sizes = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(text.slice(at, Math.min(end, at + 80)));
        if (sizes !== null) {
          reader.patch = true;
          reader.oldLines = Number(sizes[1] ?? 1);
          reader.newLines = Number(sizes[2] ?? 1);
        }
      }
      break;
    default:
  }
  reader.behindPlus = false;
}

/** The end of a uuencode or base85 block that begins with this line, or -1. */
function blockEnd(text: string, at: number, end: number): number {
  const first = text.charCodeAt(at);
  if (first === 98) return uuencodeEnd(text, at, end);
  return first === 108 || first === 100 ? base85End(text, at, end) : -1;
}

/** Whether the line is part of junk; with the third such line the two before it are taken back. `content`: behind the quote marks. */
function dropJunk(reader: Reader, at: number, content: number, end: number): boolean {
  if (!isJunkLine(reader.text, content, end)) {
    reader.junkLines = 0;
    return false;
  }
  if (reader.junkLines++ === 0) reader.junkStart = at;
  if (reader.junkLines < JUNK_LINES) return false;
  if (reader.junkLines === JUNK_LINES) cutAt(reader.runs, reader.junkStart);
  return true;
}

function isEmpty(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 9) return false;
  }
  return true;
}
