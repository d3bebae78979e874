/** Bytes of a buffer that is kept, and how many are. */
const BYTES = 1024 * 1024;
const MOST = 4;

/**
 * Buffers of one thread that reads files again and again. What would be allocated for each file anew counts as V8's, which collects its whole heap
 * for every 64 MiB of it.
 */
export class ReadBuffers {
  readonly #free: Buffer[] = [];

  /** One of so many bytes at least, which nobody else has until it is given back. */
  take(size: number): Buffer {
    const kept = size <= BYTES ? this.#free.pop() : undefined;
    return kept ?? Buffer.allocUnsafeSlow(Math.max(size, BYTES));
  }

  give(buffer: Buffer): void {
    if (buffer.length === BYTES && this.#free.length < MOST) this.#free.push(buffer);
  }
}
