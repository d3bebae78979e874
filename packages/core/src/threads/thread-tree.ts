import type { ThreadMember } from '../catalog/thread-catalog.ts';
import { childrenOf, linkForest } from './forest.ts';
import { hangReplies, subjectRoots } from './subject-step.ts';

/** A message of a thread, or one that others refer to and that is missing, at its place in the tree. */
export interface ThreadNode {
  /** Null: it is missing. */
  readonly member: ThreadMember | null;
  readonly messageId: string;
  /** 0 for a root. */
  readonly depth: number;
  /** Index of the parent in the list; null for a root. */
  readonly parent: number | null;
}

/**
 * The tree of a thread after Zawinski's algorithm, each parent before its children, children by (date, id); what is missing stands where its first
 * message below would. Missing messages are kept where messages are below them. A thread may have several roots.
 * @param members by (date, id)
 * @param bySubject archives in which replies that refer to nothing hang on the message of their subject
 */
export function threadTree(
  members: readonly ThreadMember[],
  bySubject: readonly string[],
): readonly ThreadNode[] {
  const linked = linkForest(members);
  const forest = {
    ...linked,
    parents: hangReplies(linked.parents, subjectRoots(members, linked, bySubject)),
  };
  const { roots, children } = childrenOf(forest);
  const rank = (node: number): number => forest.firsts[node] ?? 0;
  const nodes: ThreadNode[] = [];
  // The next one last. Siblings never share a first message: each is in one tree.
  const open = roots
    .toSorted((a, b) => rank(b) - rank(a))
    .map((node) => ({ node, parent: null as number | null, depth: 0 }));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, parent, depth } = next;
    const at =
      nodes.push({ member: members[node] ?? null, messageId: forest.messageIds[node] ?? '', depth, parent }) -
      1;
    for (const child of children[node]?.toSorted((a, b) => rank(b) - rank(a)) ?? []) {
      open.push({ node: child, parent: at, depth: depth + 1 });
    }
  }
  return nodes;
}
