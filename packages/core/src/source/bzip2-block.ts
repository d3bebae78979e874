// Hot: bench/src/cases/read.ts.
import type { BitInput } from './bit-input.ts';

/** What a block says cannot be. */
export class DamagedBlock extends Error {}

const GROUP_SYMBOLS = 50;
const LONGEST_CODE = 20;
/** Bits of a code that are looked up at once; longer ones are rare. */
const LOOK_UP = 10;
const MOST_SELECTORS = 18_002;
const CHUNK = 1024 * 1024;

/** Codes of one Huffman table. */
interface Codes {
  /** By the next LOOK_UP bits: symbol × 32 + length; 0: the code is longer. */
  readonly short: Uint16Array;
  /** By length: the highest code (-1: none), and what is added to a code for its index in `symbols`. */
  readonly highest: Int32Array;
  readonly shift: Int32Array;
  readonly symbols: Uint16Array;
}

/** One block of a bzip2 file: read, then unpacked. Its memory is used again for the next. */
export class Bzip2Block {
  /** Low byte: the symbol; above it the index of the one before (Burrows-Wheeler, undone). */
  #chain: Uint32Array = new Uint32Array(0);
  #length = 0;
  #next = 0;
  readonly #crcTable = crcTable();
  #crc = 0;

  /** Of all that was unpacked. */
  get checksum(): number {
    return ~this.#crc >>> 0;
  }

  /**
   * @param most bytes of a block of this stream before its runs are undone
   * @throws DamagedBlock, OutOfBits
   */
  read(input: BitInput, most: number): void {
    if (input.bits(1) === 1) throw new DamagedBlock('randomised, as only versions before 0.9.5 did');
    const origin = input.bits(24);
    const used = readUsed(input);
    const symbols = used.length + 2;
    const tableCount = input.bits(3);
    const selectorCount = input.bits(15);
    if (used.length === 0 || tableCount < 2 || tableCount > 6 || selectorCount === 0)
      throw new DamagedBlock();
    const selectors = readSelectors(input, tableCount, selectorCount);
    const tables = Array.from({ length: tableCount }, () => codesOf(readLengths(input, symbols)));
    if (this.#chain.length < most) this.#chain = new Uint32Array(most);
    const counts = new Uint32Array(256);
    this.#length = this.#readSymbols(input, { used, selectors, tables, most, counts });
    if (origin >= this.#length) throw new DamagedBlock();
    this.#link(counts);
    this.#next = (this.#chain[origin] ?? 0) >>> 8;
    this.#crc = -1;
  }

  /** The bytes that were packed, in pieces. Runs of four are followed by how often their byte is to be repeated. */
  *unpack(): Generator<Buffer, void> {
    const chain = this.#chain;
    const table = this.#crcTable;
    let crc = this.#crc;
    let out = Buffer.allocUnsafeSlow(CHUNK);
    let write = 0;
    let run = 0;
    let previous = -1;
    let next = this.#next;
    for (let i = 0; i < this.#length; i++) {
      const entry = chain[next] ?? 0;
      next = entry >>> 8;
      const byte = entry & 0xff;
      if (run === 4) {
        if (CHUNK - write < byte) {
          this.#crc = crc;
          yield out.subarray(0, write);
          out = Buffer.allocUnsafeSlow(CHUNK);
          write = 0;
        }
        for (let repeat = 0; repeat < byte; repeat++) {
          out[write++] = previous;
          crc = (crc << 8) ^ (table[((crc >>> 24) ^ previous) & 0xff] ?? 0);
        }
        run = 0;
        previous = -1;
        continue;
      }
      run = byte === previous ? run + 1 : 1;
      previous = byte;
      if (write === CHUNK) {
        yield out;
        out = Buffer.allocUnsafeSlow(CHUNK);
        write = 0;
      }
      out[write++] = byte;
      crc = (crc << 8) ^ (table[((crc >>> 24) ^ byte) & 0xff] ?? 0);
    }
    this.#crc = crc;
    if (write > 0) yield out.subarray(0, write);
  }

  /** Undoes Huffman codes, runs of the foremost symbol, and move-to-front. Answers how many bytes there are. */
  #readSymbols(input: BitInput, { used, selectors, tables, most, counts }: Coded): number {
    const chain = this.#chain;
    const order = Uint8Array.from(used);
    const end = used.length + 1;
    let length = 0;
    let run = 0;
    let weight = 1;
    let left = 0;
    let selector = 0;
    let codes = tables[0];
    for (;;) {
      if (left === 0) {
        codes = tables[selectors[selector++] ?? -1];
        left = GROUP_SYMBOLS;
      }
      if (codes === undefined) throw new DamagedBlock();
      left--;
      const symbol = nextSymbol(input, codes);
      if (symbol < 2) {
        run += weight << symbol;
        weight <<= 1;
        if (run > most) throw new DamagedBlock();
        continue;
      }
      if (run > 0) {
        const byte = order[0] ?? 0;
        if (length + run > most) throw new DamagedBlock();
        chain.fill(byte, length, length + run);
        counts[byte] = (counts[byte] ?? 0) + run;
        length += run;
        run = 0;
        weight = 1;
      }
      if (symbol === end) return length;
      if (length === most) throw new DamagedBlock();
      const index = symbol - 1;
      const byte = order[index] ?? 0;
      order.copyWithin(1, 0, index);
      order[0] = byte;
      chain[length++] = byte;
      counts[byte] = (counts[byte] ?? 0) + 1;
    }
  }

  #link(counts: Uint32Array): void {
    const chain = this.#chain;
    let sum = 0;
    for (let byte = 0; byte < 256; byte++) {
      const count = counts[byte] ?? 0;
      counts[byte] = sum;
      sum += count;
    }
    for (let i = 0; i < this.#length; i++) {
      const byte = (chain[i] ?? 0) & 0xff;
      const at = counts[byte] ?? 0;
      counts[byte] = at + 1;
      chain[at] = (chain[at] ?? 0) + i * 256;
    }
  }
}

