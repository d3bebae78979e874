// Hot: bench/src/cases/parse.ts.
import { isUtf8 } from 'node:buffer';
import { LIMITS } from '../limits.ts';
import type { MessageProblem } from './message.ts';
import { addProblem } from './problems.ts';
import type { Remembered } from './remembered.ts';

/** The header of a message or part: where its fields stand in `text`. Values are unfolded and decoded when they are asked for. */
export interface HeaderBlock {
  /** The whole buffer as Latin-1: one character a byte, so that places in both are the same. Lines end in LF. */
  readonly text: string;
  /** Start of name, place of the colon and end of value (before its last LF) of each field, three numbers a field. */
  readonly fields: readonly number[];
  /** Where the body begins. */
  readonly bodyStart: number;
  /** Values that were asked for, by name, for the next who asks. */
  readonly values: Map<string, readonly string[]>;
  readonly remembered: Remembered | null;
}

const LF = 10;
const SPACE = 32;
const TAB = 9;
const COLON = 58;
const DASH = 45;

/** Garbage in a header may have as many lines; the next known name is looked for behind them. */
const LOOK_AHEAD = 20;
/** Headers whose values come again and again. */
export const REPEATED_HEADERS: ReadonlySet<string> = new Set(['from', 'to', 'cc', 'bcc']);
const KNOWN_NAME =
  /^(?:from|to|cc|subject|date|received|message-id|mime-version|content-[a-z-]{2,30}|return-path|reply-to|in-reply-to|references|list-[a-z]{2,20}|delivered-to)[ \t]{0,20}:/i;

/**
 * Reads the header that begins at `start`. It ends with an empty line, at a line that begins with `--`, or at a line that is no
 * header line and after which none comes (then that line begins the body). Such lines between header lines are skipped.
 */
export function readHeaderBlock(
  text: string,
  start: number,
  end: number,
  problems: MessageProblem[],
  remembered: Remembered | null = null,
): HeaderBlock {
  const fields: number[] = [];
  const values = new Map<string, readonly string[]>();
  const blockTo = (bodyStart: number): HeaderBlock => ({ text, fields, bodyStart, values, remembered });
  const limit = Math.min(end, start + LIMITS.headerBytes);
  let at = start;
  while (at < end) {
    const first = text.charCodeAt(at);
    if (first === LF) return blockTo(at + 1);
    const lineEnd = endOfLine(text, at, end);
    if (first === SPACE || first === TAB) {
      // A line of blanks only ends the header only if what follows is no header line either: some mailers pad the empty line.
      if (isBlank(text, at, lineEnd)) {
        const next = lineEnd + 1;
        if (next >= end || (!startsField(text, next, end) && !isFold(text, next))) {
          return blockTo(Math.min(next, end));
        }
      }
      if (fields.length === 0) {
        // The first line stands indented: a field all the same, if it is one.
        const ink = inkAt(text, at, lineEnd);
        const colon = colonOf(text, ink, lineEnd);
        if (colon === -1) {
          addProblem(problems, 'header-missing', 'the text begins without a header');
          return blockTo(at);
        }
        addProblem(problems, 'header-indented', text.slice(at, Math.min(lineEnd, at + 80)));
        fields.push(ink, colon, lineEnd);
      } else if (fields[fields.length - 1] === at - 1) fields[fields.length - 1] = lineEnd;
      at = lineEnd + 1;
      continue;
    }
    const colon = colonOf(text, at, lineEnd);
    if (colon === -1) {
      const next = lineEnd + 1;
      const isSeparator =
        fields.length === 0 && (text.startsWith('From ', at) || text.startsWith('>From ', at));
      if (!isSeparator) {
        if (first === DASH && text.charCodeAt(at + 1) === DASH) return blockTo(at);
        const headerGoesOn = goesOn(text, next, end);
        if (!headerGoesOn) {
          const code = fields.length === 0 ? 'header-missing' : 'header-unended';
          addProblem(problems, code, 'the body begins without an empty line before it');
          return blockTo(at);
        }
        addProblem(problems, 'header-garbled', text.slice(at, Math.min(lineEnd, at + 80)));
      }
    } else if (at >= limit || fields.length >= 3 * LIMITS.headerLines)
      addProblem(problems, 'header-cut', 'the header is longer than its limit');
    else fields.push(at, colon, lineEnd);
    at = lineEnd + 1;
  }
  return blockTo(end);
}

/**
 * Values of a header, each unfolded, blanks and control characters collapsed to one blank, 8-bit text decoded; encoded words are left as they are.
 * @param name in lower case
 */
export function headerValues(block: HeaderBlock, name: string): readonly string[] {
  const known = block.values.get(name);
  if (known !== undefined) return known;
  const values: string[] = [];
  for (let i = 0; i < block.fields.length; i += 3)
    if (isNamed(block, i, name)) values.push(valueAt(block, i, name));
  block.values.set(name, values);
  return values;
}

