import { type OpenFile, readAt, sizeOf } from './open-file.ts';

/** The bytes of a file from front to back. */
export class PackedInput {
  readonly #file: OpenFile;
  #buffer: Buffer;
  /** The bytes of the buffer that are still to be taken. */
  #from = 0;
  #to = 0;
  /** Offset in the file of the buffer's end. */
  #read = 0;

  /** @param step bytes read at a time */
  constructor(file: OpenFile, step: number) {
    this.#file = file;
    this.#buffer = Buffer.allocUnsafeSlow(step);
  }

  /** The next bytes, not yet taken: fewer than asked for only at the file's end. Valid until the next call. */
  peek(count: number): Buffer {
    if (this.#to - this.#from < count) this.#fill(count);
    return this.#buffer.subarray(this.#from, Math.min(this.#to, this.#from + count));
  }

  /** Passes over bytes, as many as there are. */
  skip(count: number): void {
    const held = this.#to - this.#from;
    if (count > held) this.#read += count - held;
    this.#from = count > held ? this.#to : this.#from + count;
  }

  /** The next bytes, or null where the file has fewer. Valid until the next call. */
  take(count: number): Buffer | null {
    const bytes = this.peek(count);
    if (bytes.length < count) return null;
    this.#from += count;
    return bytes;
  }

  /** Goes on at an offset of the file. */
  seek(offset: number): void {
    this.#read = offset;
    this.#from = this.#to = 0;
  }

  byte(): number | null {
    return this.take(1)?.[0] ?? null;
  }

  /** Bytes of the file that have been taken. */
  get taken(): number {
    return this.#read - (this.#to - this.#from);
  }

  /** Bytes of the file that have not been taken. */
  get left(): number {
    return Math.max(0, sizeOf(this.#file) - this.#read) + this.#to - this.#from;
  }

  /** Passes over zero bytes. Whether something follows. */
  skipZeros(): boolean {
    for (;;) {
      const bytes = this.peek(512);
      if (bytes.length === 0) return false;
      const next = bytes.findIndex((byte) => byte !== 0);
      this.skip(next === -1 ? bytes.length : next);
      if (next !== -1) return true;
    }
  }

  #fill(count: number): void {
    const held = this.#to - this.#from;
    if (count > this.#buffer.length) {
      const larger = Buffer.allocUnsafeSlow(count);
      this.#buffer.copy(larger, 0, this.#from, this.#to);
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#from, this.#to);
    }
    const read = readAt(this.#file, this.#buffer.subarray(held), this.#read);
    this.#read += read;
    this.#from = 0;
    this.#to = held + read;
  }
}
