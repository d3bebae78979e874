import { join } from 'node:path';
import { openCopies } from '../copies.ts';
import type { Corpus } from '../corpus.ts';
import { median } from '../measure.ts';

export interface FacetOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** Messages that the archive has at least. */
const MESSAGES = 100_000;
const FACETS = ['archive', 'list', 'from', 'from:1000', 'year', 'month', 'has', 'mime'];
const ALL = ['archive', 'from', 'month', 'has', 'mime'];

/** What each facet adds to a search within a program on SQLite, from few matches to all of 100,000 messages. */
export async function facetsCase(corpus: Corpus, { work, runs, print }: FacetOptions): Promise<void> {
  const site = await openCopies(corpus, join(work, `latency-${corpus.name}`), MESSAGES);
  try {
    const { totals } = await site.update();
    print(`${totals.read.toLocaleString('en')} messages, medians of ${runs}, in milliseconds\n`);
    const columns = ['without', ...FACETS, 'five'];
    print(`${'query'.padEnd(12)}   found${columns.map((name) => name.padStart(10)).join('')}`);
    for (const query of ['fallocate', 'journal', 'commit', 'the', '*']) {
      let found = 0;
      const ask = async (facets: readonly string[]): Promise<number> => {
        const times: number[] = [];
        for (let run = 0; run <= runs; run++) {
          const started = performance.now();
          const answer = await site.search(query, {
            as: 'public',
            sort: 'newest',
            limit: 1,
            highlight: false,
            facets,
          });
          found = answer.total;
          times.push(performance.now() - started);
        }
        return median(times.slice(1));
      };
      const figures: number[] = [];
      for (const facets of [[], ...FACETS.map((one) => [one]), ALL]) figures.push(await ask(facets));
      print(
        `${query.padEnd(12)}${found.toLocaleString('en').padStart(8)}${figures.map((ms) => ms.toFixed(1).padStart(10)).join('')}`,
      );
    }
  } finally {
    await site.close();
  }
}
