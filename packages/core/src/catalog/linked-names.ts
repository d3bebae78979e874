/**
 * Names that are linked with one another, and so fall into groups: union-find with halved paths, groups joined by size. Names are numbered in the order
 * in which they are first met.
 */
export interface LinkedNames {
  /** All names, by number. */
  readonly names: readonly string[];
  /** The number of a name, which is met now at the latest. */
  number(name: string): number;
  link(one: number, other: number): void;
  /** One and the same number for all of a group, until something is linked. */
  groupOf(name: number): number;
}

export function createLinkedNames(): LinkedNames {
  const names: string[] = [];
  const numbers = new Map<string, number>();
  const above: number[] = [];
  const sizes: number[] = [];

  function groupOf(name: number): number {
    let at = name;
    for (;;) {
      const next = above[at] ?? at;
      if (next === at) return at;
      const beyond = above[next] ?? next;
      above[at] = beyond;
      at = beyond;
    }
  }

  return {
    names,
    number(name) {
      const known = numbers.get(name);
      if (known !== undefined) return known;
      const number = names.length;
      numbers.set(name, number);
      names.push(name);
      above.push(number);
      sizes.push(1);
      return number;
    },
    link(one, other) {
      const first = groupOf(one);
      const second = groupOf(other);
      if (first === second) return;
      const sum = (sizes[first] ?? 0) + (sizes[second] ?? 0);
      const [small, big] = (sizes[first] ?? 0) < (sizes[second] ?? 0) ? [first, second] : [second, first];
      above[small] = big;
      sizes[big] = sum;
    },
    groupOf,
  };
}
