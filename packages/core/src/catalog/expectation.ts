/** The part of the catalog that a generation should hold. */
export interface Scope {
  /** Those the connection takes; null: all. */
  readonly archives: readonly string[] | null;
  /** What it refused is not expected. */
  readonly connection: string;
  /** The log's seq up to which the generation was fed. */
  readonly upTo: number;
}

/** Documents of a generation: so many at least, and so many at most. Between them lies what is set aside, lost, or has changed since. */
export interface Expectation {
  readonly must: number;
  readonly may: number;
}

export interface ExpectedDocument {
  readonly id: string;
  readonly date: number;
  /** Of the scope, sorted. */
  readonly archives: readonly string[];
}
