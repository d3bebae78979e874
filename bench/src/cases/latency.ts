import { join } from 'node:path';
import { openCopies } from '../copies.ts';
import type { Corpus } from '../corpus.ts';
import { type LoggedQuery, queryLog } from '../query-log.ts';

export interface LatencyOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** Messages that the archive has at least. */
const MESSAGES = 100_000;

/** A query and how long it took, in milliseconds. */
interface Timed extends LoggedQuery {
  readonly milliseconds: number;
}

/**
 * The first page with snippets, and the count, of each query of a mixed log, over an archive that is the list so many times over. One query
 * after the other within a program that has its site open, as `public`.
 */
export async function latencyCase(corpus: Corpus, { work, runs, print }: LatencyOptions): Promise<void> {
  const directory = join(work, `latency-${corpus.name}`);
  const site = await openCopies(corpus, directory, MESSAGES);
  try {
    const { totals } = await site.update();
    const log = await queryLog(site);
    print(`${totals.read.toLocaleString('en')} messages, ${log.length} queries, ${runs} times\n`);
    const asked = {
      'first page': (query: string) => site.search(query, { as: 'public' }),
      'newest first': (query: string) => site.search(query, { as: 'public', sort: 'newest' }),
      count: (query: string) => site.count(query, { as: 'public' }),
    } as const;
    for (const [name, ask] of Object.entries(asked)) {
      print(`${name.padEnd(18)}median ms   p95 ms   longest ms`);
      await timed(log, ask);
      const times: Timed[] = [];
      for (let run = 0; run < runs; run++) times.push(...(await timed(log, ask)));
      const kinds = Map.groupBy(times, ({ kind }) => kind);
      for (const [kind, of] of kinds) print(row(`  ${kind}`, of));
      print(row('all', times));
      const slowest = [...times].sort((a, b) => b.milliseconds - a.milliseconds).slice(0, 3);
      for (const { query, milliseconds } of slowest) print(`  ${milliseconds.toFixed(1)} ms: ${query}`);
      print('');
    }
  } finally {
    await site.close();
  }
}

async function timed(
  log: readonly LoggedQuery[],
  ask: (query: string) => Promise<unknown>,
): Promise<Timed[]> {
  const times: Timed[] = [];
  for (const logged of log) {
    const started = performance.now();
    await ask(logged.query);
    times.push({ ...logged, milliseconds: performance.now() - started });
  }
  return times;
}

function row(name: string, times: readonly Timed[]): string {
  const sorted = times.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (q: number): string =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(1);
  return `${name.padEnd(18)}${at(0.5).padStart(9)}${at(0.95).padStart(9)}${at(1).padStart(13)}`;
}
