import { isPatchField } from '../fields/fields.ts';
import type { Message, TextRun } from '../message/index.ts';
import type { SoughtWord } from '../query/index.ts';
import { textInReach } from '../store/index.ts';
import type { SnippetPiece } from './answers.ts';
import { createWordMarker, type MarkedStretch, type WordMarker } from './word-marker.ts';

/** UTF-16 code units of a snippet, more or less a word. */
const LENGTH = 200;

/** Marks the words that are sought in text of one kind. */
export type KindMarker = (kind: TextRun['kind']) => WordMarker;

/** A marker for each kind of text: a word that is sought in subjects alone is not marked in a body. */
export function markByKind(words: readonly SoughtWord[]): KindMarker {
  const markers = new Map<string, WordMarker>();
  return (kind) => {
    let marker = markers.get(kind);
    if (marker === undefined) {
      marker = createWordMarker(words.filter(({ fields }) => fields.some((field) => standsIn(field, kind))));
      markers.set(kind, marker);
    }
    return marker;
  };
}

/** Lines of patches are text as well. */
function standsIn(field: string, kind: TextRun['kind']): boolean {
  return field === kind || ((kind === 'own' || kind === 'attached') && isPatchField(field));
}

/** The place of a message's text where most of the sought words stand close together, with the words marked; its beginning where none does. */
export function snippetOf(message: Pick<Message, 'text'>, markerOf: KindMarker): readonly SnippetPiece[] {
  for (const kind of ['own', 'quoted', 'attached', 'signature'] as const) {
    const text = textOf(message, kind);
    const marked = markerOf(kind)(text);
    const best = bestWindow(marked);
    if (best !== null) return cut(text, best, marked);
  }
  const own = textOf(message, 'own');
  return cut(own === '' ? textOf(message, 'quoted') : own, 0, []);
}

function textOf(message: Pick<Message, 'text'>, kind: TextRun['kind']): string {
  const runs = textInReach(message.text).filter((run) => run.kind === kind);
  const text = runs.map(({ bytes }) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  return text.join(' ').replace(/\s+/g, ' ').trim();
}

/** Where the window with the most marked stretches begins: the first of its kind. */
function bestWindow(marked: readonly MarkedStretch[]): number | null {
  let best: number | null = null;
  let most = 0;
  let last = 0;
  marked.forEach((first, i) => {
    while (last < marked.length && (marked[last]?.end ?? 0) <= first.start + LENGTH) last++;
    // One longer than the window counts too.
    const count = Math.max(1, last - i);
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
    const to = Math.min(stretch.end, end);
    add(at, stretch.start, false);
    add(stretch.start, to, true);
    at = to;
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
