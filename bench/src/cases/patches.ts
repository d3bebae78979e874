import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createDocumentBuilder } from '@hayrick/core/document';
import { type Message, parseMessage, patchIds, readDiffs } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';
import { gitPatchIds } from '@hayrick/test/git-patch-ids';
import type { Corpus } from '../corpus.ts';

export interface PatchOptions {
  readonly print: (line: string) => void;
}

/** Of a whole list. */
export interface PatchTally {
  /** Texts in which a diff stands. */
  readonly texts: number;
  /** Ids that git prints for them. */
  readonly ids: number;
  /** Texts without one: plain diffs, to git. */
  readonly without: number;
  /** Texts whose ids are others than git's. */
  readonly differences: number;
  /** Processor time of one thread. */
  readonly seconds: {
    readonly ids: number;
    readonly diffs: number;
    /** Documents of all messages, without the fields of patches and with them. */
    readonly plain: number;
    readonly patched: number;
  };
}

interface Text {
  readonly messageId: string;
  readonly bytes: Buffer;
}

const FACTS = { archives: ['list'], date: 0, received: 0, size: 0 };

/** Compares the ids of every patch of a list with those of the installed git, names each difference, and measures what patches cost. */
export async function patchesCase(corpus: Corpus, { print }: PatchOptions): Promise<PatchTally> {
  const seconds = { ids: 0, diffs: 0, plain: 0, patched: 0 };
  const plain = createDocumentBuilder([]);
  const patched = createDocumentBuilder([], FACTS.archives);
  let [texts, ids, without, differences] = [0, 0, 0, 0];
  for (const name of readdirSync(corpus.mbox).sort()) {
    const messages = await messagesOf(join(corpus.mbox, name));
    const found = messages.flatMap(({ messageId, patches }): Text[] =>
      patches.map((bytes) => ({ messageId, bytes: Buffer.from(bytes) })),
    );
    seconds.plain += timed(() => messages.forEach((message) => void plain(message, FACTS)));
    seconds.patched += timed(() => messages.forEach((message) => void patched(message, FACTS)));
    seconds.diffs += timed(() => found.forEach(({ bytes }) => void readDiffs(bytes)));
    const ours: (readonly string[])[] = [];
    seconds.ids += timed(() => found.forEach(({ bytes }) => void ours.push(patchIds(bytes))));
    const theirs = await gitPatchIds(found.map(({ bytes }) => bytes));
    for (const [i, { messageId }] of found.entries()) {
      const [here = [], there = []] = [ours[i], theirs[i]];
      texts++;
      ids += there.length;
      if (there.length === 0) without++;
      if (here.join() === there.join()) continue;
      differences++;
      print(`${messageId}: git ${there.join(' ') || 'none'}, here ${here.join(' ') || 'none'}`);
    }
  }
  print(
    `${texts} texts with patches, ${ids} ids of git, ${without} texts without one, ${differences} differences`,
  );
  print(`reading diffs ${seconds.diffs.toFixed(1)} s, ids ${seconds.ids.toFixed(1)} s of processor time`);
  print(`documents without patches ${seconds.plain.toFixed(1)} s, with them ${seconds.patched.toFixed(1)} s`);
  return { texts, ids, without, differences, seconds };
}

async function messagesOf(path: string): Promise<Message[]> {
  const messages: Message[] = [];
  for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
    if (item.kind === 'message') messages.push(parseMessage(Buffer.from(item.bytes)));
  }
  return messages;
}

function timed(work: () => void): number {
  const started = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
