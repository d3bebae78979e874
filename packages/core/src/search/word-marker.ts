import { analyzeQuery } from '../analysis/index.ts';
import type { SoughtWord } from '../query/index.ts';

/** A stretch of text that one of the sought words stands in: UTF-16 code units. */
export interface MarkedStretch {
  readonly start: number;
  readonly end: number;
}

export type WordMarker = (text: string) => readonly MarkedStretch[];

/** Letters, marks, digits and private-use characters: what tokens are made of. */
const RUN = /[\p{L}\p{N}\p{Co}][\p{L}\p{M}\p{N}\p{Co}]*/gu;
/** Scripts written without blanks, whose runs give several tokens. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
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
  const known = new Map<string, boolean>();
  const isSought = (word: string): boolean => {
    let sought = known.get(word);
    if (sought === undefined) {
      sought = analyzeQuery(word).some((item) => {
        const token = item.kind === 'token' ? item.token : item.prefix;
        return tokens.has(token) || prefixes.some((prefix) => token.startsWith(prefix));
      });
      known.set(word, sought);
    }
    return sought;
  };
  if (tokens.size === 0 && prefixes.length === 0) return () => [];
  const segmenter = new Intl.Segmenter('und', SEGMENTER);

  return (text) => {
    const marked: MarkedStretch[] = [];
    for (const { 0: run, index } of text.matchAll(RUN)) {
      if (UNSPACED.test(run)) markPairs(run, index, marked);
      else if (isSought(run)) marked.push({ start: index, end: index + run.length });
    }
    return marked;
  };

  /** Every pair of clusters that is sought, touching ones as one stretch. */
  function markPairs(run: string, at: number, marked: MarkedStretch[]): void {
    const clusters = [...segmenter.segment(run)];
    clusters.forEach(({ segment, index }, i) => {
      const next = clusters[i + 1]?.segment ?? '';
      const pair = next !== '' && isSought(segment + next);
      const alone = !pair && prefixes.some((prefix) => segment.normalize('NFKC').startsWith(prefix));
      if (!pair && !alone) return;
      const start = at + index;
      const end = start + segment.length + (pair ? next.length : 0);
      const last = marked.at(-1);
      if (last !== undefined && last.end >= start)
        marked[marked.length - 1] = { start: last.start, end: Math.max(last.end, end) };
      else marked.push({ start, end });
    });
  }
}
