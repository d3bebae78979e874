import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import type { Site } from '@hayrick/core';
import { openCopies } from '../copies.ts';
import type { Corpus } from '../corpus.ts';
import { bytesBelow } from '../hayrick.ts';
import { median } from '../measure.ts';

export interface ResponsiveOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** Messages that the archive has at least. */
const MESSAGES = 250_000;

/** What is asked, from rare to what nearly every message holds. */
const QUERIES = [
  'fallocate deadlock',
  'journal',
  '"orphan inode list"',
  'ext4 OR the',
  'corrupt*',
  'from:tytso@mit.edu journal',
  'date:2021..2022 patch',
  'the -ext4',
  '*',
];

/**
 * Searches within a program over an archive of 250,000 messages on SQLite: how long each takes, and the longest time for which the program's event
 * loop stood still meanwhile. The archive is the list so many times over, under other Message-IDs.
 */
export async function responsiveCase(
  corpus: Corpus,
  { work, runs, print }: ResponsiveOptions,
): Promise<void> {
  const directory = join(work, `many-${corpus.name}`);
  const site = await openCopies(corpus, directory, MESSAGES);
  try {
    const { totals } = await site.update();
    print(
      `${totals.read.toLocaleString('en')} messages, index and catalog ${mb(bytesBelow(join(directory, 'data')))} MB`,
    );
    await ask(site, 'warm', 'relevance');
    print(`\nstill without a search: ${(await stillness(() => setTimeout(2000))).toFixed(1)} ms at most\n`);
    print('query                         sort        found   median ms   longest stop ms');
    for (const query of QUERIES) {
      for (const sort of ['relevance', 'newest'] as const) print(await row(site, query, sort, runs));
    }
  } finally {
    await site.close();
  }
}

async function row(site: Site, query: string, sort: 'relevance' | 'newest', runs: number): Promise<string> {
  const times: number[] = [];
  let found = 0;
  const stop = await stillness(async () => {
    for (let run = 0; run < runs; run++) {
      const started = performance.now();
      found = await ask(site, query, sort);
      times.push(performance.now() - started);
    }
  });
  const columns = [
    found.toLocaleString('en').padStart(9),
    median(times).toFixed(1).padStart(12),
    stop.toFixed(1).padStart(18),
  ];
  return `${query.padEnd(30)}${sort.padEnd(9)}${columns.join('')}`;
}

async function ask(site: Site, query: string, sort: 'relevance' | 'newest'): Promise<number> {
  return (await site.search(query, { sort, as: 'public' })).total;
}

/** The longest time, in milliseconds, that the event loop did not turn while work went on. */
async function stillness(work: () => Promise<unknown>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await work();
  delays.disable();
  return delays.max / 1e6;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
