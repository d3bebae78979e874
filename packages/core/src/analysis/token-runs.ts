// Hot: bench/src/cases/analyze.ts. One object per analyser, none per token.
import { LIMITS } from '../limits.ts';
import { CLASS } from './character-class.ts';
import { beginsCluster, type LinkState, nextLink } from './cluster-boundary.ts';
import { encodeCodePoint, UTF8_LONGEST } from './utf8.ts';

/** What a token is: a word (not yet stemmed), two clusters, the last cluster of a run of several, the only cluster of its run. */
export type TokenKind = 'word' | 'pair' | 'last' | 'lone';

export interface TokenSink {
  /** @param bytes UTF-8 of the token in [0, length), good until the call returns; the sink may write on it */
  token(bytes: Uint8Array, length: number, kind: TokenKind): void;
}

const BYTES = LIMITS.tokenLength * UTF8_LONGEST;

type State = 'outside' | 'word' | 'dense';

/** Cuts normalised text, given by code points and their classes, into tokens: contract, section 8, rule 2. */
export class TokenRuns {
  readonly #sink: TokenSink;
  /** The word, or in a dense run the cluster, that is being read. */
  readonly #current: Uint8Array = new Uint8Array(BYTES);
  #length = 0;
  #count = 0;
  /** The cluster before it. */
  readonly #before: Uint8Array = new Uint8Array(BYTES);
  #beforeLength = 0;
  #beforeCount = 0;
  readonly #pair: Uint8Array = new Uint8Array(BYTES);
  #state: State = 'outside';
  #class = 0;
  #link: LinkState = 0;

  constructor(sink: TokenSink) {
    this.#sink = sink;
  }

  /** Whether what was added last belongs to a token. */
  get inside(): boolean {
    return this.#state !== 'outside';
  }

  add(codePoint: number, characterClass: number): void {
    if (characterClass === CLASS.word) {
      if (this.#state === 'dense') this.end();
      this.#state = 'word';
      this.#append(codePoint);
    } else if (characterClass === CLASS.none) {
      if (this.#state !== 'outside') this.end();
    } else if (characterClass >= CLASS.extend) {
      if (this.#state === 'dense') this.#addDense(codePoint, characterClass);
      else if (this.#state === 'word') this.#append(codePoint);
    } else {
      if (this.#state === 'word') this.end();
      this.#addDense(codePoint, characterClass);
    }
  }

  /** Ends the run. */
  end(): void {
    if (this.#state === 'word') {
      this.#sink.token(this.#current, this.#length, 'word');
    } else if (this.#state === 'dense') {
      const several = this.#beforeLength > 0;
      if (several) this.#emitPair();
      this.#sink.token(this.#current, this.#length, several ? 'last' : 'lone');
      this.#beforeLength = 0;
      this.#class = 0;
      this.#link = 0;
    }
    this.#state = 'outside';
    this.#length = 0;
    this.#count = 0;
  }

  #addDense(codePoint: number, characterClass: number): void {
    if (this.#state === 'dense' && beginsCluster(this.#class, characterClass, this.#link)) {
      if (this.#beforeLength > 0) this.#emitPair();
      this.#before.set(this.#current.subarray(0, this.#length));
      this.#beforeLength = this.#length;
      this.#beforeCount = this.#count;
      this.#length = 0;
      this.#count = 0;
    }
    this.#state = 'dense';
    this.#class = characterClass;
    this.#link = nextLink(this.#link, characterClass);
    this.#append(codePoint);
  }

  #append(codePoint: number): void {
    if (this.#count === LIMITS.tokenLength) return;
    this.#count++;
    if (codePoint < 0x80) this.#current[this.#length++] = codePoint;
    else this.#length = encodeCodePoint(codePoint, this.#current, this.#length);
  }

  #emitPair(): void {
    const pair = this.#pair;
    let length = 0;
    for (; length < this.#beforeLength; length++) pair[length] = this.#before[length] ?? 0;
    let room = LIMITS.tokenLength - this.#beforeCount;
    for (let i = 0; i < this.#length; i++) {
      const byte = this.#current[i] ?? 0;
      const leads = (byte & 0xc0) !== 0x80;
      if (leads && room-- === 0) break;
      pair[length++] = byte;
    }
    this.#sink.token(pair, length, 'pair');
  }
}
