import type { PhraseItem } from '../analysis/phrase-item.ts';

export type { PhraseItem } from '../analysis/phrase-item.ts';

/**
 * A query after names, dates, access and analysis are resolved: what every backend is given and the oracle judges by.
 * Field names are those of the field table or declared ones. Numbers are inclusive; null is an open end.
 */
export type Condition = ConditionOf<never>;

/** The same before threads and regular expressions are looked up: no engine knows of them. */
export type ConditionWithThreads = ConditionOf<ThreadTerm | RegexTerm>;

/** The same before regular expressions are looked up. */
export type ConditionWithRegexes = ConditionOf<RegexTerm>;

/** One of the values that the catalog keeps of a message matches the pattern. */
export interface RegexTerm {
  readonly kind: 'regex';
  readonly field: RegexField;
  readonly pattern: string;
}

/** Fields whose values the catalog keeps as they were written. */
export type RegexField = 'subject' | 'from' | 'filename' | 'mid';

/** In a thread with that message, told by a Message-ID or an id; or in one that holds a match of a condition. */
export interface ThreadTerm {
  readonly kind: 'thread';
  readonly of: string | ConditionWithThreads;
}

type ConditionOf<Term> =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly of: readonly ConditionOf<Term>[] }
  | { readonly kind: 'or'; readonly of: readonly ConditionOf<Term>[] }
  | { readonly kind: 'not'; readonly of: ConditionOf<Term> }
  /** The items one behind the other, within one value of any one of the fields. A word is a phrase of one. */
  | { readonly kind: 'phrase'; readonly fields: readonly string[]; readonly items: readonly PhraseItem[] }
  /** All tokens in any order in one value, at most `distance` other tokens between the first and the last of them. */
  | {
      readonly kind: 'near';
      readonly fields: readonly string[];
      readonly tokens: readonly string[];
      readonly distance: number;
    }
  /** A stem within Levenshtein distance `edits` of `token` that has the same first letter. */
  | {
      readonly kind: 'fuzzy';
      readonly fields: readonly string[];
      readonly token: string;
      readonly edits: 1 | 2;
    }
  | { readonly kind: 'keyword'; readonly field: string; readonly value: string }
  | { readonly kind: 'keyword-prefix'; readonly field: string; readonly prefix: string }
  | {
      readonly kind: 'range';
      readonly field: string;
      readonly from: number | null;
      readonly to: number | null;
    }
  /** Held by at least one of these archives, all of which may be read. */
  | { readonly kind: 'archives'; readonly names: readonly string[] }
  /** One of these documents: each once, in the order of their ids. What is not there is no error. */
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | Term;
