export { addressFormKeywords, addressKeywords } from './address-keywords.ts';
export { type Analyzer, createAnalyzer, createExactAnalyzer } from './analyzer.ts';
export { BOUNDARY } from './boundary.ts';
export { type LetterCase, normalizeKeyword } from './keyword.ts';
export { boundMarks } from './normal-form.ts';
export type { PhraseItem } from './phrase-item.ts';
export { stem } from './porter.ts';
export { analyzeQuery, expandPrefix, type PrefixPhrase } from './query-phrase.ts';
export { analysisVersion } from './version.ts';
