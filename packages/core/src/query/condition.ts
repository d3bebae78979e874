import type { PhraseItem } from '../analysis/phrase-item.ts';

export type { PhraseItem } from '../analysis/phrase-item.ts';

/**
 * A query after names, dates, access and analysis are resolved: what every backend is given and the oracle judges by.
 * Field names are those of the field table or declared ones. Numbers are inclusive; null is an open end.
 */
export type Condition =
  | { readonly kind: 'all' }
  | { readonly kind: 'none' }
  | { readonly kind: 'and'; readonly of: readonly Condition[] }
  | { readonly kind: 'or'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
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
  | { readonly kind: 'regex'; readonly field: string; readonly pattern: string }
  /** In the thread of that Message-ID or thread id; resolved to ids where threads are kept. */
  | { readonly kind: 'thread'; readonly of: string | Condition };
