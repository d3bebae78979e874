import { setTimeout } from 'node:timers/promises';
import type { Site } from '@hayrick/core';
import { openSiteAt } from '../site-at.ts';
import type { Asking, Said } from './reading.ts';

// Run by reading.ts in a process of its own.
process.once('message', (asking: Asking) => void read(asking));

/** Between two questions, in milliseconds: others need the processor too. */
const PAUSE = 5;
const MOST_WRONG = 10;

async function read({ settings, directory }: Asking): Promise<void> {
  let stopped = false;
  process.once('message', () => {
    stopped = true;
  });
  // Who asked is dead, and nobody is left to tell.
  const abandon = () => process.exit();
  process.once('disconnect', abandon);
  const site = await openSiteAt(settings, directory);
  const spans: (readonly [number, number])[] = [];
  const wrong: string[] = [];
  let answers = 0;
  for (; !stopped; answers++) {
    try {
      const span = await ask(site, answers);
      const last = spans.at(-1);
      if (last?.[0] !== span[0] || last[1] !== span[1]) spans.push(span);
    } catch (error) {
      if (wrong.length < MOST_WRONG) wrong.push(String(error));
    }
    if (answers === 0) tell({ kind: 'first' });
    await setTimeout(PAUSE);
  }
  await site.close();
  process.off('disconnect', abandon);
  tell({ kind: 'seen', seen: { answers, spans, wrong } });
  process.disconnect();
}

/** One answer: it must hold together, whatever generation it is of. */
async function ask(site: Site, turn: number): Promise<readonly [number, number]> {
  const numbers = turn % 2 === 0 ? await searched(site) : await streamed(site);
  numbers.sort((a, b) => a - b);
  const [first = 0] = numbers;
  const last = numbers.at(-1) ?? 0;
  if (numbers.length === 0) throw new Error('an empty answer');
  if (numbers.some((number, i) => number !== first + i)) throw new Error(`a mixed answer: ${numbers.join()}`);
  return [first, last];
}

async function searched(site: Site): Promise<number[]> {
  const { total, hits } = await site.search('scythe', { limit: 1000, highlight: false });
  if (total !== hits.length) throw new Error(`${total} matches and ${hits.length} hits`);
  return hits.map(({ subject }) => Number(subject));
}

async function streamed(site: Site): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { subject } of site.stream('scythe', { highlight: false })) numbers.push(Number(subject));
  return numbers;
}

function tell(said: Said): void {
  process.send?.(said);
}
