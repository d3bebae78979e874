// A process of the case `walk`: walks so many hits of a site in one way, and tells how many there were and how long it took.
import { readFileSync } from 'node:fs';
import { embedSite, type Site } from '@hayrick/core';

/** What the process is given, as JSON. */
export interface Walk {
  readonly settings: Parameters<typeof embedSite>[0];
  readonly directory: string;
  readonly using: string;
  readonly way: Way;
  /** Hits after which it stops. */
  readonly most: number;
}

export interface Walked {
  readonly hits: number;
  readonly seconds: number;
  /** The most that the process had for itself: pages of files that it has mapped come and go as the system likes. Linux only. */
  readonly peakMiB: number;
}

/** Each takes hits without snippets, one behind the other, and keeps none. */
const WAYS = {
  'pages of 1,000 by cursor, newest first': async function* (site: Site, using: string) {
    for (let after: string | undefined; ; ) {
      const page = await site.search('*', { using, after, sort: 'newest', limit: 1000, highlight: false });
      yield* page.hits;
      if (page.next === null) return;
      after = page.next;
    }
  },
  'stream, as for jsonl and ids, oldest first': (site: Site, using: string) =>
    site.stream('*', { using, sort: 'oldest', highlight: false }),
  'query set by date': (site: Site, using: string) =>
    site.messages({ as: 'all' }).using(using).orderBy('date'),
  "query set by '-size', 'date'": (site: Site, using: string) =>
    site.messages({ as: 'all' }).using(using).orderBy('-size', 'date'),
} as const;

export type Way = keyof typeof WAYS;

/** Hits. */
const LOOK_EVERY = 500;

function ownMiB(): number {
  const kilobytes = /^RssAnon:\s+(\d+) kB/mu.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
  return Number(kilobytes ?? Number.NaN) / 1024;
}

async function walk({ settings, directory, using, way, most }: Walk): Promise<Walked> {
  const site = await embedSite(settings, { directory, from: import.meta.url });
  try {
    // Opens the index, and loads it where it is in memory.
    await site.count('*', { using });
    const started = performance.now();
    let hits = 0;
    let peakMiB = 0;
    for await (const _ of WAYS[way](site, using)) {
      hits++;
      if (hits % LOOK_EVERY === 0) peakMiB = Math.max(peakMiB, ownMiB());
      if (hits === most) break;
    }
    return { hits, seconds: (performance.now() - started) / 1000, peakMiB };
  } finally {
    await site.close();
  }
}

const [given = ''] = process.argv.slice(2);
process.stdout.write(JSON.stringify(await walk(JSON.parse(given) as Walk)));
