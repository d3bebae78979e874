/** Where in the typed text something stands: UTF-16 code units. */
export interface Span {
  readonly at: number;
  readonly length: number;
}

/** What could not be understood as written, or deserves a note. */
export interface QueryProblem extends Span {
  readonly message: string;
}

/**
 * A query as it was typed, with places. Field names stand as typed; nothing is analysed, no date is worked out.
 * `field` null: no field was named. `quoted`: between double quotes.
 */
export type Query =
  | { readonly kind: 'all'; readonly span: Span }
  /** Nothing was left to search for. Matches nothing. */
  | { readonly kind: 'empty'; readonly span: Span }
  | { readonly kind: 'and'; readonly of: readonly Query[]; readonly span: Span }
  | { readonly kind: 'or'; readonly of: readonly Query[]; readonly span: Span }
  | { readonly kind: 'not'; readonly of: Query; readonly span: Span }
  | {
      readonly kind: 'text';
      readonly field: string | null;
      readonly text: string;
      readonly quoted: boolean;
      readonly span: Span;
    }
  | { readonly kind: 'prefix'; readonly field: string | null; readonly text: string; readonly span: Span }
  | {
      readonly kind: 'near';
      readonly field: string | null;
      readonly text: string;
      readonly distance: number;
      readonly span: Span;
    }
  | {
      readonly kind: 'fuzzy';
      readonly field: string | null;
      readonly text: string;
      readonly edits: 1 | 2;
      readonly span: Span;
    }
  | { readonly kind: 'regex'; readonly field: string; readonly pattern: string; readonly span: Span }
  | { readonly kind: 'thread'; readonly of: Query; readonly span: Span };
