import { withRoom } from './columns.ts';

/**
 * Slots in the order of a number each, for ranges. What is put waits until somebody asks; what is taken is left out of the answer by
 * those who ask, and goes with the next merge.
 */
export class SortedSlots {
  readonly #tie: (a: number, b: number) => number;
  #slots = new Uint32Array(0);
  #values = new Float64Array(0);
  #length = 0;
  #waiting: { readonly slot: number; readonly value: number }[] = [];
  readonly #taken = new Set<number>();

  /** @param tie the order of two slots of one value */
  constructor(tie: (a: number, b: number) => number = (a, b) => a - b) {
    this.#tie = tie;
  }

  put(slot: number, value: number): void {
    this.#waiting.push({ slot, value });
  }

  take(slot: number): void {
    this.#taken.add(slot);
  }

  /** All slots in order, and the number of each. Good until the next put or take. */
  settled(): { readonly slots: Uint32Array; readonly values: Float64Array } {
    if (this.#waiting.length > 0 || this.#taken.size > 0) this.#merge();
    return { slots: this.#slots.subarray(0, this.#length), values: this.#values.subarray(0, this.#length) };
  }

  /** The places in order whose numbers lie between these, both included; null is an open end. */
  placesOf(from: number | null, to: number | null): { readonly first: number; readonly end: number } {
    const { values } = this.settled();
    const first = from === null ? 0 : firstPlace(values, (value) => value >= from);
    const end = to === null ? values.length : firstPlace(values, (value) => value > to);
    return { first, end: Math.max(first, end) };
  }

  #merge(): void {
    const waiting = this.#waiting
      .filter(({ slot }) => !this.#taken.has(slot))
      .sort((a, b) => a.value - b.value || this.#tie(a.slot, b.slot));
    const { slots, values } = { slots: this.#slots, values: this.#values };
    this.#slots = withRoom(new Uint32Array(0), this.#length + waiting.length);
    this.#values = withRoom(new Float64Array(0), this.#length + waiting.length);
    let next = 0;
    let length = 0;
    const push = (slot: number, value: number): void => {
      this.#slots[length] = slot;
      this.#values[length++] = value;
    };
    for (let i = 0; i < this.#length; i++) {
      const slot = slots[i] ?? 0;
      const value = values[i] ?? 0;
      if (this.#taken.has(slot)) continue;
      for (let w = waiting[next]; w !== undefined; w = waiting[next]) {
        if (w.value > value || (w.value === value && this.#tie(w.slot, slot) > 0)) break;
        push(w.slot, w.value);
        next++;
      }
      push(slot, value);
    }
    for (const { slot, value } of waiting.slice(next)) push(slot, value);
    this.#length = length;
    this.#waiting = [];
    this.#taken.clear();
  }
}

/** The first place whose value passes a test that all behind it pass too. */
export function firstPlace(values: Float64Array | Uint32Array, test: (value: number) => boolean): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (test(values[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low;
}
