// Hot: once a node of the term tree when a snapshot is read or written. bench: memory.
import type { FieldPostings } from './postings.ts';

/**
 * A node of MiniSearch's radix tree: by the letters of each edge the node below, and by no letters at all what the node's own term holds.
 * Building it term by term means to look at all edges of every node on the way; as it stood it is put back without looking.
 */
export type TreeNode = Map<string, unknown>;

/** Nodes of a tree but its root, each before those below it. */
export interface TreeBlock {
  /** Of each: 1 below the root. */
  readonly depths: readonly number[];
  /** The letters that lead to it. */
  readonly edges: readonly string[];
  /** Of the term that ends there, -1 where none does. */
  readonly numbers: readonly number[];
}

/** Blocks of at most `size` nodes. */
export function* treeBlocks(
  root: TreeNode,
  size: number,
  numberOf: (token: string) => number | undefined,
): Generator<TreeBlock> {
  const open = [{ node: root, token: '', edges: edgesOf(root) }];
  let block: { depths: number[]; edges: string[]; numbers: number[] } = {
    depths: [],
    edges: [],
    numbers: [],
  };
  for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
    const edge = last.edges.pop();
    const node = edge === undefined ? undefined : last.node.get(edge);
    if (edge === undefined || !(node instanceof Map)) {
      open.pop();
      continue;
    }
    const token = last.token + edge;
    block.depths.push(open.length);
    block.edges.push(edge);
    block.numbers.push(node.has('') ? (numberOf(token) ?? -1) : -1);
    open.push({ node, token, edges: edgesOf(node) });
    if (block.edges.length < size) continue;
    yield block;
    block = { depths: [], edges: [], numbers: [] };
  }
  yield block;
}

/** Puts nodes back below a root that has none, block by block. */
export class TreeRestorer {
  readonly #path: { readonly node: TreeNode; readonly token: string }[];

  constructor(root: TreeNode) {
    this.#path = [{ node: root, token: '' }];
  }

  /** @param use is told of each node at which a term ends */
  add(
    { depths, edges, numbers }: TreeBlock,
    use: (token: string, number: number, node: TreeNode) => void,
  ): void {
    for (let i = 0; i < edges.length; i++) {
      const depth = depths[i] ?? 1;
      const edge = edges[i] ?? '';
      const above = this.#path[depth - 1];
      if (above === undefined) throw new RangeError('a node stands below none');
      const below = { node: new Map<string, unknown>(), token: above.token + edge };
      above.node.set(edge, below.node);
      this.#path.length = depth;
      this.#path.push(below);
      const number = numbers[i] ?? -1;
      if (number >= 0) use(below.token, number, below.node);
    }
  }
}

export function setLeaf(node: TreeNode, postings: FieldPostings): void {
  node.set('', postings);
}

function edgesOf(node: TreeNode): string[] {
  return [...node.keys()].filter((edge) => edge !== '').reverse();
}
