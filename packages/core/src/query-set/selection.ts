import { ALL, type Expression } from './expression.ts';

/** An order: `relevance`, or fields, each falling where `-` stands before it. */
export type OrderName = string;

export interface Boost {
  readonly of: Expression;
  readonly factor: number;
}

/** All that a query set asks for, as plain data; rights are no part of it. */
export interface Selection {
  readonly where: Expression;
  /** Must hold as well, without a part in the score. */
  readonly narrow: Expression;
  readonly boosts: readonly Boost[];
  /** By text field. */
  readonly weights: Readonly<Record<string, number>>;
  /** None: the best first where words are asked for, else the newest. */
  readonly order: readonly OrderName[];
  readonly start: number;
  /** Null: to the last. */
  readonly end: number | null;
  /** What rows hold; null: whole hits. */
  readonly columns: readonly string[] | null;
  /** Rows are the one column's values. */
  readonly flat: boolean;
  readonly highlight: boolean;
  /** A connection; null: the settings' own. */
  readonly using: string | null;
}

export const EVERYTHING: Selection = {
  where: ALL,
  narrow: ALL,
  boosts: [],
  weights: {},
  order: [],
  start: 0,
  end: null,
  columns: null,
  flat: false,
  highlight: false,
  using: null,
};
