// Hot: bench/src/cases/parse.ts.
import { LIMITS } from '../limits.ts';
import { ENTITIES } from './html-entities.ts';

/** Tags that end a line; all others leave words joined as they stand. */
const BLOCKS: ReadonlySet<string> = new Set(
  `address article aside blockquote body br caption center dd details dialog dir div dl dt fieldset figcaption figure footer form frameset
  h1 h2 h3 h4 h5 h6 head header hr html iframe legend li main menu nav noscript object ol optgroup option p pre section select summary table
  tbody textarea tfoot thead title tr ul`.split(/\s+/),
);
/** Tags that part words on one line. */
const CELLS: ReadonlySet<string> = new Set(['td', 'th', 'img', 'input', 'button']);
/** What stands inside of these is no text. */
const DROPPED: ReadonlySet<string> = new Set(['script', 'style', 'title']);
const LONGEST_NAME = 12;
const DEEPEST_QUOTE = 9;

/** HTML 5 reads numbers 128 to 159 as Windows-1252. */
const WINDOWS_1252 =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';

/** What is being written: UTF-8, blanks collapsed, and `>` at the start of every line inside of a blockquote. */
interface Page {
  out: Buffer;
  size: number;
  quotes: number;
  pre: number;
  /** A blank is due before the next word. */
  space: boolean;
  lineStart: boolean;
}

/**
 * The readable text of HTML, in linear time whatever it holds: UTF-8 in, UTF-8 out. Tags that end a line become line ends, lines in
 * blockquotes begin with `>` (as in plain text, so that quotes are found the same way), entities are decoded; comments, scripts, styles,
 * the title and all attributes are left out. Beyond `LIMITS.htmlBytes` the rest is left out (`cut`).
 */
export function htmlToText(html: Buffer): { readonly bytes: Buffer; readonly cut: boolean } {
  const cut = html.length > LIMITS.htmlBytes;
  const text = html.toString('latin1', 0, LIMITS.htmlBytes);
  const page: Page = {
    out: Buffer.allocUnsafe(text.length + 64),
    size: 0,
    quotes: 0,
    pre: 0,
    space: false,
    lineStart: true,
  };
  const ends: TagEnds = { double: text.lastIndexOf('"'), single: text.lastIndexOf("'"), quotesCount: true };
  let noComment = false;
  let at = 0;
  while (at < text.length) {
    const open = text.indexOf('<', at);
    writeText(page, text, at, open === -1 ? text.length : open);
    if (open === -1) break;
    const next = text.charCodeAt(open + 1);
    if (next === 33 || next === 63) {
      // <!-- -->, <!DOCTYPE>, <![if]>, <?xml ?>
      const isComment = !noComment && text.startsWith('--', open + 2);
      const close = isComment ? commentEnd(text, open) : -1;
      if (isComment && close === -1) noComment = true;
      const plain = close === -1 ? text.indexOf('>', open) : -1;
      if (close === -1 && plain === -1) break;
      at = close === -1 ? plain + 1 : close;
      continue;
    }
    const isEnd = next === 47;
    const nameStart = isEnd ? open + 2 : open + 1;
    if (!isLetter(text.charCodeAt(nameStart))) {
      if (isEnd) {
        const close = text.indexOf('>', open);
        if (close === -1) break;
        at = close + 1;
        continue;
      }
      writeText(page, text, open, open + 1);
      at = open + 1;
      continue;
    }
    const name = nameAt(text, nameStart);
    const close = tagEnd(text, nameStart + name.length, ends);
    if (close === -1) break;
    at = close + 1;
    if (DROPPED.has(name)) {
      if (!isEnd) at = droppedEnd(text, at, name);
      if (name !== 'title') page.space = true;
      if (at === -1) break;
    } else writeTag(page, name, isEnd);
  }
  return { bytes: page.out.subarray(0, page.size), cut };
}

interface TagEnds {
  readonly double: number;
  readonly single: number;
  quotesCount: boolean;
}

/**
 * The `>` that ends a tag, or -1. One in quotes does not, unless the quote is never closed. Where quotes hide every `>` to the end of the text
 * they stop counting for good, so that no text is looked at more than twice.
 */
function tagEnd(text: string, from: number, ends: TagEnds): number {
  if (ends.quotesCount) {
    let at = from;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 62) return at;
      if (code === 34 && at < ends.double && text.charCodeAt(previousInk(text, at)) === 61)
        at = text.indexOf('"', at + 1);
      else if (code === 39 && at < ends.single && text.charCodeAt(previousInk(text, at)) === 61)
        at = text.indexOf("'", at + 1);
    }
    ends.quotesCount = false;
  }
  return text.indexOf('>', from);
}

/** A quote opens a value only behind an equals sign on the same line (a few blanks between are allowed): elsewhere it is a stray one. */
function previousInk(text: string, at: number): number {
  let back = at - 1;
  for (let steps = 0; steps < 8 && (text.charCodeAt(back) === 32 || text.charCodeAt(back) === 9); steps++)
    back--;
  return back;
}

/** Behind the comment's end, or -1. `<!-->` and `<!--->` are whole comments. */
function commentEnd(text: string, open: number): number {
  if (text.startsWith('>', open + 4)) return open + 5;
  if (text.startsWith('->', open + 4)) return open + 6;
  const close = text.indexOf('--', open + 4);
  if (close === -1) return -1;
  let at = close;
  while (at !== -1) {
    let end = at + 2;
    while (text.charCodeAt(end) === 45) end++;
    if (text.charCodeAt(end) === 62) return end + 1;
    if (text.startsWith('!>', end)) return end + 2;
    at = text.indexOf('--', end);
  }
  return -1;
}

