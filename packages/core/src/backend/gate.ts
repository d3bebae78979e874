import { HayrickError } from '../errors.ts';

/** Lets calls through until it is closed; what closes it waits for those under way. */
export class Gate {
  readonly #what: string;
  readonly #around: Gate | null;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  /**
   * @param what is closed, for the error's text
   * @param around a gate that closes this one with it
   */
  constructor(what: string, around: Gate | null = null) {
    this.#what = what;
    this.#around = around;
  }

  get closed(): boolean {
    return this.#closing !== null || (this.#around?.closed ?? false);
  }

  /** @throws HayrickError CLOSED, without calling */
  async pass<T>(call: () => Promise<T>): Promise<T> {
    if (this.closed) throw new HayrickError('CLOSED', `${this.#what} is closed.`);
    const running = call();
    this.#underWay.add(running);
    try {
      return await running;
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** When no call is under way any more, however they ended. */
  async quiet(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Lets nothing more through, waits for what is under way and calls `end`: once, however often it is closed. */
  close(end: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(end);
    return this.#closing;
  }

  async #close(end: () => Promise<void>): Promise<void> {
    await this.quiet();
    await end();
  }
}