interface Coded {
  readonly used: readonly number[];
  readonly selectors: Uint8Array;
  readonly tables: readonly Codes[];
  readonly most: number;
  readonly counts: Uint32Array;
}

function readUsed(input: BitInput): readonly number[] {
  const ranges = input.bits(16);
  const used: number[] = [];
  for (let range = 0; range < 16; range++) {
    if ((ranges & (0x8000 >> range)) === 0) continue;
    const bits = input.bits(16);
    for (let i = 0; i < 16; i++) if ((bits & (0x8000 >> i)) !== 0) used.push(range * 16 + i);
  }
  return used;
}

function readSelectors(input: BitInput, tables: number, count: number): Uint8Array {
  const order = Array.from({ length: tables }, (_, i) => i);
  // More than a block can use are written by some programs, and passed over.
  const selectors = new Uint8Array(Math.min(count, MOST_SELECTORS));
  for (let i = 0; i < count; i++) {
    let index = 0;
    while (input.bits(1) === 1) if (++index === tables) throw new DamagedBlock();
    const [table = 0] = order.splice(index, 1);
    order.unshift(table);
    if (i < selectors.length) selectors[i] = table;
  }
  return selectors;
}

function readLengths(input: BitInput, symbols: number): Uint8Array {
  const lengths = new Uint8Array(symbols);
  let length = input.bits(5);
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (;;) {
      if (length < 1 || length > LONGEST_CODE) throw new DamagedBlock();
      if (input.bits(1) === 0) break;
      length += input.bits(1) === 0 ? 1 : -1;
    }
    lengths[symbol] = length;
  }
  return lengths;
}

/** Canonical codes: by length, then by symbol. */
function codesOf(lengths: Uint8Array): Codes {
  const short = new Uint16Array(1 << LOOK_UP);
  const highest = new Int32Array(LONGEST_CODE + 1).fill(-1);
  const shift = new Int32Array(LONGEST_CODE + 1);
  const symbols = new Uint16Array(lengths.length);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= LONGEST_CODE; length++) {
    shift[length] = index - code;
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      symbols[index++] = symbol;
      if (length <= LOOK_UP) {
        const from = code << (LOOK_UP - length);
        short.fill(symbol * 32 + length, from, from + (1 << (LOOK_UP - length)));
      }
      highest[length] = code++;
    }
    code <<= 1;
  }
  return { short, highest, shift, symbols };
}

function nextSymbol(input: BitInput, { short, highest, shift, symbols }: Codes): number {
  const found = short[input.peek(LOOK_UP)] ?? 0;
  if (found !== 0) {
    input.drop(found & 31);
    return found >> 5;
  }
  const bits = input.peek(LONGEST_CODE);
  for (let length = LOOK_UP + 1; length <= LONGEST_CODE; length++) {
    const code = bits >> (LONGEST_CODE - length);
    if (code <= (highest[length] ?? -1)) {
      input.drop(length);
      return symbols[code + (shift[length] ?? 0)] ?? 0;
    }
  }
  throw new DamagedBlock();
}

/** CRC-32 with the highest bit first, as bzip2 has it. */
function crcTable(): Int32Array {
  const table = new Int32Array(256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte << 24;
    for (let i = 0; i < 8; i++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    table[byte] = crc;
  }
  return table;
}
