// Hot: all text of the messages of a page. bench: latency.
import { isAscii } from 'node:buffer';

/** Texts behind each other. A run of white space stands for a single blank, and none for anything at either end. */
export interface JoinedText {
  readonly text: string;
  readonly ascii: boolean;
}

/** A short piece of a text with single blanks, and where in the text each of its characters stands. */
export interface ShortPiece {
  readonly text: string;
  readonly places: readonly number[];
}

/** White space beyond ASCII. */
const WIDE = new Set([...'\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff'].map((one) => one.charCodeAt(0)));
for (let code = 0x2000; code <= 0x200a; code++) WIDE.add(code);

/** @param texts UTF-8 */
export function joinTexts(texts: readonly Uint8Array[]): JoinedText {
  const strings = texts.map((bytes) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  const ascii = strings.every((one) => isAscii(one));
  return { text: strings.map((one) => one.toString(ascii ? 'latin1' : 'utf8')).join('\n'), ascii };
}

/** How many characters lie between two places, a run of white space being one; `most` where there are more. */
export function distance({ text }: JoinedText, from: number, to: number, most: number): number {
  let count = 0;
  let blank = false;
  for (let at = from; at < to && count < most; at++) {
    const isBlank = isWhite(text.charCodeAt(at));
    if (!isBlank || !blank) count++;
    blank = isBlank;
  }
  return count;
}

/** Up to so many characters before and behind a place that is not blank, each run of white space as one blank. */
export function pieceAround({ text }: JoinedText, place: number, before: number, behind: number): ShortPiece {
  const places: number[] = [];
  for (let at = place - 1, blank = false; at >= 0 && places.length < before; at--) {
    if (isWhite(text.charCodeAt(at))) blank = true;
    else {
      // The blank that follows it.
      if (blank) places.push(at + 1);
      if (places.length < before) places.push(at);
      blank = false;
    }
  }
  places.reverse();
  const most = places.length + behind;
  for (let at = place, blank = -1; at < text.length && places.length < most; at++) {
    if (isWhite(text.charCodeAt(at))) blank = blank === -1 ? at : blank;
    else {
      if (blank !== -1 && places.length > 0) places.push(blank);
      if (places.length < most) places.push(at);
      blank = -1;
    }
  }
  return {
    text: places.map((at) => (isWhite(text.charCodeAt(at)) ? ' ' : text.charAt(at))).join(''),
    places,
  };
}

/** What `\s` is in a regular expression. */
function isWhite(code: number): boolean {
  return code <= 0x20 ? code === 0x20 || (code >= 0x09 && code <= 0x0d) : code >= 0xa0 && WIDE.has(code);
}
