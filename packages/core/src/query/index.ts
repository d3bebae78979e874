export type { Clock } from './calendar.ts';
export type {
  Condition,
  ConditionWithRegexes,
  ConditionWithThreads,
  PhraseItem,
  RegexField,
  RegexTerm,
  ThreadTerm,
} from './condition.ts';
export { builtInNames } from './names.ts';
export { type ParsedQuery, type ParseOptions, parseQuery } from './parse.ts';
export { printQuery } from './print.ts';
export { printCondition } from './print-condition.ts';
export type { Query, QueryProblem, Span } from './query.ts';
export type { ReadableArchive } from './readable-archive.ts';
export { type ReadRegex, readRegex } from './regex.ts';
export { checkSupported, type Feature, requires, type Supports } from './requirements.ts';
export { type ResolveContext, type ResolvedQuery, resolveClause, resolveQuery } from './resolve.ts';
export { simplifyCondition } from './simplify.ts';
export { rejectProblems } from './strict.ts';
export { hasWords, type SoughtWord, wordsOfCondition } from './words-of-condition.ts';
