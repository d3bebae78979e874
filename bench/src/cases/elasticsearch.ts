import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@elastic/elasticsearch';
import type { BackendContext } from '@hayrick/core/backend';
import { backend as engine } from '@hayrick/elasticsearch';
import type { Corpus } from '../corpus.ts';
import { type MeasuredServer, measuredServer } from '../elasticsearch-server.ts';
import { hayrick, makeSite, type Site } from '../hayrick.ts';
import { measure, median } from '../measure.ts';
import { BODIES } from './elasticsearch-bodies.ts';

export interface ElasticsearchOptions {
  readonly work: string;
  readonly runs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

interface Spent {
  readonly wallSeconds: number;
  readonly serverSeconds: number;
  readonly ourSeconds: number;
}

/** Of what the parts cost together, so much must be left of the speed. */
const FLOOR = 0.8;
/** As many as the engine has under way. */
const AT_ONCE = 2;

/**
 * A whole rebuild on Elasticsearch beside its two parts: E, the server taking bodies that were made before, and P, making them. Two
 * processors cannot do both in less time than E + P allows, so the rebuild is held against E / (E + P) of the speed of E alone. Each run
 * does one of each in turn. Best on an otherwise idle machine; processor time counts where others use it too.
 */
export async function elasticsearchCase(corpus: Corpus, options: ElasticsearchOptions): Promise<void> {
  const { work, runs, env, print } = options;
  await using server = await measuredServer(env);
  if (server === null) return print('No Elasticsearch is here: npx -y pnpm@12 elastic fetch gets it.');
  const folder = join(work, 'elasticsearch');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const site = makeSite(join(folder, 'site'), corpus.name, corpus.mbox);
  const connection = { engine: 'elasticsearch', url: server.url, index: `bench-${process.pid}` };
  const settings = JSON.parse(readFileSync(site.settings, 'utf8')) as object;
  writeFileSync(site.settings, JSON.stringify({ ...settings, connections: { default: connection } }));

  const made: number[] = [];
  const posted: Spent[] = [];
  const rebuilt: Spent[] = [];
  // A server that has just begun is slow, and compiles meanwhile.
  await makeBodies(corpus, folder, env);
  await postBodies(server, folder);
  for (let run = 0; run < runs; run++) {
    made.push(await makeBodies(corpus, folder, env));
    posted.push(await postBodies(server, folder));
    rebuilt.push(await rebuild(server, site, env));
  }
  await dropAll(server, site, connection.index);
  tell(corpus, { made: median(made), posted, rebuilt }, print);
}

/** P: reads, parses, analyses and encodes all messages in a process of its own, which leaves the bodies in a folder. */
async function makeBodies(corpus: Corpus, folder: string, env: NodeJS.ProcessEnv): Promise<number> {
  const command = [process.execPath, ...process.execArgv, BODIES, corpus.mbox, join(folder, 'bodies')];
  const { status, cpuSeconds, stderr } = await measure(command, { env });
  if (status !== 0) throw new Error(`bodies could not be made:\n${stderr}`);
  return cpuSeconds;
}

/** E: an index as the engine makes it, the bodies by the official client's transport, and the end of a load. */
async function postBodies(server: MeasuredServer, folder: string): Promise<Spent> {
  const bodies = readdirSync(join(folder, 'bodies')).map((name) =>
    readFileSync(join(folder, 'bodies', name)),
  );
  const client = new Client({ node: server.url });
  const backend = await engine.open(
    contextAt(join(folder, 'posted'), { url: server.url, index: `posted-${process.pid}` }),
  );
  const writer = await backend.create('bench');
  const spent = await spend(server, async () => {
    // The client's types know of texts alone; it sends bytes as they are.
    const left: (Buffer | string)[] = [...bodies];
    const post = async (): Promise<void> => {
      for (let body = left.shift(); body !== undefined; body = left.shift()) {
        const answer = await client.transport.request<{ readonly errors: boolean }>(
          {
            method: 'POST',
            path: `/${writer.generation}/_bulk`,
            querystring: { filter_path: 'errors' },
            bulkBody: body as string,
          },
          { requestTimeout: 60_000 },
        );
        if (answer.errors) throw new Error('the server refused documents');
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, post));
    await writer.finish();
  });
  await writer.close();
  await backend.drop(writer.generation);
  await backend.close();
  await client.close();
  return spent;
}

/** The whole command from nothing, catalog and swap included. */
async function rebuild(server: MeasuredServer, site: Site, env: NodeJS.ProcessEnv): Promise<Spent> {
  rmSync(join(site.data, 'catalog.db'), { force: true });
  const before = await server.cpuSeconds();
  const measured = await hayrick(
    site,
    ['rebuild_index', '--noinput', '--keep', '0', '--format', 'json'],
    env,
  );
  if (measured.status !== 0) throw new Error(`rebuild_index failed:\n${measured.stderr}`);
  const serverSeconds = (await server.cpuSeconds()) - before;
  return { wallSeconds: measured.wallSeconds, serverSeconds, ourSeconds: measured.cpuSeconds };
}

async function spend(server: MeasuredServer, work: () => Promise<void>): Promise<Spent> {
  const before = await server.cpuSeconds();
  const cpu = process.cpuUsage();
  const started = performance.now();
  await work();
  const wallSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  return {
    wallSeconds,
    serverSeconds: (await server.cpuSeconds()) - before,
    ourSeconds: (user + system) / 1e6,
  };
}

async function dropAll(server: MeasuredServer, site: Site, index: string): Promise<void> {
  const context = contextAt(join(site.data, 'indexes', 'default'), { url: server.url, index });
  const backend = await engine.open({ ...context, connection: 'default' });
  for (const { name } of await backend.generations()) await backend.drop(name);
  await backend.close();
}

function contextAt(directory: string, settings: Readonly<Record<string, unknown>>): BackendContext {
  return { connection: 'bench', directory, settings, fields: [], maxResults: 10_001, now: () => 0 };
}

interface Figures {
  readonly made: number;
  readonly posted: readonly Spent[];
  readonly rebuilt: readonly Spent[];
}

function tell({ messages }: Corpus, { made, posted, rebuilt }: Figures, print: (line: string) => void): void {
  const of = (all: readonly Spent[], figure: (one: Spent) => number): number => median(all.map(figure));
  const cpu = (all: readonly Spent[]): number => of(all, (one) => one.serverSeconds + one.ourSeconds);
  const wall = (all: readonly Spent[]): number => of(all, (one) => one.wallSeconds);
  const row = (name: string, all: readonly Spent[]): string =>
    [
      name.padEnd(38),
      wall(all).toFixed(1).padStart(7),
      of(all, (one) => one.serverSeconds)
        .toFixed(1)
        .padStart(14),
      of(all, (one) => one.ourSeconds)
        .toFixed(1)
        .padStart(11),
      (messages / wall(all)).toFixed(0).padStart(13),
    ].join('');
  print(`${' '.repeat(38)} wall s  server CPU s  our CPU s   messages/s`);
  print(row('E: bodies that were made before', posted));
  print(row('rebuild_index', rebuilt));
  print(`P: reading, parsing, analysing, encoding ${made.toFixed(1)} CPU s`);
  const e = cpu(posted);
  const floor = (FLOOR * e) / (e + made);
  print(
    `\nE / (E + P) = ${(e / (e + made)).toFixed(2)}; the rebuild must reach ${FLOOR} of that, ${floor.toFixed(2)}`,
  );
  print(`  by the clock           ${(wall(posted) / wall(rebuilt)).toFixed(2)} of the speed of E`);
  print(`  by processor time      ${(e / cpu(rebuilt)).toFixed(2)} of the speed of E`);
}