/** The first value of a header, or null. */
export function headerValue(block: HeaderBlock, name: string): string | null {
  return headerValues(block, name)[0] ?? null;
}

/** The first value of a header with its blanks as they are (only line ends taken out), or null: boundaries may hold several. */
export function headerValueAsWritten(block: HeaderBlock, name: string): string | null {
  const { text, fields } = block;
  for (let i = 0; i < fields.length; i += 3) {
    if (isNamed(block, i, name))
      return text.slice((fields[i + 1] ?? 0) + 1, fields[i + 2] ?? 0).replaceAll('\n', '');
  }
  return null;
}

/** What stands behind the last semicolon of each field of that name, topmost first, until `take` answers something. */
export function firstAfterSemicolon<T>(
  block: HeaderBlock,
  name: string,
  take: (text: string) => T | null,
): T | null {
  const { text, fields } = block;
  for (let i = 0; i < fields.length; i += 3) {
    if (!isNamed(block, i, name)) continue;
    const end = fields[i + 2] ?? 0;
    const semicolon = text.lastIndexOf(';', end - 1);
    const taken = semicolon > (fields[i + 1] ?? end) ? take(text.slice(semicolon + 1, end)) : null;
    if (taken !== null) return taken;
  }
  return null;
}

/** Latin-1 characters that stand for bytes, as text: UTF-8 where they are that, else Windows-1252. */
function decodeEightBit(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value;
  const bytes = Buffer.from(value, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : new TextDecoder('windows-1252').decode(bytes);
}

function isNamed(block: HeaderBlock, i: number, name: string): boolean {
  const { text, fields } = block;
  const start = fields[i] ?? 0;
  let end = fields[i + 1] ?? 0;
  if (end - start < name.length) return false;
  if ((text.charCodeAt(start) | 32) !== name.charCodeAt(0)) return false;
  while (end > start && isSpaceOrTab(text.charCodeAt(end - 1))) end--;
  if (end - start !== name.length) return false;
  for (let k = 1; k < name.length; k++) {
    const code = text.charCodeAt(start + k);
    if ((code >= 65 && code <= 90 ? code | 32 : code) !== name.charCodeAt(k)) return false;
  }
  return true;
}

function valueAt({ text, fields, remembered }: HeaderBlock, i: number, name: string): string {
  let start = (fields[i + 1] ?? 0) + 1;
  const end = Math.min(fields[i + 2] ?? 0, start + LIMITS.headerValueBytes);
  while (start < end && isSpaceOrTab(text.charCodeAt(start))) start++;
  if (remembered !== null && REPEATED_HEADERS.has(name))
    return remembered.values(text.slice(start, end), cleanValue);
  // Most values are one line of ASCII with single blanks: nothing to do for them.
  let before = SPACE;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < SPACE || code >= 127 || (code === SPACE && before === SPACE))
      return cleanValue(text.slice(start, end));
    before = code;
  }
  return text.slice(start, before === SPACE ? Math.max(start, end - 1) : end);
}

function cleanValue(value: string): string {
  return decodeEightBit(value)
    .replace(/[\x00-\x20\x7f]+/g, ' ')
    .trim();
}

function endOfLine(text: string, from: number, end: number): number {
  const at = text.indexOf('\n', from);
  return at === -1 || at > end ? end : at;
}

/** Place of the colon behind a header's name, or -1 where the line is no header line. */
function colonOf(text: string, start: number, end: number): number {
  // A boundary, even one with a colon in it.
  if (text.charCodeAt(start) === DASH && text.charCodeAt(start + 1) === DASH) return -1;
  let at = start;
  for (; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === COLON) return at === start ? -1 : at;
    if (code <= SPACE || code >= 127) break;
  }
  // Blanks before the colon are old, forbidden and seen.
  let blank = at;
  while (blank < end && isSpaceOrTab(text.charCodeAt(blank))) blank++;
  return blank > at && at > start && text.charCodeAt(blank) === COLON ? blank : -1;
}

function startsField(text: string, at: number, end: number): boolean {
  return at < end && colonOf(text, at, endOfLine(text, at, end)) !== -1;
}

/** Whether a header line follows at once, or one with a name that everybody knows before the next empty line. */
function goesOn(text: string, from: number, end: number): boolean {
  if (startsField(text, from, end)) return true;
  let at = from;
  for (let lines = 0; lines < LOOK_AHEAD && at < end && text.charCodeAt(at) !== LF; lines++) {
    if (KNOWN_NAME.test(text.slice(at, Math.min(end, at + 40)))) return true;
    at = endOfLine(text, at, end) + 1;
  }
  return false;
}

function inkAt(text: string, from: number, to: number): number {
  let at = from;
  while (at < to && isSpaceOrTab(text.charCodeAt(at))) at++;
  return at;
}

function isFold(text: string, at: number): boolean {
  return isSpaceOrTab(text.charCodeAt(at));
}

function isSpaceOrTab(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isBlank(text: string, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (!isSpaceOrTab(text.charCodeAt(at))) return false;
  return true;
}
