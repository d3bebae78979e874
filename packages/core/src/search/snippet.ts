import { isPatchField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { type Message, readBodies, type Scan, type TextRun } from '../message/index.ts';
import type { SoughtWord } from '../query/index.ts';
import { textInReach } from '../store/index.ts';
import type { SnippetPiece } from './answers.ts';
import { distance, type JoinedText, joinTexts, pieceAround } from './joined-text.ts';
import { createWordMarker, type MarkedStretch, type WordMarker } from './word-marker.ts';

/** UTF-16 code units of a snippet, more or less a word. */
const LENGTH = 200;

/** Marks the words that are sought in text of one kind. */
export type KindMarker = (kind: Kind) => WordMarker;

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
function standsIn(field: string, kind: Kind): boolean {
  return field === kind || ((kind === 'own' || kind === 'attached') && isPatchField(field));
}

type Kind = TextRun['kind'];

/** Kinds of text in the order in which a snippet is taken from them, and of those of bodies. */
const KINDS = ['own', 'quoted', 'attached', 'signature'] as const satisfies readonly Kind[];
const OF_BODIES = ['own', 'quoted'] as const satisfies readonly Kind[];

/** The place of a message's text where most of the sought words stand close together, with the words marked; its beginning where none does. */
export function snippetOf(message: Pick<Message, 'text'>, markerOf: KindMarker): readonly SnippetPiece[] {
  const reach = textInReach(message.text);
  return snippetIn(reach, KINDS, markerOf) ?? beginningOf(reach);
}

/** The same of a message whose text is still to be read: no more of it than is needed. */
export function snippetOfScan(scan: Scan, markerOf: KindMarker): readonly SnippetPiece[] {
  const { text, whole, all } = readBodies(scan, LIMITS.snippetBytes);
  const looked: readonly Kind[] = whole ? OF_BODIES : ['own'];
  const found = snippetIn(textInReach(text), looked, markerOf);
  if (found !== null) return found;
  const reach = textInReach(all());
  const left = KINDS.filter((kind) => !looked.includes(kind));
  return snippetIn(reach, left, markerOf) ?? beginningOf(reach);
}

function beginningOf(reach: readonly TextRun[]): readonly SnippetPiece[] {
  const own = cut(textOf(reach, 'own'), 0, []);
  return own.length === 0 ? cut(textOf(reach, 'quoted'), 0, []) : own;
}

/** Of the first of these kinds that has one of the words; null where none has. */
function snippetIn(
  reach: readonly TextRun[],
  kinds: readonly Kind[],
  markerOf: KindMarker,
): readonly SnippetPiece[] | null {
  for (const kind of kinds) {
    const text = textOf(reach, kind);
    const marked = markerOf(kind)(text);
    const best = bestWindow(text, marked);
    if (best !== null) return cut(text, best, marked);
  }
  return null;
}

function textOf(text: readonly TextRun[], kind: Kind): JoinedText {
  return joinTexts(text.filter((run) => run.kind === kind).map(({ bytes }) => bytes));
}

/** Where the window with the most marked stretches begins: the first of its kind. */
function bestWindow(text: JoinedText, marked: readonly MarkedStretch[]): number | null {
  const spans = spansOf(text, marked);
  let best: number | null = null;
  let most = 0;
  let last = 0;
  marked.forEach(({ start }, i) => {
    while (last < marked.length && (spans[last]?.end ?? 0) <= (spans[i]?.start ?? 0) + LENGTH) last++;
    // One longer than the window counts too.
    const count = Math.max(1, last - i);
    if (count > most) {
      most = count;
      best = start;
    }
  });
  return best;
}

/** Where they stand from the first one on if each run of white space is one blank; between two of them lies a window's length at most. */
function spansOf(text: JoinedText, marked: readonly MarkedStretch[]): readonly MarkedStretch[] {
  let end = 0;
  let before = marked[0]?.start ?? 0;
  return marked.map((stretch) => {
    const start = end + distance(text, before, stretch.start, LENGTH + 1);
    end = start + stretch.end - stretch.start;
    before = stretch.end;
    return { start, end };
  });
}

/** @param around a place that is not blank, or the beginning */
function cut(whole: JoinedText, around: number, marked: readonly MarkedStretch[]): SnippetPiece[] {
  const lead = Math.floor(LENGTH / 5);
  // A character more than is shown at either end tells whether there is more.
  const { text, places } = pieceAround(whole, around, lead + 1, LENGTH + 2);
  const from = Math.max(0, places.indexOf(around));
  const start = from <= lead ? 0 : wordStart(text, from - lead);
  const end = Math.min(text.length, wordEnd(text, Math.max(start + LENGTH, from + 1)));
  const pieces: SnippetPiece[] = [];
  const add = (from: number, to: number, match: boolean) => {
    if (to > from) pieces.push({ text: text.slice(from, to), match });
  };
  let at = start;
  for (const stretch of within(marked, places)) {
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

/** The stretches that begin within a piece, as they stand in it. */
function within(marked: readonly MarkedStretch[], places: readonly number[]): MarkedStretch[] {
  const first = places[0] ?? 0;
  const last = places.at(-1) ?? -1;
  return marked.flatMap(({ start, end }): MarkedStretch[] => {
    if (start < first || start > last) return [];
    const at = places.indexOf(start);
    return [{ start: at, end: at + end - start }];
  });
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
