// Hot: bench/src/cases/parse.ts.
import { type AddressList, parseAddresses } from './addresses.ts';

/**
 * What a thread remembers of address headers from one message to the next: in a thread or on a list the same From, To and Cc come again
 * and again (on linux-ext4 94, 88 and 64 of 100). Answers are what they would be without it. Each memory is bounded and forgets all at once.
 */
export interface Remembered {
  /** The value of a header by its raw text. */
  readonly values: Memory<string>;
  /** By value. */
  readonly addresses: Memory<AddressList>;
  /** What enters the content hash, by value. */
  readonly hashed: Memory<string>;
}

export type Memory<T> = (text: string, work: (text: string) => T) => T;

/** Longer texts are worked out anew each time: few are, and each would take the room of many. */
const LONGEST = 4096;
const MOST = 2048;

export function createRemembered(): Remembered {
  return { values: createMemory(), addresses: createMemory(), hashed: createMemory() };
}

/** Addresses of a value that headerValues gave; the same list for the same value while it is remembered. */
export function addressesOfValue(value: string, remembered: Remembered | null): AddressList {
  return remembered === null ? parseAddresses(value) : remembered.addresses(value, parseAddresses);
}

function createMemory<T>(): Memory<T> {
  const known = new Map<string, T>();
  return (text, work) => {
    if (text.length > LONGEST) return work(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    // A piece of a longer string would keep all of that alive.
    const copy = Buffer.from(text).toString();
    const made = work(copy);
    if (known.size >= MOST) known.clear();
    known.set(copy, made);
    return made;
  };
}
