// Hot: bench/src/cases/patches.ts.
import { filesOfPair, nameOnLine, namesOnGitLine, writtenName } from './diff-names.ts';
import { isJunkLine, JUNK_LINES } from './junk.ts';

/** Lines of one kind that follow each other, by their places in the text, marks included; of a hunk's head what stands behind its numbers. */
export interface DiffRun {
  readonly kind: 'removed' | 'added' | 'context' | 'head';
  readonly start: number;
  readonly end: number;
}

/** What the diffs of a text say. */
export interface Diffs {
  /** Files, old and new names, each once. */
  readonly files: readonly string[];
  readonly runs: readonly DiffRun[];
  /** Ids of blobs before and after, lower-case hex, each once. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** Mailers break lines that are longer than about this; a piece of one stands in the line behind. */
const BROKEN_FROM = 60;
const HUNK = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/;
/** Room for the numbers of a hunk's head. */
const HEAD_BYTES = 80;
const INDEX = /^index ([0-9a-f]{7,64})\.\.([0-9a-f]{7,64})(?![0-9a-f])/i;
const INDEX_BYTES = 140;
const GIT_LINES =
  /^(?:old mode|new mode|new file mode|deleted file mode|similarity index|dissimilarity index|Binary files) /;
const RENAME = /^(?:rename|copy) (?:from|to) /;

type Line = { readonly start: number; readonly end: number; readonly next: number };

interface Reader {
  /** Latin-1: a character a byte. */
  readonly text: string;
  readonly files: Set<string>;
  readonly before: Set<string>;
  readonly after: Set<string>;
  readonly runs: { kind: DiffRun['kind']; start: number; end: number }[];
  /** Within the lines behind `diff --git`. */
  inHeader: boolean;
  /** The name of a file was read: hunks belong to it. */
  inFile: boolean;
  /** Lines of the old and the new file that the present hunk still has. */
  oldLines: number;
  newLines: number;
  /** The line before belongs to a diff and is long enough to have been broken. */
  mayGoOn: boolean;
  junkLines: number;
  junkStart: number;
}

/**
 * Reads the diffs in a text: git's and plain unified ones, one behind the other, with prose around them. Hunks are counted by their heads, so that
 * a `-- ` in one is a removed line and the signature behind is none; a line that a mailer broke is put together again. A `--- ` line counts with a
 * `+++ ` line behind it. Diffs of merges (`diff --cc`) and binary contents are passed over. Linear: each line is looked at once, and two ahead.
 */
export function readDiffs(bytes: Buffer): Diffs {
  const text = bytes.toString('latin1');
  const reader: Reader = {
    text,
    files: new Set(),
    before: new Set(),
    after: new Set(),
    runs: [],
    inHeader: false,
    inFile: false,
    oldLines: 0,
    newLines: 0,
    mayGoOn: false,
    junkLines: 0,
    junkStart: 0,
  };
  for (let line = lineAt(text, 0); line !== null; ) {
    const last = readLine(reader, line);
    line = lineAt(text, last.next);
  }
  const utf8 = (name: string) => Buffer.from(name, 'latin1').toString();
  return {
    files: [...reader.files].map(utf8),
    runs: reader.runs,
    before: [...reader.before],
    after: [...reader.after],
  };
}

function lineAt(text: string, start: number): Line | null {
  if (start >= text.length) return null;
  const found = text.indexOf('\n', start);
  return found === -1
    ? { start, end: text.length, next: text.length }
    : { start, end: found, next: found + 1 };
}

/** Answers the last line that was read: the line itself, or the one behind it. */
function readLine(reader: Reader, line: Line): Line {
  const { text } = reader;
  const { start, end } = line;
  const names = text.startsWith('--- ', start) ? namesFrom(reader, line) : null;
  if (names === null && takeHunkLine(reader, line)) return line;
  reader.oldLines = 0;
  reader.newLines = 0;
  const goesOn = mayBePiece(reader, start);
  reader.mayGoOn = false;
  if (names !== null) return takeNames(reader, line, names);
  if (start === end) return line;
  if (text.startsWith('diff ', start)) startDiff(reader, line);
  else if (text.startsWith('@@ -', start)) startHunk(reader, line);
  else if (!takeHeaderLine(reader, line)) {
    if (goesOn) goOn(reader, line);
    else reader.inHeader = false;
  }
  return line;
}

/**
 * The `+++ ` line behind a `--- ` line where the two name a file: a hunk stands behind them, or git's header before them. They may also be the last
 * lines that a hunk lacks.
 */
function namesFrom(reader: Reader, line: Line): Line | null {
  const { text, oldLines, newLines } = reader;
  if (oldLines === 1 && newLines === 1) return null;
  const second = lineAt(text, line.next);
  if (second === null || !text.startsWith('+++ ', second.start)) return null;
  return reader.inHeader || text.startsWith('@@ -', second.next) ? second : null;
}

function takeNames(reader: Reader, line: Line, second: Line): Line {
  const { text } = reader;
  const before = nameOnLine(text.slice(line.start + 4, line.end));
  const after = nameOnLine(text.slice(second.start + 4, second.end));
  for (const name of filesOfPair(before, after)) reader.files.add(name);
  reader.inFile = true;
  reader.inHeader = false;
  return second;
}

function startDiff(reader: Reader, { start, end }: Line): void {
  const { text } = reader;
  reader.inHeader = text.startsWith('diff --git ', start);
  // Of a plain diff the names follow; of a merge's, whose hunks begin with `@@@`, nothing is read.
  reader.inFile = reader.inHeader;
  if (!reader.inHeader) return;
  reader.mayGoOn = end - start >= BROKEN_FROM;
  const names = namesOnGitLine(text.slice(start + 11, end));
  if (names === null) return;
  for (const name of filesOfPair(...names)) reader.files.add(name);
}

function startHunk(reader: Reader, { start, end }: Line): void {
  if (!reader.inFile) return;
  const head = reader.text.slice(start, Math.min(end, start + HEAD_BYTES));
  const sizes = HUNK.exec(head);
  if (sizes === null) return;
  reader.oldLines = Number(sizes[1] ?? 1);
  reader.newLines = Number(sizes[2] ?? 1);
  reader.inHeader = false;
  reader.junkLines = 0;
  reader.mayGoOn = end - start >= BROKEN_FROM;
  const behind = start + sizes[0].length;
  if (behind < end) reader.runs.push({ kind: 'head', start: behind, end });
}

/** A line of git's header. */
function takeHeaderLine(reader: Reader, { start, end }: Line): boolean {
  if (!reader.inHeader) return false;
  const { text } = reader;
  const begin = text.slice(start, Math.min(end, start + INDEX_BYTES));
  const ids = INDEX.exec(begin);
  if (ids !== null) {
    reader.before.add((ids[1] ?? '').toLowerCase());
    reader.after.add((ids[2] ?? '').toLowerCase());
    return true;
  }
  const rename = RENAME.exec(begin)?.[0];
  if (rename === undefined) return GIT_LINES.test(begin);
  reader.files.add(writtenName(text.slice(start + rename.length, end)));
  return true;
}

/** Whether the line belongs to the hunk; takes and counts it. */
function takeHunkLine(reader: Reader, line: Line): boolean {
  if (reader.oldLines <= 0 && reader.newLines <= 0) return false;
  const { text } = reader;
  const { start, end } = line;
  switch (start === end ? ' ' : text.charAt(start)) {
    case ' ':
    case '\t':
      reader.oldLines--;
      reader.newLines--;
      addLine(reader, 'context', line);
      return true;
    case '+':
      reader.newLines--;
      addLine(reader, 'added', line);
      return true;
    case '-':
      if (reader.oldLines <= 0 && end - start === 3 && text.startsWith('-- ', start)) return false;
      reader.oldLines--;
      addLine(reader, 'removed', line);
      return true;
    case '\\':
      return true;
    default: {
      if (!mayBePiece(reader, start)) return false;
      goOn(reader, line);
      return true;
    }
  }
}

function addLine(reader: Reader, kind: DiffRun['kind'], { start, end, next }: Line): void {
  reader.mayGoOn = end - start >= BROKEN_FROM;
  if (dropJunk(reader, start, end)) return;
  const last = reader.runs.at(-1);
  if (last?.kind === kind && last.end === start) last.end = next;
  else reader.runs.push({ kind, start, end: next });
}

/** Whether the line can be the rest of the one before. */
function mayBePiece({ text, mayGoOn }: Reader, start: number): boolean {
  if (!mayGoOn || text.charAt(start) === '>') return false;
  return !text.startsWith('diff ', start) && !text.startsWith('@@ -', start);
}

/** The rest of a line that a mailer broke belongs to what the line before belongs to. */
function goOn(reader: Reader, { start, end, next }: Line): void {
  reader.mayGoOn = end - start >= BROKEN_FROM;
  const last = reader.runs.at(-1);
  // Behind a head no line end counts.
  if (last !== undefined && start - last.end <= 1) last.end = next;
}

/** Whether the line is part of junk (junk.ts); with the third such line the two before it are taken back. */
function dropJunk(reader: Reader, start: number, end: number): boolean {
  const { runs } = reader;
  if (!isJunkLine(reader.text, start, end)) {
    reader.junkLines = 0;
    return false;
  }
  if (reader.junkLines++ === 0) reader.junkStart = start;
  if (reader.junkLines < JUNK_LINES) return false;
  if (reader.junkLines > JUNK_LINES) return true;
  while (runs.length > 0 && (runs.at(-1)?.start ?? 0) >= reader.junkStart) runs.pop();
  const last = runs.at(-1);
  if (last !== undefined && last.end > reader.junkStart) last.end = reader.junkStart;
  return true;
}
