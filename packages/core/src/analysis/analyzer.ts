// Hot: bench/src/cases/analyze.ts.

import { LIMITS } from '../limits.ts';
import { ASCII_KIND, asciiKinds } from './ascii.ts';
import { BOUNDARY } from './boundary.ts';
import { ExactScanner } from './exact-scanner.ts';
import type { TokenSink } from './token-runs.ts';
import { WordTable } from './word-table.ts';

/** Turns the texts of one field of a message into its indexed form, one field after the other. Owns its buffers; not for two at once. */
export interface Analyzer {
  /** Begins a field of which at most `limit` tokens are kept; drops what was not ended. */
  begin(limit: number): void;
  /** Appends the tokens of UTF-8 bytes, by themselves: no token goes on from one call to the next. Any bytes will do. */
  add(bytes: Uint8Array, start?: number, end?: number): void;
  addString(text: string): void;
  /** What follows is another value, part or quote level. Writes a BOUNDARY if tokens stand on both sides. */
  boundary(): void;
  /** The field's tokens joined by single blanks. */
  end(): string;
  /** Tokens kept since `begin`. */
  readonly written: number;
  /** Tokens beyond the limit since `begin`. */
  readonly cut: number;
}

export function createAnalyzer(): Analyzer {
  return new DocumentAnalyzer(true);
}

/** The same by the exact form alone, slower: for tests and measurements. */
export function createExactAnalyzer(): Analyzer {
  return new DocumentAnalyzer(false);
}

const BLANK = 0x20;
const FIRST_BUFFER = 1 << 16;
/** A buffer that one huge message made larger than this is given back. */
const LARGEST_KEPT_BUFFER = 1 << 23;
const LETTER_BIT = 0x40;
const HIGH_BIT = 0x80;
const HASH_PRIME = 0x01000193;

class DocumentAnalyzer implements Analyzer, TokenSink {
  readonly #fast: boolean;
  readonly #kinds: Uint8Array = asciiKinds();
  readonly #words: WordTable = new WordTable();
  readonly #scanner: ExactScanner = new ExactScanner(this);
  readonly #boundary: Uint8Array = Buffer.from(`${BOUNDARY} `);
  #out: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);
  /** Behind the last token and its blank. */
  #length = 0;
  #limit = 0;
  #written = 0;
  #cut = 0;
  #boundaryWanted = false;
  #ascii = true;
  /** Strings are encoded here. */
  #encoded: Buffer = Buffer.allocUnsafeSlow(FIRST_BUFFER);

  constructor(fast: boolean) {
    this.#fast = fast;
  }

  get written(): number {
    return this.#written;
  }

  get cut(): number {
    return this.#cut;
  }

