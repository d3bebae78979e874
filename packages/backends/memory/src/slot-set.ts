// Hot: every condition of a search is one. bench: memory.

/** A set of slots, one bit each. A slot is a document's number in one generation while it is in memory. */
export interface SlotSet {
  readonly bits: Uint32Array;
}

/** @param capacity one more than the highest slot it may hold */
export function emptySet(capacity: number): SlotSet {
  return { bits: new Uint32Array((capacity + 31) >>> 5) };
}

export function copyOf({ bits }: SlotSet): SlotSet {
  return { bits: bits.slice() };
}

export function addSlot({ bits }: SlotSet, slot: number): void {
  const word = slot >>> 5;
  bits[word] = (bits[word] ?? 0) | (1 << (slot & 31));
}

export function removeSlot({ bits }: SlotSet, slot: number): void {
  const word = slot >>> 5;
  if (word < bits.length) bits[word] = (bits[word] ?? 0) & ~(1 << (slot & 31));
}

export function hasSlot({ bits }: SlotSet, slot: number): boolean {
  return ((bits[slot >>> 5] ?? 0) & (1 << (slot & 31))) !== 0;
}

export function sizeOf({ bits }: SlotSet): number {
  let size = 0;
  for (let i = 0; i < bits.length; i++) size += bitsOf(bits[i] ?? 0);
  return size;
}

export function isEmpty({ bits }: SlotSet): boolean {
  for (let i = 0; i < bits.length; i++) if (bits[i] !== 0) return false;
  return true;
}

/** Adds all of `others`; the set must be large enough. */
export function unite({ bits }: SlotSet, others: SlotSet): void {
  for (let i = 0; i < others.bits.length; i++) bits[i] = (bits[i] ?? 0) | (others.bits[i] ?? 0);
}

/** Keeps what is in `others` too. */
export function intersect({ bits }: SlotSet, others: SlotSet): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & (others.bits[i] ?? 0);
}

/** Takes out all of `others`. */
export function subtract({ bits }: SlotSet, others: SlotSet): void {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) & ~(others.bits[i] ?? 0);
}

/** Slots in rising order, until `use` answers false. */
export function eachSlot({ bits }: SlotSet, use: (slot: number) => unknown): void {
  for (let i = 0; i < bits.length; i++) {
    let word = bits[i] ?? 0;
    while (word !== 0) {
      const lowest = word & -word;
      if (use((i << 5) + 31 - Math.clz32(lowest)) === false) return;
      word ^= lowest;
    }
  }
}

/** Bits set in 32, counted in parallel: the classic of Hacker's Delight. */
function bitsOf(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