/** Behind the end tag of a script, style or title; -1 where the rest belongs to it. A title without end is taken as empty. */
function droppedEnd(text: string, from: number, name: string): number {
  // A title holds no other tags: the first that stands in it means that its end is missing.
  const isTitle = name === 'title';
  let at = text.indexOf(isTitle ? '<' : '</', from);
  while (at !== -1) {
    const end = at + 2 + name.length;
    if (
      text.charCodeAt(at + 1) === 47 &&
      text.slice(at + 2, end).toLowerCase() === name &&
      !isLetter(text.charCodeAt(end))
    ) {
      const close = text.indexOf('>', end);
      return close === -1 ? -1 : close + 1;
    }
    if (isTitle) return from;
    at = text.indexOf('</', at + 2);
  }
  return isTitle ? from : -1;
}

function writeTag(page: Page, name: string, isEnd: boolean): void {
  if (name === 'blockquote') {
    breakLine(page);
    page.quotes = Math.max(0, page.quotes + (isEnd ? -1 : 1));
  } else if (name === 'pre') {
    breakLine(page);
    page.pre = Math.max(0, page.pre + (isEnd ? -1 : 1));
  } else if (name === 'br') newLine(page);
  else if (BLOCKS.has(name)) breakLine(page);
  else if (CELLS.has(name)) page.space = true;
}

function writeText(page: Page, text: string, from: number, to: number): void {
  let at = from;
  while (at < to) {
    const code = text.charCodeAt(at);
    if (code <= 32 || code === 127) {
      at++;
      if (page.pre > 0 && code === 10) newLine(page);
      else if (page.pre > 0 && page.lineStart) {
        // Blanks at the start of a preformatted line are kept: a patch needs them.
        startLine(page);
        page.out[page.size++] = 32;
      } else page.space = true;
      continue;
    }
    reserve(page, to - at + DEEPEST_QUOTE + 8);
    if (page.lineStart) startLine(page);
    else if (page.space) page.out[page.size++] = 32;
    page.space = false;
    if (code === 38) {
      at = writeEntity(page, text, at, to);
      continue;
    }
    // The inside of a word, where nothing else can happen.
    const { out } = page;
    let size = page.size;
    let inner = code;
    do {
      out[size++] = inner;
      at++;
      inner = at < to ? text.charCodeAt(at) : 0;
    } while (inner > 32 && inner !== 38 && inner !== 127);
    page.size = size;
  }
}

/** Writes one character for the entity at `at`, or the ampersand where none stands there; answers the place behind it. */
function writeEntity(page: Page, text: string, at: number, to: number): number {
  let end = at + 1;
  const bound = Math.min(to, at + 34);
  let character: string | undefined;
  if (text.charCodeAt(end) === 35) {
    const match = /^(?:[xX]([0-9a-fA-F]{1,8})|(\d{1,9}))/.exec(text.slice(end + 1, bound));
    if (match !== null) {
      const code = match[1] === undefined ? Number(match[2]) : Number.parseInt(match[1], 16);
      character = characterOf(code);
      end += 1 + match[0].length;
    }
  } else {
    while (end < bound && isNameSign(text.charCodeAt(end))) end++;
    character = ENTITIES.get(text.slice(at + 1, end));
  }
  if (character === undefined) {
    page.out[page.size++] = 38;
    return at + 1;
  }
  if (text.charCodeAt(end) === 59) end++;
  if (/^[\s\0]$/.test(character)) page.space = true;
  else page.size += page.out.write(character, page.size, 'utf8');
  return end;
}

function characterOf(code: number): string {
  if (code >= 128 && code < 160) return WINDOWS_1252[code - 128] ?? ' ';
  if (code === 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return '\ufffd';
  return String.fromCodePoint(code);
}

function breakLine(page: Page): void {
  if (!page.lineStart) newLine(page);
  page.space = false;
}

function newLine(page: Page): void {
  reserve(page, DEEPEST_QUOTE + 3);
  if (page.lineStart && page.quotes > 0) startLine(page);
  page.out[page.size++] = 10;
  page.lineStart = true;
  page.space = false;
}

function startLine(page: Page): void {
  reserve(page, DEEPEST_QUOTE + 3);
  page.lineStart = false;
  page.space = false;
  const depth = Math.min(page.quotes, DEEPEST_QUOTE);
  for (let i = 0; i < depth; i++) page.out[page.size++] = 62;
  if (depth > 0) page.out[page.size++] = 32;
}

/** Line starts in quotes may make the text longer than its source. */
function reserve(page: Page, more: number): void {
  if (page.size + more <= page.out.length) return;
  const larger = Buffer.allocUnsafe(Math.max(page.out.length * 2, page.size + more));
  larger.set(page.out.subarray(0, page.size));
  page.out = larger;
}

/** In lower case; letters and digits only, cut where it cannot be the name of a tag that is known here. */
function nameAt(text: string, from: number): string {
  let end = from;
  const bound = from + LONGEST_NAME;
  while (end < bound && isNameSign(text.charCodeAt(end))) end++;
  return text.slice(from, end).toLowerCase();
}

function isLetter(code: number): boolean {
  const letter = code | 32;
  return letter >= 97 && letter <= 122;
}

function isNameSign(code: number): boolean {
  return isLetter(code) || (code >= 48 && code <= 57);
}
