import { stemmer } from 'stemmer';

/**
 * The analysis rule (contract, section 8, rules 1 to 3) written as plainly as it can be, apart from core's analyser and without a
 * line of it: whole-string Unicode methods, ICU's grapheme clusters, a stemmer by others. Slow; what the oracle judges by.
 */
const CLUSTERS = new Intl.Segmenter('und', { granularity: 'grapheme' });
const DENSE =
  /[[\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}\p{sc=Bopo}\p{sc=Thai}\p{sc=Laoo}\p{sc=Khmr}\p{sc=Mymr}〆〱-〵〼ー]&&[\p{L}\p{N}]]/v;
const RUNS = new RegExp(
  `(?:(?=${DENSE.source})[\\p{L}\\p{N}]\\p{M}*)+|(?:(?!${DENSE.source})[\\p{L}\\p{N}\\p{Co}]\\p{M}*)+`,
  'gv',
);

function foldFully(text: string): string {
  const folded = text.replace(/[A-Z]|[^\0-\x7Fı\p{Script=Cherokee}]/gu, (c) =>
    c === 'ẞ' ? 'ss' : c.toUpperCase().toLowerCase(),
  );
  return folded.replace(/\p{Script=Cherokee}/gu, (c) => c.toUpperCase());
}

function normalize(text: string): string {
  const bounded = text.toWellFormed().replace(/([\p{M}\uFF9E\uFF9F]{64})[\p{M}\uFF9E\uFF9F]+/gu, '$1');
  const folded = foldFully(bounded.normalize('NFKD'));
  const bare = folded.replace(/(?<=[\p{L}&&[\p{sc=Latn}\p{sc=Grek}\p{sc=Cyrl}]]\p{M}*)\p{M}/gv, '');
  return bare.normalize('NFC');
}

function tokensOf(word: string): string[] {
  if (!DENSE.test(word)) return [word];
  return (word.match(RUNS) ?? []).flatMap((run) => {
    if (!DENSE.test(run)) return [run];
    const clusters = [...CLUSTERS.segment(run)].map((cluster) => cluster.segment);
    return clusters.map((cluster, i) => cluster + (clusters[i + 1] ?? ''));
  });
}

/** The tokens of a text, as an engine is to index them. */
export function referenceTokens(text: string): string[] {
  const words = normalize(text).match(/[\p{L}\p{N}\p{Co}][\p{L}\p{M}\p{N}\p{Co}]*/gu) ?? [];
  const cut = words
    .flatMap(tokensOf)
    .map((token) => (token.length > 64 ? [...token].slice(0, 64).join('') : token));
  return cut.map((token) => (/^[a-z]{3,}$/.test(token) ? stemmer(token) : token));
}
