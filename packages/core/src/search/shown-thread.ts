import type { Access } from '../backend/backend.ts';
import type { Catalog, MessageRecord } from '../catalog/catalog.ts';
import type { Address } from '../message/message.ts';
import { findThreads, type Thread, type ThreadNode, threadTree } from '../threads/index.ts';
import { isoDate } from './hits.ts';
import { ambiguousMessage, bareName, unknownMessage } from './show.ts';

/** What both kinds of entries tell of the tree. */
interface InTree {
  /** 0 for a root; there may be several. */
  readonly depth: number;
  /** Index of the parent in the list, which stands before it; null for a root. */
  readonly parent: number | null;
  /** The one that was asked for. */
  readonly asked: boolean;
  /** Without brackets. */
  readonly messageId: string;
}

export interface ThreadMessage extends InTree {
  readonly missing: false;
  readonly id: string;
  /** By (date, id), from 1. */
  readonly position: number;
  /** Readable ones only. */
  readonly archives: readonly string[];
  readonly subject: string;
  readonly from: readonly Address[];
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string;
  readonly attachments: readonly string[];
}

/** A message that others refer to, and that is in no archive that may be read. */
export interface MissingMessage extends InTree {
  readonly missing: true;
}

export type ThreadEntry = ThreadMessage | MissingMessage;

/** A thread as a tree, of readable messages. The shape of `--format json`, `format: 1` apart. */
export interface ShownThread {
  readonly id: string;
  /** Messages that are there. */
  readonly size: number;
  /** Every message before its replies, those by date. */
  readonly messages: readonly ThreadEntry[];
}

export interface ThreadOptions {
  readonly access: Access;
  readonly bySubject: readonly string[];
}

/**
 * The thread of a message, named by Message-ID (also of one that is missing) or id.
 * @throws HayrickError MESSAGE_UNKNOWN, MESSAGE_AMBIGUOUS
 */
export async function showThread(
  catalog: Catalog,
  name: string,
  options: ThreadOptions,
): Promise<ShownThread> {
  const { thread, nodes } = await treeOf(catalog, name, options);
  const records = await recordsOf(catalog, thread);
  const positions = new Map(thread.members.map(({ id }, i) => [id, i + 1]));
  const bare = bareName(name);
  const byId = positions.has(bare);
  return {
    id: thread.id,
    size: thread.members.length,
    messages: nodes.map(({ member, messageId, depth, parent }): ThreadEntry => {
      const record = member === null ? undefined : records.get(member.id);
      const asked = byId ? member?.id === bare : messageId === bare;
      const inTree = { depth, parent, asked, messageId };
      if (member === null || record === undefined) return { missing: true, ...inTree };
      return {
        missing: false,
        ...inTree,
        id: member.id,
        position: positions.get(member.id) ?? 0,
        archives: member.archives,
        subject: record.subject,
        from: record.from,
        date: isoDate(record.date),
        attachments: record.filenames,
      };
    }),
  };
}

/** What the catalog knows of a thread's messages, in the order of the tree. */
export async function threadRecords(
  catalog: Catalog,
  name: string,
  options: ThreadOptions,
): Promise<readonly MessageRecord[]> {
  const { thread, nodes } = await treeOf(catalog, name, options);
  const records = await recordsOf(catalog, thread);
  return nodes.flatMap(({ member }) => (member === null ? [] : (records.get(member.id) ?? [])));
}

async function treeOf(
  catalog: Catalog,
  name: string,
  { access, bySubject }: ThreadOptions,
): Promise<{ readonly thread: Thread; readonly nodes: readonly ThreadNode[] }> {
  const bare = bareName(name);
  const threads = await findThreads(catalog, bare, access, bySubject);
  const members = threads.flatMap((thread) => thread.members);
  const bearing = members.filter(({ messageId }) => messageId === bare);
  if (bearing.length > 1) throw ambiguousMessage(bearing);
  // A message that came in this moment is not in its thread yet: the thread that holds it comes before those that only refer to it.
  const holding = threads.find((thread) => thread.members.some(({ messageId }) => messageId === bare));
  const thread = holding ?? threads[0];
  if (thread === undefined) throw unknownMessage(bare);
  return { thread, nodes: threadTree(thread.members, bySubject) };
}

async function recordsOf(catalog: Catalog, { members }: Thread): Promise<ReadonlyMap<string, MessageRecord>> {
  const records = await catalog.messages(members.map(({ id }) => id));
  return new Map(records.map((record) => [record.id, record]));
}
