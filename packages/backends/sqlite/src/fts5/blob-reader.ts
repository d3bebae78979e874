// Hot: once a number of the blocks that are looked at. bench: search.

/** Reads the numbers in a block of FTS5: big-endian, seven bits a byte, the ninth whole. */
export class BlobReader {
  readonly bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Never beyond 2^53: the numbers of rows, pages and positions are not. */
  varint(): number {
    const first = this.bytes[this.at++] ?? 0;
    return first < 0x80 ? first : this.#longer(first & 0x7f);
  }

  #longer(first: number): number {
    let value = first;
    for (let length = 2; length < 9; length++) {
      const byte = this.bytes[this.at++] ?? 0;
      if (byte < 0x80) return value * 0x80 + byte;
      value = value * 0x80 + (byte & 0x7f);
    }
    return value * 0x100 + (this.bytes[this.at++] ?? 0);
  }
}
