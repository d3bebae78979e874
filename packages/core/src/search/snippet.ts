import type { Message } from '../message/index.ts';
import type { SnippetPiece } from './answers.ts';
import type { MarkedStretch, WordMarker } from './word-marker.ts';

/** UTF-16 code units of a snippet, more or less a word. */
const LENGTH = 200;
/** Of a message's text, how much is looked through for the best place. */
const LOOKED_AT = 100_000;

/** The place of a message's text where most of the sought words stand close together, with the words marked; its beginning where none does. */
export function snippetOf(message: Message, mark: WordMarker): readonly SnippetPiece[] {
  for (const kind of ['own', 'quoted', 'attached', 'signature'] as const) {
    const text = textOf(message, kind);
    const marked = mark(text);
    const best = bestWindow(marked);
    if (best !== null) return cut(text, best, marked);
  }
  const own = textOf(message, 'own');
  return cut(own === '' ? textOf(message, 'quoted') : own, 0, []);
}

function textOf(message: Message, kind: Message['text'][number]['kind']): string {
  let text = '';
  for (const run of message.text) {
    if (run.kind !== kind || text.length >= LOOKED_AT) continue;
    text += `${Buffer.from(run.bytes.buffer, run.bytes.byteOffset, Math.min(run.bytes.length, LOOKED_AT)).toString('utf8')} `;
  }
  return text.replace(/\s+/g, ' ').trim();
}

/** Where the window with the most marked stretches begins: the first of its kind. */
function bestWindow(marked: readonly MarkedStretch[]): number | null {
  let best: number | null = null;
  let most = 0;
  let last = 0;
  marked.forEach((first, i) => {
    while (last < marked.length && (marked[last]?.end ?? 0) <= first.start + LENGTH) last++;
    const count = last - i;
    if (count > most) {
      most = count;
      best = first.start;
    }
  });
  return best;
}

function cut(text: string, around: number, marked: readonly MarkedStretch[]): SnippetPiece[] {
  const lead = Math.floor(LENGTH / 5);
  const start = around <= lead ? 0 : wordStart(text, around - lead);
  const end = Math.min(text.length, wordEnd(text, Math.max(start + LENGTH, around + 1)));
  const pieces: SnippetPiece[] = [];
  const add = (from: number, to: number, match: boolean) => {
    if (to > from) pieces.push({ text: text.slice(from, to), match });
  };
  let at = start;
  for (const stretch of marked) {
    if (stretch.start < at || stretch.start >= end) continue;
    add(at, stretch.start, false);
    add(stretch.start, stretch.end, true);
    at = stretch.end;
  }
  add(at, end, false);
  if (start > 0) pieces.unshift({ text: '… ', match: false });
  if (end < text.length) pieces.push({ text: ' …', match: false });
  return pieces;
}

function wordStart(text: string, at: number): number {
  const blank = text.indexOf(' ', at);
  return blank === -1 || blank - at > 30 ? whole(text, at) : blank + 1;
}

function wordEnd(text: string, at: number): number {
  if (at >= text.length) return text.length;
  const blank = text.lastIndexOf(' ', at);
  return blank === -1 || at - blank > 30 ? whole(text, at) : blank;
}

/** Never between the two halves of a character. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
