// Hot: twice a token of a snapshot, once a token of a write. bench: memory.

/** Bytes put one behind the other into a buffer that grows. */
export class ByteWriter {
  #buffer: Buffer = Buffer.allocUnsafe(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A whole number below 2^32 in groups of seven bits, the lowest first; all bytes but the last have the high bit. */
  varint(value: number): void {
    if (this.#length + 5 > this.#buffer.length) this.#grow(5);
    const buffer = this.#buffer;
    let at = this.#length;
    let rest = value;
    while (rest >= 0x80) {
      buffer[at++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    buffer[at++] = rest;
    this.#length = at;
  }

  bytes(bytes: Uint8Array): void {
    if (this.#length + bytes.length > this.#buffer.length) this.#grow(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** What was written, as it lies there: good until something more is. */
  written(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  #grow(room: number): void {
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#buffer.length * 2, this.#length + room));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}
