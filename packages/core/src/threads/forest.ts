import type { ThreadMember } from '../catalog/thread-catalog.ts';

/** Messages and what they follow, as trees. Nodes are numbers: the members in their order, then what is missing. */
export interface Forest {
  /** Of all nodes; those of members and of what is missing. */
  readonly messageIds: readonly string[];
  /** Of each node, null for a root. */
  readonly parents: readonly (number | null)[];
  /** Of a member itself; of what is missing the first member anywhere below it, null where there is none. */
  readonly firsts: readonly (number | null)[];
}

/** Nodes while they are being linked; trees only grow together. */
class Nodes {
  readonly messageIds: string[] = [];
  readonly parents: (number | null)[] = [];
  readonly #named = new Map<string, number>();
  /** Union-find with halved paths: what stands above a node in its set, and of a set's top the root of its tree. */
  readonly #above: number[] = [];
  readonly #roots: number[] = [];

  /** A node of its own; the first that bears an id is the one that others refer to. */
  add(messageId: string): number {
    const node = this.messageIds.push(messageId) - 1;
    this.parents.push(null);
    this.#above.push(node);
    this.#roots.push(node);
    if (!this.#named.has(messageId)) this.#named.set(messageId, node);
    return node;
  }

  named(messageId: string): number {
    return this.#named.get(messageId) ?? this.add(messageId);
  }

  /** Makes a node that has no parent the child of another, unless it stands above that already. */
  link(parent: number, child: number): void {
    if (this.parents[child] !== null) return;
    const above = this.#top(parent);
    const root = this.#roots[above];
    if (root === child || root === undefined) return;
    this.parents[child] = parent;
    this.#above[this.#top(child)] = above;
  }

  #top(node: number): number {
    let at = node;
    for (;;) {
      const next = this.#above[at] ?? at;
      if (next === at) return at;
      const beyond = this.#above[next] ?? next;
      this.#above[at] = beyond;
      at = beyond;
    }
  }
}

/**
 * Links messages by References and In-Reply-To after Jamie Zawinski's algorithm (https://www.jwz.org/doc/threading.html, steps 1 and 2): a message's parent is the
 * last that it refers to; what is missing hangs on the reference before it. What a message says of itself counts more than what others say of it;
 * messages speak in the order given, so that the result depends on the set alone. Whatever would close a circle is passed over.
 * @param members by (date, id); several may bear one Message-ID: replies go to the first of these
 */
export function linkForest(members: readonly ThreadMember[]): Forest {
  const nodes = new Nodes();
  for (const { messageId } of members) nodes.add(messageId);
  const chains = members.map(({ messageId, references }) => references.filter((id) => id !== messageId));
  for (const [own, chain] of chains.entries()) {
    const parent = chain.at(-1);
    if (parent !== undefined) nodes.link(nodes.named(parent), own);
  }
  for (const chain of chains) {
    let before: number | null = null;
    for (const id of chain) {
      const node = nodes.named(id);
      if (before !== null) nodes.link(before, node);
      before = node;
    }
  }
  const { messageIds, parents } = nodes;
  return { messageIds, parents, firsts: firstsOf(parents, members.length) };
}

/** The children of each node that has members in its tree, and the roots, in no order. */
export function childrenOf({ parents, firsts }: Forest): {
  readonly roots: number[];
  readonly children: readonly number[][];
} {
  const roots: number[] = [];
  const children: number[][] = parents.map(() => []);
  for (const [node, parent] of parents.entries()) {
    if (firsts[node] === null) continue;
    if (parent === null) roots.push(node);
    else children[parent]?.push(node);
  }
  return { roots, children };
}

/** Every member tells those above it, in order: so each node hears of the first one first, and no path is walked twice. */
function firstsOf(parents: readonly (number | null)[], members: number): (number | null)[] {
  const firsts: (number | null)[] = parents.map(() => null);
  for (let member = 0; member < members; member++) {
    for (let at: number | null = member; at !== null && firsts[at] === null; at = parents[at] ?? null) {
      firsts[at] = member;
    }
  }
  for (let member = 0; member < members; member++) firsts[member] = member;
  return firsts;
}
