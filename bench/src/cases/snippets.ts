import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { embedSite, type Site } from '@hayrick/core';
import type { Corpus } from '../corpus.ts';
import { bytesBelow } from '../hayrick.ts';

export interface SnippetsOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** What is asked: pages whose hits lie close together, and far apart over all files. */
const QUERIES = [
  'journal',
  'fallocate deadlock',
  '"orphan inode list"',
  'corrupt*',
  'from:tytso@mit.edu journal',
  'extent status tree',
  'barrier',
  'quota',
  'fsck',
  'mballoc',
];

/** Pages of 20 hits with snippets from packed files, with their text kept and without; beside them the same pages without snippets. */
export async function snippetsCase(corpus: Corpus, { work, runs, print }: SnippetsOptions): Promise<void> {
  print('store      pages   median ms   p95 ms   longest ms   without snippets, p95 ms   store MB');
  for (const store of ['auto', 'never'] as const) {
    const directory = join(work, `snippets-${corpus.name}`);
    rmSync(directory, { recursive: true, force: true });
    const site = await embedSite(
      {
        dataDir: join(directory, 'data'),
        archives: { list: { paths: [corpus.gzip], access: 'public' } },
        connections: { default: { engine: 'sqlite' } },
        store,
      },
      { directory: work, from: import.meta.url },
    );
    try {
      await site.update();
      await ask(site, 'warm', { offset: 0, highlight: true });
      const pages = store === 'never' ? 1 : 5;
      const whole = await times(site, pages, runs, true);
      const bare = await times(site, pages, runs, false);
      const size = store === 'auto' ? bytesBelow(join(directory, 'data', 'store')) : 0;
      const columns = [
        String(whole.length).padStart(8),
        quantile(whole, 0.5).toFixed(1).padStart(12),
        quantile(whole, 0.95).toFixed(1).padStart(9),
        Math.max(...whole)
          .toFixed(1)
          .padStart(13),
        quantile(bare, 0.95).toFixed(1).padStart(27),
        (size / 1e6).toFixed(0).padStart(11),
      ];
      print(`${store.padEnd(8)}${columns.join('')}`);
    } finally {
      await site.close();
      rmSync(directory, { recursive: true, force: true });
    }
  }
  print(
    `packed files ${(bytesBelow(corpus.gzip) / 1e6).toFixed(0)} MB in ${readdirSync(corpus.gzip).length} files`,
  );
}

/** Milliseconds of every page. */
async function times(site: Site, pages: number, runs: number, highlight: boolean): Promise<number[]> {
  const all: number[] = [];
  for (let run = 0; run < runs; run++) {
    for (const query of QUERIES) {
      for (let page = 0; page < pages; page++) {
        const started = performance.now();
        const found = await ask(site, query, { offset: page * 20, highlight });
        if (found > 0) all.push(performance.now() - started);
      }
    }
  }
  return all;
}

async function ask(
  site: Site,
  query: string,
  options: { readonly offset: number; readonly highlight: boolean },
): Promise<number> {
  return (await site.search(query, { ...options, limit: 20, as: 'public' })).hits.length;
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}
