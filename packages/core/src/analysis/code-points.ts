const EMPTY = new Int32Array(0);

/** Pages of the Basic Multilingual Plane; the others come when one of their code points does. */
const FIRST_PAGES = 0x100;
const ALL_PAGES = 0x1100;

/** A number for each code point, worked out when it is first asked for and kept: 1 KiB for each 256 that occur. */
export class CodePointTable {
  readonly #compute: (codePoint: number) => number;
  #pages: Int32Array[] = new Array<Int32Array>(FIRST_PAGES).fill(EMPTY);

  /** @param compute never gives 0, which stands for "not asked for yet" */
  constructor(compute: (codePoint: number) => number) {
    this.#compute = compute;
  }

  get(codePoint: number): number {
    const known = this.#pages[codePoint >> 8]?.[codePoint & 0xff] ?? 0;
    return known === 0 ? this.#add(codePoint) : known;
  }

  #add(codePoint: number): number {
    const number = codePoint >> 8;
    if (number >= this.#pages.length)
      this.#pages = [...this.#pages, ...new Array<Int32Array>(ALL_PAGES - FIRST_PAGES).fill(EMPTY)];
    let page = this.#pages[number] ?? EMPTY;
    if (page.length === 0) {
      page = new Int32Array(256);
      this.#pages[number] = page;
    }
    const value = this.#compute(codePoint);
    page[codePoint & 0xff] = value;
    return value;
  }
}
