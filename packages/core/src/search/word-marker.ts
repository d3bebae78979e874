import { analyzeQuery, stem } from '../analysis/index.ts';
import { LIMITS } from '../limits.ts';
import type { SoughtWord } from '../query/index.ts';
import type { JoinedText } from './joined-text.ts';

/** A stretch of text that one of the sought words stands in: UTF-16 code units. */
export interface MarkedStretch {
  readonly start: number;
  readonly end: number;
}

export type WordMarker = (text: JoinedText) => readonly MarkedStretch[];

/** Scripts written without blanks, whose runs give several tokens: those of the analyser. */
const DENSE =
  '\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Hangul}\\p{Script=Bopomofo}\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\u3006\\u3031-\\u3035\\u303C\\u30FC\\uFF70';
const LETTER = '[\\p{L}\\p{N}\\p{Co}]';
/** What tokens are made of: a run of a dense script, or else of letters, digits and private-use characters, each with its marks. */
const RUN = new RegExp(
  `(?<dense>(?:(?=${LETTER})[${DENSE}][\\p{M}\\uFF9E\\uFF9F]*)+)|(?:(?![${DENSE}])${LETTER}\\p{M}*)+`,
  'gu',
);
const ANY_DENSE = new RegExp(`[${DENSE}]`, 'u');
/** The same where no dense script stands. */
const PLAIN_RUN = new RegExp(`(?:${LETTER}\\p{M}*)+`, 'gu');
const BEYOND_ASCII = /[^\0-\x7f]+/g;
const BEYOND_SEPARATORS = /[a-z0-9]|[^\0-\x7f]/i;
const ASCII_WORD = /^[a-z0-9]+$/i;
/** Beginnings up to which a word is looked for by each of them; of more by their first letters. */
const FEW = 40;
/** UTF-16 code units of a stretch that is remembered, and how many are: rules, quotes and foreign words come again and again. */
const SHORT = 100;
const MOST_REMEMBERED = 10_000;
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
  const stretches = new Map<string, readonly MarkedStretch[]>();
  let segmenter: Intl.Segmenter | null = null;
  const asciiRun = asciiRuns([...tokens, ...prefixes]);

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

  function tokensOf(word: string): readonly string[] {
    return ASCII_WORD.test(word)
      ? [stem(word.slice(0, LIMITS.tokenLength).toLowerCase())]
      : analyzeQuery(word).map((item) => (item.kind === 'token' ? item.token : item.prefix));
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
    segmenter ??= new Intl.Segmenter('und', SEGMENTER);
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

  /** The words of a stretch, by places within it. */
  function markRuns(text: string): readonly MarkedStretch[] {
    const marked: MarkedStretch[] = [];
    for (const { 0: run, index, groups } of text.matchAll(ANY_DENSE.test(text) ? RUN : PLAIN_RUN)) {
      if (groups?.['dense'] !== undefined) markClusters(run, index, marked);
      else if (isSought(run)) marked.push({ start: index, end: index + run.length });
    }
    return marked;
  }

  function marksIn(stretch: string): readonly MarkedStretch[] {
    let marks = stretches.get(stretch);
    if (marks === undefined) {
      marks = markRuns(stretch);
      if (stretch.length <= SHORT && stretches.size < MOST_REMEMBERED) stretches.set(stretch, marks);
    }
    return marks;
  }

  function* asciiWords(text: string): Generator<MarkedStretch, undefined> {
    if (asciiRun === null) return undefined;
    for (const { 0: run, index } of text.matchAll(asciiRun)) {
      if (isSought(run)) yield { start: index, end: index + run.length };
    }
    return undefined;
  }

  return ({ text, ascii }) => {
    if (ascii) return [...asciiWords(text)];
    const marked: MarkedStretch[] = [];
    const words = asciiWords(text);
    let word: MarkedStretch | undefined = words.next().value;
    for (const { start, end } of beyondAscii(text)) {
      for (; word !== undefined && word.start < end; word = words.next().value)
        if (word.start < start) marked.push(word);
      for (const mark of marksIn(text.slice(start, end)))
        marked.push({ start: start + mark.start, end: start + mark.end });
    }
    for (; word !== undefined; word = words.next().value) marked.push(word);
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

/**
 * Finds ASCII words, in either case, that may have one of these stems or prefixes; null where none can. A stem (Porter) begins as its word does,
 * its last letter apart.
 */
function asciiRuns(tokens: readonly string[]): RegExp | null {
  const known = tokens.filter((token) => ASCII_WORD.test(token.charAt(0)));
  const first = new Set(known.map((token) => token.charAt(0)));
  if (first.size === 0) return null;
  const beginnings = known.map(
    (token) => /^[a-z0-9]+/.exec(token.slice(0, Math.max(1, token.length - 1)))?.[0],
  );
  const looked = new Set(known.length > FEW ? first : beginnings);
  return new RegExp(`(?<![a-z0-9])(?:${[...looked].join('|')})[a-z0-9]*`, 'gi');
}
