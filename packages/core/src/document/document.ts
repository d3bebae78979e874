export { BOUNDARY } from '../analysis/boundary.ts';

/** By declared field; numbers and dates (unix seconds) as numbers. */
export type KeptValues = Readonly<Record<string, readonly (string | number)[]>>;

/**
 * What is indexed of a message: one per message, whatever number of archives hold it. Nothing in it depends on other messages.
 * The three maps go by field name, built-in (fields/fields.ts) or declared in the settings; a field without a value is absent.
 */
export interface Document {
  /** 32 lower-case hex digits. */
  readonly id: string;
  /** Names of the archives that hold it, sorted. */
  readonly archives: readonly string[];
  /** Whole unix seconds. */
  readonly date: number;
  readonly received: number;
  /** Bytes of the smallest copy. */
  readonly size: number;
  /** Tokens of core's analyser joined by single spaces. BOUNDARY stands between values, parts and quote borders. */
  readonly text: Readonly<Record<string, string>>;
  /** Normal forms, each value once. */
  readonly keywords: Readonly<Record<string, readonly string[]>>;
  /** Declared dates (unix seconds) and numbers, each value once. */
  readonly numbers: Readonly<Record<string, readonly number[]>>;
  /** Values of declared fields that are `stored`, as they are shown; absent where there are none. */
  readonly kept?: KeptValues | undefined;
  /**
   * A whole number of 48 bits that is another one for other words, keywords or declared numbers; archives, dates and size have no part in it. Made
   * where documents are packed; an engine keeps it as it came.
   */
  readonly digest?: number | undefined;
}
