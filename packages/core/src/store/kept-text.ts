// Hot: once a message of a packed file. bench: rebuild.
import { LIMITS } from '../limits.ts';
import type { Address, Attachment, Message, MessageProblem, TextRun } from '../message/index.ts';

/** What is shown of a message without going back to its source. */
export interface KeptText {
  readonly text: readonly TextRun[];
  /** There was more text than is kept. */
  readonly cut: boolean;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly attachments: readonly Attachment[];
  readonly problems: readonly MessageProblem[];
}

const KINDS = ['own', 'quoted', 'signature', 'attached'] as const satisfies readonly TextRun['kind'][];

/** As it is written, before the bytes of the text: see writeKeptText. */
type Head = readonly [
  runs: readonly number[],
  cut: 0 | 1,
  to: readonly string[],
  cc: readonly string[],
  attachments: readonly (readonly [filename: string, type: string, bytes: number])[],
  problems: readonly (readonly [code: string, detail: string])[],
];

const LINE_END = 0x0a;

/** Of the runs of each kind the first LIMITS.snippetBytes, in whole characters: what snippets are made of, and what is kept. */
export function textInReach(text: readonly TextRun[]): readonly TextRun[] {
  let bytes = 0;
  for (const run of text) bytes += run.bytes.length;
  if (bytes <= LIMITS.snippetBytes) return text;
  const room = new Map<TextRun['kind'], number>(KINDS.map((kind) => [kind, LIMITS.snippetBytes]));
  return text.flatMap(({ kind, bytes }): TextRun[] => {
    const left = room.get(kind) ?? 0;
    const end = wholeCharacters(bytes, left);
    // Behind a cut nothing more of its kind is in reach.
    room.set(kind, end < bytes.length ? 0 : left - end);
    return end === 0 ? [] : [{ kind, bytes: bytes.subarray(0, end) }];
  });
}

/** What is kept of a message, as bytes: a line of JSON, then the bytes of all runs. */
export function writeKeptText(
  { text, to, cc, problems }: Message,
  attachments: readonly Attachment[],
): Uint8Array {
  const kept = textInReach(text);
  const head: Head = [
    kept.flatMap(({ kind, bytes }) => [KINDS.indexOf(kind), bytes.length]),
    kept === text || lengthOf(kept) === lengthOf(text) ? 0 : 1,
    flat(to),
    flat(cc),
    attachments.map(({ filename, type, bytes }) => [filename, type, bytes]),
    problems.map(({ code, detail }) => [code, detail]),
  ];
  return Buffer.concat([Buffer.from(`${JSON.stringify(head)}\n`), ...kept.map(({ bytes }) => bytes)]);
}

/** Null for what was not written by writeKeptText. */
export function readKeptText(bytes: Uint8Array): KeptText | null {
  const end = bytes.indexOf(LINE_END);
  const head = end === -1 ? null : headOf(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString());
  if (head === null) return null;
  const [lengths, cut, to, cc, attachments, problems] = head;
  const text: TextRun[] = [];
  let at = end + 1;
  for (let i = 0; i + 1 < lengths.length; i += 2) {
    const kind = KINDS[lengths[i] ?? 0];
    const next = at + (lengths[i + 1] ?? 0);
    if (kind === undefined || next > bytes.length) return null;
    text.push({ kind, bytes: bytes.subarray(at, next) });
    at = next;
  }
  return {
    text,
    cut: cut === 1,
    to: addresses(to),
    cc: addresses(cc),
    attachments: attachments.map(([filename, type, size]) => ({ filename, type, bytes: size })),
    problems: problems.map(([code, detail]) => ({ code, detail })),
  };
}

function headOf(line: string): Head | null {
  try {
    return JSON.parse(line) as Head;
  } catch {
    return null;
  }
}

function lengthOf(text: readonly TextRun[]): number {
  return text.reduce((sum, { bytes }) => sum + bytes.length, 0);
}

/** Name, address, name, address, … */
function flat(list: readonly Address[]): readonly string[] {
  return list.flatMap(({ name, address }) => [name, address]);
}

function addresses(names: readonly string[]): readonly Address[] {
  const list: Address[] = [];
  for (let i = 0; i + 1 < names.length; i += 2) {
    list.push({ name: names[i] ?? '', address: names[i + 1] ?? '' });
  }
  return list;
}

/** At most `most` bytes of UTF-8 that do not end within a character. */
function wholeCharacters(bytes: Uint8Array, most: number): number {
  let end = Math.min(bytes.length, most);
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return end;
}
