import { passed } from './breach.ts';

/** Watches the calls of something that is opened and closed. */
export class Watch {
  readonly #what: string;
  readonly #around: Watch | null;
  #underWay = 0;
  #open = 0;
  #closed = false;

  constructor(what: string, around: Watch | null) {
    this.#what = what;
    this.#around = around;
    if (around !== null) around.#open++;
  }

  /** It was closed. */
  get over(): boolean {
    return this.#closed;
  }

  /** One call of the engine, which may not come after its end. */
  async call<T>(name: string, work: () => Promise<T>): Promise<T> {
    passed(!this.#closed, () => `${name} of ${this.#what} after it was closed`);
    passed(this.#around?.over !== true, () => `${name} of ${this.#what} after its backend was closed`);
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }

  /** Closing: once, when all that was called has ended and all that was opened inside is closed. */
  async close(end: () => Promise<void>): Promise<void> {
    passed(!this.#closed, () => `${this.#what} is closed twice`);
    passed(this.#underWay === 0, () => `${this.#what} is closed while it is busy`);
    passed(this.#open === 0, () => `${this.#what} is closed before what was opened of it`);
    this.#closed = true;
    if (this.#around !== null) this.#around.#open--;
    await end();
  }
}
