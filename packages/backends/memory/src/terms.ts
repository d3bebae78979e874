// Hot: once a token written. bench: memory.
import { BOUNDARY } from '@hayrick/core/backend';
import type { FieldPostings } from './postings.ts';

/** A token that was met, and the number that stands for it in sequences. */
export interface Term {
  readonly token: string;
  readonly number: number;
  /** Where MiniSearch has it; null where no document holds it (any more). */
  postings: FieldPostings | null;
}

/** The number of BOUNDARY in every sequence. */
export const BOUNDARY_NUMBER = 0;

/** Tokens and their numbers, from 0 on in the order in which they were met. */
export class Terms {
  readonly #byToken = new Map<string, Term>();
  readonly #byNumber: Term[] = [];

  constructor() {
    this.intern(BOUNDARY);
  }

  get count(): number {
    return this.#byNumber.length;
  }

  find(token: string): Term | undefined {
    return this.#byToken.get(token);
  }

  intern(token: string): Term {
    const known = this.#byToken.get(token);
    if (known !== undefined) return known;
    const term: Term = { token, number: this.#byNumber.length, postings: null };
    this.#byToken.set(token, term);
    this.#byNumber.push(term);
    return term;
  }

  /** Makes room for the terms of a snapshot: those numbered below `count`. */
  reserve(count: number): void {
    const boundary = this.intern(BOUNDARY);
    while (this.#byNumber.length < count) this.#byNumber.push(boundary);
  }

  /** Gives a term of a snapshot its number, for which there is room. */
  restore(token: string, number: number): Term {
    if (number === BOUNDARY_NUMBER) return this.intern(BOUNDARY);
    const term: Term = { token, number, postings: null };
    this.#byToken.set(token, term);
    this.#byNumber[number] = term;
    return term;
  }

  tokenOf(number: number): string {
    return this.#byNumber[number]?.token ?? '';
  }

  /** By number. */
  all(): readonly Term[] {
    return this.#byNumber;
  }
}
