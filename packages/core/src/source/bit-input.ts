import type { OpenFile } from './open-file.ts';
import { PackedInput } from './packed-input.ts';

/** The file ends where bits were asked for. */
export class OutOfBits extends Error {}

/** The bits of a bzip2 file, the highest of a byte first. */
export class BitInput {
  readonly #input: PackedInput;
  readonly #step: number;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** The lowest `#count` bits are still to be given. */
  #held = 0;
  #count = 0;

  constructor(file: OpenFile, step: number) {
    this.#input = new PackedInput(file, step);
    this.#step = step;
  }

  /**
   * @param count at most 24
   * @throws OutOfBits
   */
  bits(count: number): number {
    while (this.#count < count) this.#more();
    this.#count -= count;
    return (this.#held >>> this.#count) & ((1 << count) - 1);
  }

  /** The next bits without taking them; zeros behind the file's end. */
  peek(count: number): number {
    while (this.#count < count) {
      if (this.#at === this.#bytes.length && !this.#fill())
        return (this.#held << (count - this.#count)) & ((1 << count) - 1);
      this.#more();
    }
    return (this.#held >>> (this.#count - count)) & ((1 << count) - 1);
  }

  /**
   * Takes bits that have been looked at.
   * @throws OutOfBits
   */
  drop(count: number): void {
    if (count > this.#count) throw new OutOfBits();
    this.#count -= count;
  }

  /** Passes over the rest of a byte. */
  toByte(): void {
    this.#count -= this.#count % 8;
  }

  /** At the start of a byte: passes over zero bytes. Whether something follows. */
  skipZeroBytes(): boolean {
    this.#giveBack();
    return this.#input.skipZeros();
  }

  /** At the start of a byte: takes a stream's header ("BZh1" to "BZh9") and gives its level; null, taking nothing, where none stands. */
  streamLevel(): number | null {
    this.#giveBack();
    const match = /^BZh([1-9])$/.exec(this.#input.peek(4).toString('latin1'));
    if (match === null) return null;
    this.#input.skip(4);
    return Number(match[1]);
  }

  /** At the start of a byte: how many are left. */
  get leftBytes(): number {
    this.#giveBack();
    return this.#input.left;
  }

  #more(): void {
    if (this.#at === this.#bytes.length && !this.#fill()) throw new OutOfBits();
    this.#held = (this.#held << 8) | (this.#bytes[this.#at++] ?? 0);
    this.#count += 8;
  }

  /** What lies in our buffer counts as not taken by the input until it is used up. */
  #fill(): boolean {
    this.#input.skip(this.#bytes.length);
    this.#bytes = this.#input.peek(this.#step);
    this.#at = 0;
    return this.#bytes.length > 0;
  }

  #giveBack(): void {
    this.#input.seek(this.#input.taken + this.#at - this.#count / 8);
    this.#bytes = this.#bytes.subarray(0, 0);
    this.#at = 0;
    this.#count = 0;
    this.#held = 0;
  }
}