  begin(limit: number): void {
    if (this.#out.length > LARGEST_KEPT_BUFFER) this.#out = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    if (this.#encoded.length > LARGEST_KEPT_BUFFER) this.#encoded = Buffer.allocUnsafeSlow(FIRST_BUFFER);
    this.#length = 0;
    this.#limit = Math.min(limit, Number.MAX_SAFE_INTEGER);
    this.#written = 0;
    this.#cut = 0;
    this.#boundaryWanted = false;
    this.#ascii = true;
  }

  add(bytes: Uint8Array, start = 0, end = bytes.length): void {
    if (this.#fast) this.#addFast(bytes, start, end);
    else this.#scanner.scan(bytes, start, end);
  }

  addString(text: string): void {
    const most = text.length * 3;
    if (this.#encoded.length < most) this.#encoded = Buffer.allocUnsafeSlow(most);
    this.add(this.#encoded, 0, this.#encoded.write(text, 'utf8'));
  }

  boundary(): void {
    this.#boundaryWanted = this.#length > 0;
  }

  end(): string {
    const end = Math.max(0, this.#length - 1);
    const text = this.#out.toString(this.#ascii ? 'latin1' : 'utf8', 0, end);
    this.#length = 0;
    this.#boundaryWanted = false;
    return text;
  }

  /** Takes a token from the exact form. */
  token(bytes: Uint8Array, length: number): void {
    if (this.#written >= this.#limit) {
      this.#cut++;
      return;
    }
    // ASCII bytes of a token are a–z, of which each has the letter's bit, and 0–9.
    let letters = LETTER_BIT;
    let high = 0;
    let hash = 0;
    for (let i = 0; i < length; i++) {
      const byte = bytes[i] ?? 0;
      letters &= byte;
      high |= byte;
      hash = Math.imul(hash ^ byte, HASH_PRIME);
    }
    if (high >= HIGH_BIT) this.#ascii = false;
    const to = letters !== 0 && high < HIGH_BIT ? this.#words.stem(bytes, 0, length, hash) : length;
    this.#reserve(to + 1);
    if (this.#boundaryWanted) this.#length = this.#writeBoundary(this.#length);
    const out = this.#out;
    let at = this.#length;
    for (let i = 0; i < to; i++) out[at++] = bytes[i] ?? 0;
    out[at++] = BLANK;
    this.#length = at;
    this.#written++;
  }

  /**
   * ASCII words by the byte; a stretch between two ASCII bytes that belong to no token, in which there is any other byte, by the
   * exact form. That is the same: such a byte ends every token, and no step of normalisation reaches across it.
   */
  #addFast(bytes: Uint8Array, start: number, end: number): void {
    const kinds = this.#kinds;
    const words = this.#words;
    this.#reserve(end - start + 1);
    let out: Uint8Array = this.#out;
    let at = this.#length;
    let left = this.#limit - this.#written;
    let i = start;
    while (i < end) {
      let kind = kinds[bytes[i] ?? 0] ?? 0;
      if (kind === ASCII_KIND.none) {
        i++;
        continue;
      }
      if (this.#boundaryWanted && kind !== ASCII_KIND.other && left > 0) at = this.#writeBoundary(at);
      const first = i;
      const token = at;
      const stop = Math.min(end, i + LIMITS.tokenLength);
      let hash = 0;
      let letters = LETTER_BIT;
      while (kind > ASCII_KIND.other) {
        out[at++] = kind;
        hash = Math.imul(hash ^ kind, HASH_PRIME);
        letters &= kind;
        if (++i === stop) break;
        kind = kinds[bytes[i] ?? 0] ?? 0;
      }
      if (i === stop) {
        // Beyond the length of a token: passed over.
        while (i < end && (kinds[bytes[i] ?? 0] ?? 0) > ASCII_KIND.other) i++;
        kind = i < end ? (kinds[bytes[i] ?? 0] ?? 0) : ASCII_KIND.none;
      }
      if (kind === ASCII_KIND.other) {
        this.#length = token;
        this.#written = this.#limit - left;
        i = this.#addStretch(bytes, first, i, end);
        out = this.#out;
        at = this.#length;
        left = this.#limit - this.#written;
      } else if (left === 0) {
        this.#cut++;
        at = token;
      } else {
        if (letters !== 0) at = words.stem(out, token, at, hash);
        out[at++] = BLANK;
        left--;
      }
    }
    this.#length = at;
    this.#written = this.#limit - left;
  }

  /** From `first` to the next ASCII byte behind `from` that belongs to no token. Leaves room for the rest up to `end`. */
  #addStretch(bytes: Uint8Array, first: number, from: number, end: number): number {
    let to = from;
    while (to < end && this.#kinds[bytes[to] ?? 0] !== ASCII_KIND.none) to++;
    this.#scanner.scan(bytes, first, to);
    this.#reserve(end - to + 1);
    return to;
  }

  /** Writes it at `at`, where room was reserved, and returns the place behind it. */
  #writeBoundary(at: number): number {
    this.#boundaryWanted = false;
    this.#ascii = false;
    this.#out.set(this.#boundary, at);
    return at + this.#boundary.length;
  }

  /** Makes room for so many bytes and a BOUNDARY. */
  #reserve(bytes: number): void {
    const needed = this.#length + bytes + this.#boundary.length;
    if (needed <= this.#out.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#out.length));
    this.#out.copy(larger, 0, 0, this.#length);
    this.#out = larger;
  }
}
