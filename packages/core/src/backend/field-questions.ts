import type { Condition } from '../query/condition.ts';

/** An order by `date`, `received`, `size`, or a declared keyword, date or number. */
export interface OrderKey {
  readonly field: string;
  readonly descending: boolean;
}

/**
 * What a document is ordered by: of several values the least where the order rises, the greatest where it falls; null where it has none,
 * which comes last either way. Keywords go by their code points (the order of UTF-8 bytes).
 */
export type OrderValue = string | number | null;

/** Where a page of an order ended. */
export interface OrderPlace {
  /** One a key. */
  readonly values: readonly OrderValue[];
  readonly id: string;
}

export interface OrderRequest {
  readonly condition: Condition;
  /** The first decides, ties go to the next, the last of them to the id, which rises. No field twice. */
  readonly order: readonly OrderKey[];
  readonly limit: number;
  readonly offset: number;
  /** Only behind this place; null from the start. Never with an offset. */
  readonly after: OrderPlace | null;
}

export interface OrderedDocument extends OrderPlace {
  readonly date: number;
}

export interface OrderedPage {
  readonly hits: readonly OrderedDocument[];
}

/** Of all values that matching documents have in a field: `date`, `received`, `size`, or a declared date or number. */
export interface FieldStats {
  /** Values: a document has each of its own once. */
  readonly count: number;
  /** Null where there is no value. */
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number;
}

/** How scores of relevance are made where that is not by the condition alone. What matches stays the same. */
export interface Scoring {
  /** Must match as well and has no part in the score; null: nothing more. */
  readonly narrow: Condition | null;
  /** The score of what matches one of these is multiplied by its factor (above 0); of several by each. */
  readonly boosts: readonly { readonly condition: Condition; readonly factor: number }[];
  /** What weights of text fields are multiplied by (above 0); those not named stay as they are. */
  readonly weights: Readonly<Record<string, number>>;
}
