// Hot: bench/src/cases/read.ts.
/**
 * LZMA as LZMA2 uses it (the LZMA specification of the 7-Zip SDK): a range coder over adaptive bits, matches into what came before. Its own code and no
 * library: of a torn or crafted file a library kept back all that it had unpacked, or took the memory for all of it.
 */

/** Where each group of adaptive bits begins in one table. */
const IS_MATCH = 0;
const IS_REP = IS_MATCH + 12 * 16;
const IS_REP_G0 = IS_REP + 12;
const IS_REP_G1 = IS_REP_G0 + 12;
const IS_REP_G2 = IS_REP_G1 + 12;
const IS_REP0_LONG = IS_REP_G2 + 12;
const POS_SLOT = IS_REP0_LONG + 12 * 16;
const POS_SPECIAL = POS_SLOT + 4 * 64;
const ALIGN = POS_SPECIAL + 128;
const LENGTH = ALIGN + 16;
/** Of a length: choice, choice2, 16 × 8 low, 16 × 8 middle, 256 high. */
const LENGTH_LOW = 2;
const LENGTH_MIDDLE = LENGTH_LOW + 16 * 8;
const LENGTH_HIGH = LENGTH_MIDDLE + 16 * 8;
const REP_LENGTH = LENGTH + LENGTH_HIGH + 256;
const LITERAL = REP_LENGTH + LENGTH_HIGH + 256;

const HALF = 1024;
const TOP = 2 ** 24;
const SHORTEST_MATCH = 2;

/** The decoder's adaptive state, which lasts over the chunks of a block until they reset it. */
export class LzmaDecoder {
  #bits: Uint16Array = new Uint16Array(LITERAL + 0x300);
  #state = 0;
  #rep0 = 0;
  #rep1 = 0;
  #rep2 = 0;
  #rep3 = 0;
  #lc = 0;
  #literalMask = 0;
  #positionMask = 0;

  // The range coder, while a match is read.
  #input: Buffer = Buffer.alloc(0);
  #at = 0;
  #range = 0;
  #code = 0;

