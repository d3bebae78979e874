// Hot: bench/src/cases/parse.ts.

/** Lines of this many characters without a blank are junk where `JUNK_LINES` of them follow each other. */
const JUNK_LENGTH = 60;
export const JUNK_LINES = 3;

/**
 * Whether a line looks like encoded data: 60 and more ASCII characters without a blank, not all of them hex digits.
 * A line with any other byte is none: Chinese and Japanese have no blanks.
 */
export function isJunkLine(text: string, start: number, end: number): boolean {
  if (end - start < JUNK_LENGTH) return false;
  let hex = true;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code >= 127) return false;
    if (hex && !isHexDigit(code)) hex = false;
  }
  return !hex;
}

/**
 * The end of a uuencoded block that begins with the line at `start` (`begin 644 name`), or -1 where none does. Lines belong to it as long as
 * their length fits their first character; the `end` line may be missing.
 */
export function uuencodeEnd(text: string, start: number, lineEnd: number): number {
  if (!text.startsWith('begin ', start)) return -1;
  if (!/^begin [0-7]{3,4} \S/.test(text.slice(start, Math.min(lineEnd, start + 20)))) return -1;
  let at = lineEnd + 1;
  let lines = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    if (end - at === 3 && text.startsWith('end', at)) return lines > 0 ? Math.min(end + 1, text.length) : -1;
    if (!fitsUuencode(text, at, end)) break;
    lines++;
    at = end + 1;
  }
  return lines > 0 ? Math.min(at, text.length) : -1;
}

/** The end of the base85 block whose first line (`literal 123`, `delta 45`) stands at `start`, the empty line behind it included; or -1. */
export function base85End(text: string, start: number, lineEnd: number): number {
  if (!text.startsWith('literal ', start) && !text.startsWith('delta ', start)) return -1;
  if (!/^(?:literal|delta) \d{1,10}\s*$/.test(text.slice(start, Math.min(lineEnd, start + 40)))) return -1;
  let at = lineEnd + 1;
  let lines = 0;
  while (at < text.length) {
    let end = text.indexOf('\n', at);
    if (end === -1) end = text.length;
    const next = Math.min(end + 1, text.length);
    if (end - at <= 1) return lines > 0 ? next : -1;
    // A length letter and up to 65 base85 digits; anything else is text again.
    if (end - at > 67 || !isLetter(text.charCodeAt(at)) || text.slice(at, end).trimEnd().includes(' ')) {
      return lines > 0 ? at : -1;
    }
    lines++;
    at = next;
  }
  return lines > 0 ? text.length : -1;
}

function fitsUuencode(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  if (end === start || first < 32 || first > 96) return false;
  const full = 1 + Math.ceil(((first - 32) & 63) / 3) * 4;
  // Blanks at the end, which are zeros, may be lost; a check sum may stand behind.
  const length = end - start;
  if (length > full + 2 || (length < full && full - length > 4)) return false;
  for (let at = start + 1; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code < 32 || code > 96) return false;
  }
  return true;
}

function isHexDigit(code: number): boolean {
  return (code >= 48 && code <= 57) || ((code | 32) >= 97 && (code | 32) <= 102);
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}
