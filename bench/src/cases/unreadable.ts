import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { embedSite, HayrickError, type Site } from '@hayrick/core';
import type { Corpus } from '../corpus.ts';
import { median } from '../measure.ts';

export interface UnreadableOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** Messages of each archive. */
const MESSAGES = 4_000;
/** Messages of a thread, one of which is asked for. */
const THREAD = 400;
/** Questions of each kind a run; messages that may not be read and such as there are none in turns. */
const EACH = 400;

/** What is asked of one message, by its Message-ID. */
const ASKS: Readonly<Record<string, (site: Site, id: string) => Promise<unknown>>> = {
  show: (site, id) => site.show(id, { as: 'public' }),
  thread: (site, id) => site.thread(id, { as: 'public' }),
  'explain --for': (site, id) => site.explain('word', { as: 'public', for: id }),
  'mid:': (site, id) => site.search(`mid:${id}`, { as: 'public' }),
  'refs:': (site, id) => site.search(`refs:${id}`, { as: 'public' }),
  'thread:': (site, id) => site.count(`thread:${id}`, { as: 'public' }),
  'thread:{mid:}': (site, id) => site.count(`thread:{mid:${id}}`, { as: 'public' }),
  'a word': (site, id) => site.search(`"${id.replace(/^(\w+)@(\w+)\..*/u, 'w$1$2')}"`, { as: 'public' }),
};

/**
 * How long it takes to be told that a message is not there: of such as there are none, and of such as may not be read, which stand in threads of
 * 400 that may not be read either. The two must not be told apart.
 */
export async function unreadableCase(_: Corpus, { work, runs, print }: UnreadableOptions): Promise<void> {
  const directory = join(work, 'unreadable');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  for (const name of ['open', 'closed']) writeFileSync(join(directory, `${name}.mbox`), mailOf(name));
  const site = await embedSite(
    {
      dataDir: join(directory, 'data'),
      archives: { open: { paths: ['open.mbox'], access: 'public' }, closed: { paths: ['closed.mbox'] } },
      connections: { default: { engine: 'sqlite' } },
    },
    { directory, from: import.meta.url },
  );
  try {
    const { totals } = await site.update();
    print(`${totals.indexed.toLocaleString('en')} messages, medians of ${runs * EACH}, in microseconds\n`);
    print('question          none   unreadable   difference   of those that differ by chance');
    for (const [name, ask] of Object.entries(ASKS)) {
      const [none, other, hidden]: [number[], number[], number[]] = [[], [], []];
      const asked = async (times: number[], id: string): Promise<void> => {
        await anyMoment(times.length);
        const started = performance.now();
        await told(ask(site, id));
        times.push((performance.now() - started) * 1000);
      };
      for (let i = 0; i < runs * EACH; i++) {
        const one = `${(i * 37) % MESSAGES}@closed.example`;
        // One of a kind may find what the one before has left in a cache: each comes first as often.
        const turns = [
          () => asked(none, `n${i}@closed.example`),
          () => asked(hidden, one),
          () => asked(other, `o${i}@closed.example`),
        ];
        for (let turn = 0; turn < 3; turn++) await turns[(turn + i) % 3]?.();
      }
      const [a, b, c] = [none, hidden, other].map(median) as [number, number, number];
      print(
        `${name.padEnd(14)}${a.toFixed(0).padStart(8)}${b.toFixed(0).padStart(13)}${(b - a).toFixed(0).padStart(13)}${(c - a).toFixed(0).padStart(13)}`,
      );
    }
  } finally {
    await site.close();
  }
}

/** Timers tick in milliseconds: those who ask do not come with their ticks. */
async function anyMoment(n: number): Promise<void> {
  await setImmediate();
  const until = performance.now() + ((n * 7919) % 997) / 997;
  while (performance.now() < until);
  await setImmediate();
}

async function told(answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (error) {
    if (!(error instanceof HayrickError) || error.kind !== 'absent') throw error;
  }
}

/** Threads of 400, each message an answer to the one before. */
function mailOf(archive: string): string {
  return Array.from({ length: MESSAGES }, (_, i) => {
    const before = i % THREAD === 0 ? '' : `In-Reply-To: <${i - 1}@${archive}.example>\n`;
    return `From x@y.example Fri Jan 31 12:00:00 2020\nFrom: Ann <ann@${archive}.example>\nSubject: Word w${i}${archive}\nMessage-ID: <${i}@${archive}.example>\n${before}\nA word of ${archive}.\n\n`;
  }).join('');
}
