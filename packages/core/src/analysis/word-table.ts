// Hot: bench/src/cases/analyze.ts.
import { SHORTEST_STEMMED, stemBytes } from './porter.ts';

/** Two cells for each slot: hash and place in the arena. Half of the slots stay free. */
const SLOTS = 1 << 17;
const WORDS_MAX = SLOTS / 2;
const ARENA_BYTES = 1 << 21;
/** An entry's bytes beside its word and the end of its stem: their lengths, and how much of the word the stem keeps. */
const ENTRY_HEAD = 3;

/**
 * Words of letters a–z already seen, with their stems: an open-addressing table over one arena. At its bound it is emptied, since
 * mail has no end of different words; the common ones are soon back. About 3 MiB.
 */
export class WordTable {
  readonly #slots: Int32Array = new Int32Array(SLOTS * 2);
  readonly #arena: Uint8Array = new Uint8Array(ARENA_BYTES);
  /** The arena's first byte is left out, so that no entry stands at 0, which marks a free slot. */
  #used = 1;
  #words = 0;

  /**
   * Stems the word of letters a–z in `bytes[start, end)` in place.
   * @param hash of its bytes, the same each time
   * @returns the end of the stem
   */
  stem(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const length = end - start;
    if (length < SHORTEST_STEMMED) return end;
    const slots = this.#slots;
    const arena = this.#arena;
    let slot = ((hash ^ (hash >>> 15)) & (SLOTS - 1)) << 1;
    for (;;) {
      const place = slots[slot + 1] ?? 0;
      if (place === 0) return this.#add(bytes, start, end, hash, slot);
      if (slots[slot] === hash && arena[place] === length) {
        const tail = arena[place + 1] ?? 0;
        const word = place + ENTRY_HEAD + tail;
        let i = 0;
        while (i < length && arena[word + i] === bytes[start + i]) i++;
        if (i === length) {
          let to = start + (arena[place + 2] ?? 0);
          for (let t = 0; t < tail; t++) bytes[to++] = arena[place + ENTRY_HEAD + t] ?? 0;
          return to;
        }
      }
      slot = (slot + 2) & (SLOTS * 2 - 1);
    }
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const length = end - start;
    const arena = this.#arena;
    // The stem's own end is never longer than the word.
    if (this.#words === WORDS_MAX || this.#used + ENTRY_HEAD + 2 * length > ARENA_BYTES) {
      this.#empty();
      return stemBytes(bytes, start, end);
    }
    const place = this.#used;
    // The word goes where it stands if the stem only cuts; moved on once the tail is known.
    const copy = place + ENTRY_HEAD;
    for (let i = 0; i < length; i++) arena[copy + i] = bytes[start + i] ?? 0;
    const to = stemBytes(bytes, start, end);
    let kept = 0;
    while (start + kept < to && arena[copy + kept] === bytes[start + kept]) kept++;
    const tail = to - start - kept;
    arena.copyWithin(copy + tail, copy, copy + length);
    for (let i = 0; i < tail; i++) arena[copy + i] = bytes[start + kept + i] ?? 0;
    arena[place] = length;
    arena[place + 1] = tail;
    arena[place + 2] = kept;
    this.#used = copy + tail + length;
    this.#words++;
    this.#slots[slot] = hash;
    this.#slots[slot + 1] = place;
    return to;
  }

  #empty(): void {
    this.#slots.fill(0);
    this.#used = 1;
    this.#words = 0;
  }
}