  /** Sets lc, lp and pb from their byte. False: there is no such byte. */
  setProperties(byte: number): boolean {
    if (byte >= 225) return false;
    this.#lc = byte % 9;
    const lp = Math.trunc(byte / 9) % 5;
    if (this.#lc + lp > 4) return false;
    this.#literalMask = (1 << lp) - 1;
    this.#positionMask = (1 << Math.trunc(byte / 45)) - 1;
    const size = LITERAL + (0x300 << (this.#lc + lp));
    if (this.#bits.length !== size) this.#bits = new Uint16Array(size);
    return true;
  }

  resetState(): void {
    this.#bits.fill(HALF);
    this.#state = 0;
    this.#rep0 = this.#rep1 = this.#rep2 = this.#rep3 = 0;
  }

  /**
   * Unpacks one chunk.
   * @param input all of it, with the range coder's five bytes
   * @param out holds what came before, up to `from`
   * @param begin index in `out` before which nothing may be referred to
   * @param position of `from` since the dictionary was last reset
   * @returns false: it is damaged; `out` is then not to be used from `from` on
   */
  decode(input: Buffer, out: Buffer, begin: number, from: number, to: number, position: number): boolean {
    if (input.length < 5 || input[0] !== 0) return false;
    const bits = this.#bits;
    const shift = 8 - this.#lc;
    const literalMask = this.#literalMask;
    const positionMask = this.#positionMask;
    const lc = this.#lc;
    const moved = position - from;
    let range = 0xffffffff;
    let code = input.readUInt32BE(1);
    let at = 5;
    let write = from;
    let state = this.#state;
    while (write < to) {
      const place = write + moved;
      const positionState = place & positionMask;
      let index = IS_MATCH + (state << 4) + positionState;
      let bit = bits[index] ?? 0;
      let bound = (range >>> 11) * bit;
      if (code < bound) {
        range = bound;
        bits[index] = bit + ((2048 - bit) >> 5);
        if (range < TOP) {
          range = (range << 8) >>> 0;
          code = ((code << 8) | (input[at++] ?? 0)) >>> 0;
        }
        const before = write > begin ? (out[write - 1] ?? 0) : 0;
        const base = LITERAL + 0x300 * (((place & literalMask) << lc) + (before >> shift));
        let symbol = 1;
        if (state >= 7) {
          let matched = out[write - this.#rep0 - 1] ?? 0;
          let offset = 0x100;
          while (symbol < 0x100) {
            matched <<= 1;
            const expected = matched & offset;
            index = base + offset + expected + symbol;
            bit = bits[index] ?? 0;
            bound = (range >>> 11) * bit;
            if (code < bound) {
              range = bound;
              bits[index] = bit + ((2048 - bit) >> 5);
              symbol <<= 1;
              offset &= ~expected;
            } else {
              range -= bound;
              code -= bound;
              bits[index] = bit - (bit >> 5);
              symbol = (symbol << 1) | 1;
              offset &= expected;
            }
            if (range < TOP) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (input[at++] ?? 0)) >>> 0;
            }
          }
        } else {
          while (symbol < 0x100) {
            index = base + symbol;
            bit = bits[index] ?? 0;
            bound = (range >>> 11) * bit;
            if (code < bound) {
              range = bound;
              bits[index] = bit + ((2048 - bit) >> 5);
              symbol <<= 1;
            } else {
              range -= bound;
              code -= bound;
              bits[index] = bit - (bit >> 5);
              symbol = (symbol << 1) | 1;
            }
            if (range < TOP) {
              range = (range << 8) >>> 0;
              code = ((code << 8) | (input[at++] ?? 0)) >>> 0;
            }
          }
        }
        out[write++] = symbol;
        state = state < 4 ? 0 : state < 10 ? state - 3 : state - 6;
        continue;
      }
      range -= bound;
      code -= bound;
      bits[index] = bit - (bit >> 5);
      if (range < TOP) {
        range = (range << 8) >>> 0;
        code = ((code << 8) | (input[at++] ?? 0)) >>> 0;
      }
      this.#state = state;
      this.#input = input;
      this.#at = at;
      this.#range = range;
      this.#code = code;
      const length = this.#match(positionState);
      at = this.#at;
      range = this.#range;
      code = this.#code;
      state = this.#state;
      const source = write - this.#rep0 - 1;
      if (source < begin || write + length > to || at > input.length) return false;
      // Bytes may overlap what they are copied from, so one by one.
      for (let i = 0; i < length; i++) out[write + i] = out[source + i] ?? 0;
      write += length;
    }
    this.#state = state;
    return at <= input.length;
  }

  /** Reads a match: its length, and its distance into #rep0. */
  #match(positionState: number): number {
    const state = this.#state;
    if (this.#bit(IS_REP + state) === 0) {
      this.#rep3 = this.#rep2;
      this.#rep2 = this.#rep1;
      this.#rep1 = this.#rep0;
      const length = this.#length(LENGTH, positionState);
      this.#state = state < 7 ? 7 : 10;
      this.#rep0 = this.#distance(length);
      return length;
    }
    if (this.#bit(IS_REP_G0 + state) === 0) {
      if (this.#bit(IS_REP0_LONG + (state << 4) + positionState) === 0) {
        this.#state = state < 7 ? 9 : 11;
        return 1;
      }
    } else {
      let distance: number;
      if (this.#bit(IS_REP_G1 + state) === 0) {
        distance = this.#rep1;
      } else {
        if (this.#bit(IS_REP_G2 + state) === 0) {
          distance = this.#rep2;
        } else {
          distance = this.#rep3;
          this.#rep3 = this.#rep2;
        }
        this.#rep2 = this.#rep1;
      }
      this.#rep1 = this.#rep0;
      this.#rep0 = distance;
    }
    const length = this.#length(REP_LENGTH, positionState);
    this.#state = state < 7 ? 8 : 11;
    return length;
  }

  #length(base: number, positionState: number): number {
    if (this.#bit(base) === 0)
      return SHORTEST_MATCH + this.#tree(base + LENGTH_LOW + (positionState << 3), 3);
    if (this.#bit(base + 1) === 0)
      return SHORTEST_MATCH + 8 + this.#tree(base + LENGTH_MIDDLE + (positionState << 3), 3);
    return SHORTEST_MATCH + 16 + this.#tree(base + LENGTH_HIGH, 8);
  }

  #distance(length: number): number {
    const slot = this.#tree(POS_SLOT + (Math.min(length - SHORTEST_MATCH, 3) << 6), 6);
    if (slot < 4) return slot;
    const count = (slot >> 1) - 1;
    const high = ((2 | (slot & 1)) << count) >>> 0;
    if (slot < 14) return high + this.#reverseTree(POS_SPECIAL + high - slot, count);
    const direct = this.#direct(count - 4);
    return high + direct * 16 + this.#reverseTree(ALIGN, 4);
  }

  #bit(index: number): number {
    const bit = this.#bits[index] ?? 0;
    const bound = (this.#range >>> 11) * bit;
    let value = 0;
    if (this.#code < bound) {
      this.#range = bound;
      this.#bits[index] = bit + ((2048 - bit) >> 5);
    } else {
      this.#range -= bound;
      this.#code -= bound;
      this.#bits[index] = bit - (bit >> 5);
      value = 1;
    }
    if (this.#range < TOP) this.#refill();
    return value;
  }

  #tree(base: number, count: number): number {
    let symbol = 1;
    for (let i = 0; i < count; i++) symbol = (symbol << 1) | this.#bit(base + symbol);
    return symbol - (1 << count);
  }

  #reverseTree(base: number, count: number): number {
    let symbol = 1;
    let value = 0;
    for (let i = 0; i < count; i++) {
      const bit = this.#bit(base + symbol);
      symbol = (symbol << 1) | bit;
      value |= bit << i;
    }
    return value;
  }

  /** Bits of even odds. */
  #direct(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++) {
      this.#range >>>= 1;
      const bit = this.#code >= this.#range ? 1 : 0;
      if (bit === 1) this.#code -= this.#range;
      value = value * 2 + bit;
      if (this.#range < TOP) this.#refill();
    }
    return value;
  }

  #refill(): void {
    this.#range = (this.#range << 8) >>> 0;
    this.#code = ((this.#code << 8) | (this.#input[this.#at++] ?? 0)) >>> 0;
  }
}
