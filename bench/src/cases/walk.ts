import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { embedSite } from '@hayrick/core';
import { writeCopies } from '../copies.ts';
import type { Corpus } from '../corpus.ts';
import { measuredServer } from '../elasticsearch-server.ts';
import { measure } from '../measure.ts';
import type { Walk, Walked, Way } from './walk-along.ts';

export interface WalkOptions {
  readonly work: string;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** Messages that the archive has at least. */
const MESSAGES = 100_000;
const ALONG = fileURLToPath(new URL('./walk-along.ts', import.meta.url));
const WAYS: readonly Way[] = [
  'pages of 1,000 by cursor, newest first',
  'stream, as for jsonl and ids, oldest first',
  'query set by date',
  "query set by '-size', 'date'",
];

/**
 * Walks of 10,000 and of 100,000 hits on every engine, each in a process of its own: time, and the most memory of the process. Memory that
 * is the same for both belongs to the engine and the program, and not to the walk.
 */
export async function walkCase(corpus: Corpus, { work, env, print }: WalkOptions): Promise<void> {
  await using server = await measuredServer(env);
  const directory = join(work, `walk-${corpus.name}`);
  writeCopies(corpus, join(directory, 'mail'), Math.ceil(MESSAGES / corpus.messages));
  const cluster = { engine: 'elasticsearch', url: server?.url ?? '', index: `walk-${process.pid}` };
  const settings = {
    dataDir: join(directory, 'data'),
    archives: { many: { paths: [join(directory, 'mail')], access: 'public' as const } },
    connections: {
      default: { engine: 'sqlite' },
      memory: { engine: 'memory', maxDocuments: 1_000_000 },
      ...(server === null ? {} : { elasticsearch: cluster }),
    },
  };
  const site = await embedSite(settings, { directory, from: import.meta.url });
  const { totals, failures } = await site.update();
  await site.close();
  if (failures.length > 0) throw new Error(`Not everything was indexed: ${JSON.stringify(failures)}`);
  if (server === null) print('No Elasticsearch is here: npx -y pnpm@12 elastic fetch gets it.');
  print(`${totals.read.toLocaleString('en')} messages\n`);
  print(`${'way'.padEnd(60)}hits       s    peak MiB`);
  const along = async (using: string, way: Way, most: number): Promise<number> => {
    const given: Walk = { settings, directory, using, way, most };
    const command = [process.execPath, ...process.execArgv, ALONG, JSON.stringify(given)];
    const { status, stdout, stderr } = await measure(command, { env });
    if (status !== 0) throw new Error(`The walk failed: ${stderr}`);
    const { hits, seconds, peakMiB } = JSON.parse(stdout) as Walked;
    const name = `${using === 'default' ? 'sqlite' : using}: ${way}`;
    print(
      `${name.padEnd(56)}${hits.toLocaleString('en').padStart(8)}${seconds.toFixed(1).padStart(8)}${peakMiB.toFixed(0).padStart(12)}`,
    );
    return peakMiB;
  };
  for (const using of Object.keys(settings.connections)) {
    for (const way of WAYS) {
      const few = await along(using, way, MESSAGES / 10);
      const many = await along(using, way, MESSAGES);
      print(`  ten times the hits: ${(many - few).toFixed(0)} MiB more`);
    }
  }
}
