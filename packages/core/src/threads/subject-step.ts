import { createLinkedNames } from '../catalog/linked-names.ts';
import type { ThreadMember } from '../catalog/thread-catalog.ts';
import { type BaseSubject, baseSubject } from '../message/base-subject.ts';
import { childrenOf, type Forest } from './forest.ts';

/** A tree's beginning, as far as its subject speaks for it. */
export interface SubjectRoot extends BaseSubject {
  readonly node: number;
  /** The first member of the tree. */
  readonly first: number;
  /** Archives of that member, in which its subject counts. */
  readonly archives: readonly string[];
}

/**
 * The roots that may be linked by subject (Zawinski's step 5): those of messages that hang together by references and stand, all of them, in archives
 * of the option alone. A root that is missing has the subject of the first message below it.
 */
export function subjectRoots(
  members: readonly ThreadMember[],
  forest: Forest,
  bySubject: readonly string[],
): readonly SubjectRoot[] {
  if (bySubject.length === 0) return [];
  const linked = createLinkedNames();
  const owns = members.map((member) => linkMember(linked, member));
  const barred = new Set<number>();
  for (const [i, { archives }] of members.entries()) {
    if (!archives.every((archive) => bySubject.includes(archive))) barred.add(linked.groupOf(owns[i] ?? 0));
  }
  return childrenOf(forest).roots.flatMap((node): SubjectRoot[] => {
    const first = forest.firsts[node] ?? null;
    const member = first === null ? undefined : members[first];
    if (first === null || member === undefined || barred.has(linked.groupOf(owns[first] ?? 0))) return [];
    const subject = baseSubject(member.subject);
    return subject.text === '' ? [] : [{ ...subject, node, first, archives: member.archives }];
  });
}

/** Roots of one subject in one archive, by that. */
export function groupBySubject(roots: readonly SubjectRoot[]): readonly (readonly SubjectRoot[])[] {
  const groups = new Map<string, SubjectRoot[]>();
  for (const root of roots) {
    for (const archive of root.archives) {
      const name = `${archive}\n${root.text}`;
      const group = groups.get(name);
      if (group === undefined) groups.set(name, [root]);
      else group.push(root);
    }
  }
  return [...groups.values()];
}

/** Hangs roots that are replies by their subject on the first that is none, in each group. Others stay beside one another. */
export function hangReplies(
  parents: readonly (number | null)[],
  roots: readonly SubjectRoot[],
): readonly (number | null)[] {
  const hung = [...parents];
  for (const group of groupBySubject(roots.toSorted((a, b) => a.first - b.first))) {
    const head = group.find(({ node, first, isReply }) => !isReply && node === first);
    if (head === undefined) continue;
    for (const { node, isReply } of group) if (isReply && hung[node] === null) hung[node] = head.node;
  }
  return hung;
}

/** The names of a message are of one group; answers the number of its own. */
export function linkMember(
  linked: ReturnType<typeof createLinkedNames>,
  { messageId, references }: ThreadMember,
): number {
  const own = linked.number(messageId);
  for (const id of references) linked.link(own, linked.number(id));
  return own;
}
