import { analyzeQuery, stem } from '../analysis/index.ts';
import { LIMITS } from '../limits.ts';
import type { SoughtWord } from '../query/index.ts';

/** A stretch of text that one of the sought words stands in: UTF-16 code units. */
export interface MarkedStretch {
  readonly start: number;
  readonly end: number;
}

export type WordMarker = (text: string) => readonly MarkedStretch[];

/** Scripts written without blanks, whose runs give several tokens: those of the analyser. */
const DENSE =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u3006\\u3031-\\u3035\\u303C\\u30FC\\uFF70';
const LETTER = '[\\p{L}\\p{N}\\p{Co}]';
/** What tokens are made of: a run of a dense script, or else of letters, digits and private-use characters, each with its marks. */
const RUN = new RegExp(
  `(?<dense>(?:(?=${LETTER})[${DENSE}][\\p{M}\\uFF9E\\uFF9F]*)+)|(?:(?![${DENSE}])${LETTER}\\p{M}*)+`,
  'gu',
);
const BEYOND_ASCII = /[^\0-\x7f]+/g;
const BEYOND_SEPARATORS = /[a-z0-9]|[^\0-\x7f]/i;
const ASCII_WORD = /^[a-z0-9]+$/i;
const SEGMENTER = { granularity: 'grapheme' } as const;

/** Marks words as the analyser would match them. Keeps what it found of each word, so one marker serves one answer. */
export function createWordMarker(words: readonly SoughtWord[]): WordMarker {
  const tokens = new Set<string>();
  const prefixes: string[] = [];
  for (const { item } of words) {
    if (item.kind === 'prefix') {
      prefixes.push(item.prefix);
      for (const stem of item.stems) tokens.add(stem);
    } else {
      tokens.add(item.token);
    }
  }
  if (tokens.size === 0 && prefixes.length === 0) return () => [];
  const known = new Map<string, boolean>();
  const normal = new Map<string, string>();
  const segmenter = new Intl.Segmenter('und', SEGMENTER);
  const beginnings = new Set([...tokens, ...prefixes].map((token) => token.charAt(0)));
  const asciiRun = asciiRuns(beginnings);

  function isSought(word: string): boolean {
    let sought = known.get(word);
    if (sought === undefined) {
      sought = tokensOf(word).some(
        (token) => tokens.has(token) || prefixes.some((prefix) => token.startsWith(prefix)),
      );
      known.set(word, sought);
    }
    return sought;
  }

  /** Of an ASCII word only where it may be sought: a stem begins as its word does, and most words of a text begin otherwise. */
  function tokensOf(word: string): readonly string[] {
    if (!ASCII_WORD.test(word))
      return analyzeQuery(word).map((item) => (item.kind === 'token' ? item.token : item.prefix));
    const lower = word.slice(0, LIMITS.tokenLength).toLowerCase();
    return beginnings.has(lower.charAt(0)) ? [stem(lower)] : [];
  }

  /** A cluster as the analyser has it. */
  function normalized(cluster: string): string {
    let text = normal.get(cluster);
    if (text === undefined) {
      const [item] = analyzeQuery(cluster);
      text = item === undefined ? '' : item.kind === 'token' ? item.token : item.prefix;
      normal.set(cluster, text);
    }
    return text;
  }

  /** How many clusters of these two a sought word covers: none, the first, or both. The second is empty at a run's end. */
  function covered(first: string, second: string): 0 | 1 | 2 {
    if (second === '' ? tokens.has(first) : tokens.has(first + second)) return second === '' ? 1 : 2;
    let most: 0 | 1 | 2 = 0;
    for (const prefix of prefixes) {
      if (first.startsWith(prefix)) most = most === 0 ? 1 : most;
      else if (second !== '' && (first + second).startsWith(prefix)) most = 2;
    }
    return most;
  }

  function markClusters(run: string, at: number, marked: MarkedStretch[]): void {
    const clusters = [...segmenter.segment(run)];
    clusters.forEach(({ segment, index }, i) => {
      const next = clusters[i + 1]?.segment ?? '';
      const count = covered(normalized(segment), next === '' ? '' : normalized(next));
      if (count === 0) return;
      const start = at + index;
      const end = start + segment.length + (count === 2 ? next.length : 0);
      const last = marked.at(-1);
      if (last !== undefined && last.end >= start)
        marked[marked.length - 1] = { start: last.start, end: Math.max(last.end, end) };
      else marked.push({ start, end });
    });
  }

  function markRuns(text: string, at: number, marked: MarkedStretch[]): void {
    for (const { 0: run, index, groups } of text.matchAll(RUN)) {
      if (groups?.['dense'] !== undefined) markClusters(run, at + index, marked);
      else if (isSought(run)) marked.push({ start: at + index, end: at + index + run.length });
    }
  }

  function markAscii(text: string, at: number, marked: MarkedStretch[]): void {
    if (asciiRun === null) return;
    for (const { 0: run, index } of text.matchAll(asciiRun)) {
      if (isSought(run)) marked.push({ start: at + index, end: at + index + run.length });
    }
  }

  return (text) => {
    const marked: MarkedStretch[] = [];
    let at = 0;
    for (const { start, end } of beyondAscii(text)) {
      markAscii(text.slice(at, start), at, marked);
      markRuns(text.slice(start, end), start, marked);
      at = end;
    }
    markAscii(at === 0 ? text : text.slice(at), at, marked);
    return marked;
  };
}

/** Characters beyond ASCII, each with the letters and digits that touch it: no token reaches across the ends of such a stretch. */
function* beyondAscii(text: string): Generator<MarkedStretch> {
  let past = 0;
  for (const { 0: run, index } of text.matchAll(BEYOND_ASCII)) {
    if (index < past) continue;
    let start = index;
    while (start > past && ASCII_WORD.test(text.charAt(start - 1))) start--;
    let end = index + run.length;
    while (end < text.length && BEYOND_SEPARATORS.test(text.charAt(end))) end++;
    past = end;
    yield { start, end };
  }
}

/** Finds ASCII words that begin with one of these characters, in either case; null where none can. */
function asciiRuns(beginnings: ReadonlySet<string>): RegExp | null {
  const letters = [...beginnings].filter((letter) => ASCII_WORD.test(letter)).join('');
  return letters === '' ? null : new RegExp(`(?<![a-z0-9])[${letters}][a-z0-9]*`, 'gi');
}
