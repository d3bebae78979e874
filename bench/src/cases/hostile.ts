import { join } from 'node:path';
import { HayrickError, type Site } from '@hayrick/core';
import { openCopies } from '../copies.ts';
import type { Corpus } from '../corpus.ts';

export interface HostileOptions {
  readonly work: string;
  readonly print: (line: string) => void;
}

/** Messages that the archive has at least. */
const MESSAGES = 100_000;
/** Seconds that a question may take: the connection's timeout, and what is done before and behind the engine. */
const BOUND = 12;
/** MiB of the whole process. */
const MEMORY = 1_536;
/** What somebody else asks meanwhile. */
const OTHERS = ['journal', '"orphan inode"', 'from:tytso@mit.edu', 'fallocate deadlock', 'date:2021 bug*'];

/** Words that nearly every message holds. */
const COMMON =
  'the to of and a in is it that for on be this with not are as if we ext4 patch from by have inode code file can so at'.split(
    ' ',
  );
const of = (count: number, make: (word: string, i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => make(COMMON[i % COMMON.length] ?? '', i));

/** Queries as long, wide and deep as they may be, over what there is most of. */
const QUERIES: Readonly<Record<string, string>> = {
  '128 common words, any': of(128, (word) => word).join(' OR '),
  '128 common words, all': of(128, (word) => word).join(' '),
  'no word of 127': ['*', ...of(127, (word) => `-${word}`)].join(' '),
  '4,096 characters': of(128, (word, i) => `${word}${'x'.repeat(i % 25)}`)
    .join(' | ')
    .slice(0, 4096),
  '16 brackets': `${of(15, (word) => `(${word} | `).join('')}the${')'.repeat(15)}`,
  'a*': 'a*',
  'ab*': 'ab*',
  'the widest prefixes': 're* OR co* OR in* OR de* OR un* OR pr* OR di*',
  'phrase with a prefix': '"of the i*" OR "to the c*"',
  'every word nearly': of(30, (word) => `${word.padEnd(4, 'e')}~2`).join(' OR '),
  'frequent words near each other': '"the of to a and"~100',
  'many of those': of(20, (word, i) => `"${word} ${COMMON[i + 1]} ${COMMON[i + 2]}"~100`).join(' OR '),
  'a phrase of frequent words': `"${of(20, (word) => word).join(' ')}"`,
  'slow expressions': 'subject:/(.*a){20}/ OR from:/(x+x+)+y/',
  'thread:{*}': 'thread:{*}',
  'thread:{the}': 'thread:{the}',
  'threads of threads': 'thread:{thread:{thread:{ext4}}}',
  'not in threads': '-thread:{journal} -thread:{patch}',
};

/**
 * Queries made to take long over 100,000 messages on SQLite, within a program that somebody else searches at the same time: how long each takes
 * (it must end within the bound, with an answer or a typed error), the program's memory, and how long the other one waits.
 */
export async function hostileCase(corpus: Corpus, { work, print }: HostileOptions): Promise<void> {
  const site = await openCopies(corpus, join(work, `latency-${corpus.name}`), MESSAGES);
  try {
    const { totals } = await site.update();
    print(`${totals.read.toLocaleString('en')} messages\n`);
    await searches(site, new AbortController().signal, OTHERS.length * 3);
    const alone = await searches(site, new AbortController().signal, OTHERS.length * 6);
    print(`${'query'.padEnd(34)}       s   others p50 ms   p95 ms      MiB   answer`);
    print(`${'nothing'.padEnd(34)}${' '.repeat(8)}${columns(alone)}`);
    const over: string[] = [];
    for (const [name, query] of Object.entries(QUERIES)) {
      const end = new AbortController();
      const others = searches(site, end.signal, Number.POSITIVE_INFINITY);
      const started = performance.now();
      const answer = await told(site.search(query, { as: 'public' }));
      const seconds = (performance.now() - started) / 1000;
      end.abort();
      const times = await others;
      const mib = process.memoryUsage.rss() / 2 ** 20;
      if (seconds > BOUND || mib > MEMORY) over.push(name);
      print(
        `${name.padEnd(34)}${seconds.toFixed(2).padStart(8)}${columns(times)}${mib.toFixed(0).padStart(9)}   ${answer}`,
      );
    }
    print(`\nbeyond ${BOUND} s or ${MEMORY} MiB: ${over.length === 0 ? 'none' : over.join(', ')}`);
  } finally {
    await site.close();
  }
}

/** Of one who searches without a pause until it ends, or so often; at least once. */
async function searches(site: Site, end: AbortSignal, most: number): Promise<readonly number[]> {
  const times: number[] = [];
  do {
    const started = performance.now();
    await site.search(OTHERS[times.length % OTHERS.length] ?? '', { as: 'public' });
    times.push(performance.now() - started);
  } while (times.length < most && !end.aborted);
  return times;
}

async function told(answer: Promise<{ readonly total: number }>): Promise<string> {
  try {
    return (await answer).total.toLocaleString('en');
  } catch (error) {
    if (error instanceof HayrickError) return error.code;
    throw error;
  }
}

function columns(times: readonly number[]): string {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (q: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
  return `${at(0.5).padStart(16)}${at(0.95).padStart(9)}`;
}
