// Hot: bench/src/cases/parse.ts.

const GREATER = 62;
const SPACE = 32;

/** Quote marks at the start of a line. */
export interface Marks {
  /** 0: none. */
  depth: number;
  /** Where the text behind them begins. */
  content: number;
}

/** Words before a `>` that are prompts, not somebody's initials. */
const PROMPTS = /^(?:SQL|PS|DB|MS|OK|In|C|D|Q|A|TO|To|If)$/;

/**
 * Reads the quote marks of a line into `into`: `>` any number of times, blanks between them, up to two blanks before the first
 * (not in format=flowed, where a blank in front means the text itself), and up to four letters of initials (`TT> `) as old mailers wrote.
 * `|` marks are not taken for quotes: tables have them.
 */
export function readMarks(text: string, start: number, end: number, flowed: boolean, into: Marks): void {
  let at = start;
  if (!flowed) while (at < start + 2 && text.charCodeAt(at) === SPACE) at++;
  into.depth = 0;
  into.content = start;
  const first = text.charCodeAt(at);
  if (first !== GREATER) {
    if (first < 65 || first > 90) return;
    const mark = initialsEnd(text, at, end);
    if (mark === -1) return;
    at = mark;
  }
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === GREATER) {
      into.depth++;
      into.content = at + 1;
    } else if (code !== SPACE) break;
    at++;
  }
  if (text.charCodeAt(into.content) === SPACE) into.content++;
}

/** The place of the `>` behind one to four letters and before a blank, or -1. */
function initialsEnd(text: string, start: number, end: number): number {
  let at = start + 1;
  while (at < end && at < start + 4 && isLetter(text.charCodeAt(at))) at++;
  if (at >= end || text.charCodeAt(at) !== GREATER) return -1;
  const behind = text.charCodeAt(at + 1);
  if (at + 1 < end && behind !== SPACE && behind !== GREATER) return -1;
  return PROMPTS.test(text.slice(start, at)) ? -1 : at;
}

function isLetter(code: number): boolean {
  return (code | 32) >= 97 && (code | 32) <= 122;
}
