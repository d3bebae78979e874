// Hot: bench/src/cases/analyze.ts. Numbers instead of strings wherever a code point stands by itself.
import { LIMITS } from '../limits.ts';
import { type CharacterClass, CLASS, characterClass } from './character-class.ts';
import { CodePointTable } from './code-points.ts';
import { JOINS_BACK, MARK_LIKE, normalForm } from './normal-form.ts';
import { TokenRuns, type TokenSink } from './token-runs.ts';
import { decodeCodePoint } from './utf8.ts';

/** What a code point of raw text does: joins the code points before it (a mark, or else), or begins a piece of its own. */
const ROLE = { mark: 1, joins: 2, becomesOne: 3, becomesText: 4 } as const;
const ROLE_BITS = 3;
const CLASS_BITS = 4;

const FIRST_BEYOND_ASCII = 0x80;
const KEPT_NORMAL_FORMS = 4096;
const LONGEST_KEPT = 8;

/**
 * Cuts any UTF-8 text into tokens, unstemmed. The exact form of the analysis rule.
 *
 * Text is cut into pieces: a code point with all that may join it in NFKD, folding, stripping or NFC. No step of the rule reaches
 * across the border of two pieces, so a piece of one code point is looked up in a table, and only others are normalised as strings.
 */
export class ExactScanner {
  readonly #classes: CodePointTable = new CodePointTable(characterClass);
  readonly #roles: CodePointTable = new CodePointTable((codePoint) => this.#role(codePoint));
  /** Normal forms of single code points that become more than one, or none. */
  readonly #texts: string[] = [];
  readonly #kept = new Map<string, string>();
  readonly #runs: TokenRuns;
  /** The role of the piece's only code point; 0 where there is none, or the piece is in `#piece`. */
  #single = 0;
  #codePoint = 0;
  #piece = '';
  #marks = 0;

  constructor(sink: TokenSink) {
    this.#runs = new TokenRuns(sink);
  }

  /** Analyses a stretch as a text of its own. */
  scan(bytes: Uint8Array, start: number, end: number): void {
    this.feed(bytes, start, end);
    this.finish();
  }

  /**
   * Analyses a stretch without ending the run that may stand at its end: `finish` does.
   * @returns whether the stretch ends inside a token
   */
  feed(bytes: Uint8Array, start: number, end: number): boolean {
    let at = start;
    this.#marks = 0;
    while (at < end) {
      const decoded = decodeCodePoint(bytes, at, end);
      at += decoded & 7;
      this.#add(decoded >> 3);
    }
    this.#endPiece();
    return this.#runs.inside;
  }

  finish(): void {
    this.#runs.end();
  }

  #add(codePoint: number): void {
    const role = this.#roles.get(codePoint);
    const does = role & ((1 << ROLE_BITS) - 1);
    if (does >= ROLE.becomesOne) {
      this.#endPiece();
      this.#single = role;
      this.#codePoint = codePoint;
      this.#marks = 0;
      return;
    }
    if (does === ROLE.joins) this.#marks = 0;
    else if (++this.#marks > LIMITS.marksTogether) return;
    if (this.#single !== 0) {
      this.#piece = String.fromCodePoint(this.#codePoint);
      this.#single = 0;
    }
    this.#piece += String.fromCodePoint(codePoint);
  }

  #endPiece(): void {
    const single = this.#single;
    if (single === 0) {
      if (this.#piece === '') return;
      this.#addNormal(this.#normalForm(this.#piece));
      this.#piece = '';
      return;
    }
    this.#single = 0;
    const value = single >> ROLE_BITS;
    if ((single & ((1 << ROLE_BITS) - 1)) === ROLE.becomesOne)
      this.#runs.add(value >> CLASS_BITS, value & ((1 << CLASS_BITS) - 1));
    else this.#addNormal(this.#texts[value] ?? '');
  }

  #addNormal(text: string): void {
    for (let at = 0; at < text.length; ) {
      const codePoint = text.codePointAt(at) ?? 0;
      this.#runs.add(codePoint, this.#classes.get(codePoint));
      at += codePoint > 0xffff ? 2 : 1;
    }
  }

  /** Scripts with vowel marks have few different pieces and many of each. */
  #normalForm(piece: string): string {
    if (piece.length > LONGEST_KEPT) return normalForm(piece);
    const known = this.#kept.get(piece);
    if (known !== undefined) return known;
    const normal = normalForm(piece);
    if (this.#kept.size === KEPT_NORMAL_FORMS) this.#kept.clear();
    this.#kept.set(piece, normal);
    return normal;
  }

  #role(codePoint: number): number {
    if (codePoint < FIRST_BEYOND_ASCII) return asciiRole(codePoint);
    const character = String.fromCodePoint(codePoint);
    if (MARK_LIKE.test(character)) return ROLE.mark;
    const decomposed = character.normalize('NFKD');
    if (JOINS_BACK.test(String.fromCodePoint(decomposed.codePointAt(0) ?? 0))) return ROLE.joins;
    const normal = normalForm(character);
    const first = normal.codePointAt(0) ?? 0;
    const classOfFirst = characterClass(first);
    if (normal === String.fromCodePoint(first)) return becomesOne(first, classOfFirst);
    if ([...normal].every((c) => characterClass(c.codePointAt(0) ?? 0) === CLASS.none))
      return becomesOne(0, CLASS.none);
    this.#texts.push(normal);
    return ROLE.becomesText | ((this.#texts.length - 1) << ROLE_BITS);
  }
}

/** For speed alone: one analyser is made for each query. */
function asciiRole(codePoint: number): number {
  const character = String.fromCharCode(codePoint).toLowerCase();
  return /[a-z0-9]/.test(character)
    ? becomesOne(character.charCodeAt(0), CLASS.word)
    : becomesOne(0, CLASS.none);
}

function becomesOne(codePoint: number, of: CharacterClass): number {
  return ROLE.becomesOne | (((codePoint << CLASS_BITS) | of) << ROLE_BITS);
}
