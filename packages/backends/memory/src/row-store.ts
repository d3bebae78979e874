import { withRoom } from './columns.ts';

/** Rows share buffers of this size; a longer row has one of its own. */
export const CHUNK_BYTES = 4 << 20;

/** One row of bytes a slot, many in one buffer, so that a hundred thousand of them cost the garbage collector nothing. */
export class RowStore {
  #chunks: Buffer[] = [];
  /** Of the last chunk. */
  #used = 0;
  #chunkOf = new Uint32Array(0);
  #startOf = new Uint32Array(0);
  #lengthOf = new Uint32Array(0);
  #live = 0;
  #dead = 0;

  /** Bytes of all rows. */
  get bytes(): number {
    return this.#live;
  }

  /** Bytes of the buffers in which they lie. */
  get capacity(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  /** The row as it lies there: good until the next row is set. Empty where there is none. */
  row(slot: number): Buffer {
    const chunk = this.#chunks[this.#chunkOf[slot] ?? 0];
    const start = this.#startOf[slot] ?? 0;
    return chunk === undefined ? Buffer.alloc(0) : chunk.subarray(start, start + (this.#lengthOf[slot] ?? 0));
  }

  /** Sets the row of a slot that had none. */
  set(slot: number, row: Uint8Array): void {
    if (this.#dead > this.#live + CHUNK_BYTES) this.#compact();
    this.#place(slot, row);
    this.#live += row.length;
  }

  remove(slot: number): void {
    const length = this.#lengthOf[slot] ?? 0;
    this.#live -= length;
    this.#dead += length;
    this.#lengthOf[slot] = 0;
  }

  /** Takes a buffer over in which the rows of slots from `first` on stand one behind the other. */
  take(chunk: Buffer, first: number, start: number, lengths: readonly number[]): void {
    this.#chunks.push(chunk);
    this.#used = chunk.length;
    let at = start;
    for (const [i, length] of lengths.entries()) {
      this.#locate(first + i, at, length);
      at += length;
      this.#live += length;
    }
  }

  #place(slot: number, row: Uint8Array): void {
    let last = this.#chunks.at(-1);
    if (last === undefined || this.#used + row.length > last.length) {
      last = Buffer.allocUnsafeSlow(Math.max(CHUNK_BYTES, row.length));
      this.#chunks.push(last);
      this.#used = 0;
    }
    last.set(row, this.#used);
    this.#locate(slot, this.#used, row.length);
    this.#used += row.length;
  }

  #locate(slot: number, start: number, length: number): void {
    this.#chunkOf = withRoom(this.#chunkOf, slot + 1);
    this.#startOf = withRoom(this.#startOf, slot + 1);
    this.#lengthOf = withRoom(this.#lengthOf, slot + 1);
    this.#chunkOf[slot] = this.#chunks.length - 1;
    this.#startOf[slot] = start;
    this.#lengthOf[slot] = length;
  }

  /** Copies what is left into new buffers. */
  #compact(): void {
    const old = this.#chunks;
    this.#chunks = [];
    this.#used = 0;
    this.#dead = 0;
    for (let slot = 0; slot < this.#lengthOf.length; slot++) {
      const length = this.#lengthOf[slot] ?? 0;
      const start = this.#startOf[slot] ?? 0;
      const chunk = old[this.#chunkOf[slot] ?? 0];
      if (length > 0 && chunk !== undefined) this.#place(slot, chunk.subarray(start, start + length));
    }
  }
}
