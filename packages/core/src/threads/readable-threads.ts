import type { Access } from '../backend/backend.ts';
import { createLinkedNames } from '../catalog/linked-names.ts';
import type { ThreadMember } from '../catalog/thread-catalog.ts';
import { linkForest } from './forest.ts';
import { groupBySubject, linkMember, subjectRoots } from './subject-step.ts';

/** Messages that belong together for one who reads. */
export interface Thread {
  /** That of its first message. Later it may name another thread's message, never none: thread:ID takes the id of any member. */
  readonly id: string;
  /** By (date, id), readable all of them, with their readable archives. */
  readonly members: readonly ThreadMember[];
}

/**
 * The threads of one who may read these archives, as if there were nothing else: what may not be read links nothing.
 * @param components of the catalog
 * @param bySubject archives whose threads are made by subject as well
 */
export function readableThreads(
  components: readonly (readonly ThreadMember[])[],
  access: Access,
  bySubject: readonly string[],
): readonly Thread[] {
  const names = new Set(access.archives);
  const threads: Thread[] = [];
  for (const component of components) {
    const readable = component.flatMap((member) => readableMember(member, names) ?? []);
    const whole = readable.length === component.length && bySubject.length === 0;
    for (const members of whole ? [readable] : split(readable, bySubject)) {
      const [first] = members;
      if (first !== undefined) threads.push({ id: first.id, members });
    }
  }
  return threads;
}

/** A message with those of its archives that may be read; null without any. */
function readableMember(member: ThreadMember, names: ReadonlySet<string>): ThreadMember | null {
  const archives = member.archives.filter((archive) => names.has(archive));
  if (archives.length === member.archives.length) return member;
  return archives.length === 0 ? null : { ...member, archives };
}

/** Members that hang together, by references and, where the option says so, by the subjects of the first ones. */
function split(
  members: readonly ThreadMember[],
  bySubject: readonly string[],
): readonly (readonly ThreadMember[])[] {
  const linked = createLinkedNames();
  const owns = members.map((member) => linkMember(linked, member));
  if (bySubject.length > 0) {
    // Not before all references are linked: subjects count between what these leave apart.
    for (const [head, ...others] of groupBySubject(subjectRoots(members, linkForest(members), bySubject))) {
      for (const { first } of others) linked.link(owns[head?.first ?? 0] ?? 0, owns[first] ?? 0);
    }
  }
  const parts = new Map<number, ThreadMember[]>();
  for (const [i, member] of members.entries()) {
    const group = linked.groupOf(owns[i] ?? 0);
    const part = parts.get(group);
    if (part === undefined) parts.set(group, [member]);
    else part.push(member);
  }
  return [...parts.values()];
}
