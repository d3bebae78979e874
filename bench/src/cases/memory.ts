import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Change, Document } from '@hayrick/core/backend';
import { createDocumentBuilder } from '@hayrick/core/document';
import { chooseDates, parseMessage } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';
import { backend as engine } from '@hayrick/memory';
import MiniSearch from 'minisearch';
import type { Corpus } from '../corpus.ts';
import { bytesBelow } from '../hayrick.ts';
import { measure, median } from '../measure.ts';
import { ARCHIVE, type MemoryLoad, memoryContext } from './memory-load.ts';

export interface MemoryOptions {
  readonly work: string;
  readonly runs: number;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

const LOAD = fileURLToPath(new URL('./memory-load.ts', import.meta.url));
/** Documents given to each in turn, as many as the ingest hands on. */
const BATCH = 500;

interface Spent {
  cpuSeconds: number;
  wallSeconds: number;
}

/**
 * The memory engine beside plain MiniSearch, which is given the same tokens: batches in turn to one and the other, so that whatever else
 * the machine does slows both. Then how long a process takes to load what was written, what it has in memory, and how long it searches.
 */
export async function memoryCase(corpus: Corpus, options: MemoryOptions): Promise<void> {
  const { work, runs, env, print } = options;
  const directory = join(work, `memory-${corpus.name}`);
  rmSync(directory, { recursive: true, force: true });
  await writeBoth(corpus, directory, print);
  const loads: MemoryLoad[] = [];
  for (let run = 0; run < runs; run++) {
    const command = [process.execPath, ...process.execArgv, '--expose-gc', LOAD, directory];
    const { status, stdout, stderr } = await measure(command, { env });
    if (status !== 0) throw new Error(`the load failed: ${stderr}`);
    loads.push(JSON.parse(stdout) as MemoryLoad);
  }
  const of = (figure: (load: MemoryLoad) => number): number => median(loads.map(figure));
  const documents = of((load) => load.documents);
  const kilobytes = (bytes: number): string => (bytes / documents / 1000).toFixed(1);
  print(`\nloading ${documents.toLocaleString('en')} documents in a process of its own, median of ${runs}`);
  print(`  ${of((l) => l.wallSeconds).toFixed(2)} s, ${of((l) => l.cpuSeconds).toFixed(2)} CPU s`);
  print(
    `  ${kilobytes(of((l) => l.heapBytes))} kB of heap a document, ${kilobytes(of((l) => l.bufferBytes))} kB of buffers`,
  );
  print('\nsearch                        found   count ms   newest 20 ms   relevance 20 ms');
  for (const [name, first] of Object.entries(loads[0]?.searches ?? {})) {
    const ms = (which: 'count' | 'newest' | 'relevance'): string =>
      of((load) => load.searches[name]?.[which] ?? Number.NaN).toFixed(1);
    print(
      `${name.padEnd(26)}${String(first.found).padStart(9)}${ms('count').padStart(11)}${ms('newest').padStart(15)}${ms('relevance').padStart(18)}`,
    );
  }
}

async function writeBoth(corpus: Corpus, directory: string, print: MemoryOptions['print']): Promise<void> {
  const plain = new MiniSearch<Document>({
    fields: await fieldsOf(directory),
    extractField: (document, field) => (field === 'id' ? document.id : document.text[field]),
    tokenize: (text) => text.split(' '),
    processTerm: (token) => token,
  });
  const backend = await engine.open(memoryContext(directory));
  const writer = await backend.create('bench');
  const spent = { plain: nothing(), backend: nothing(), finish: nothing() };
  let seq = 0;
  for await (const batch of batches(corpus)) {
    await spend(spent.plain, async () => plain.addAll(batch));
    const changes = batch.map((document): Change => ({ kind: 'put', seq: ++seq, document, rank: seq }));
    await spend(spent.backend, () => writer.write(changes, seq));
  }
  await spend(spent.finish, () => writer.finish());
  await writer.close();
  await backend.swap(writer.generation);
  await backend.close();
  const row = (name: string, { cpuSeconds, wallSeconds }: Spent): string =>
    `${name.padEnd(36)}${cpuSeconds.toFixed(1).padStart(8)}${wallSeconds.toFixed(1).padStart(8)}${(seq / cpuSeconds).toFixed(0).padStart(16)}`;
  const whole = {
    cpuSeconds: spent.backend.cpuSeconds + spent.finish.cpuSeconds,
    wallSeconds: spent.backend.wallSeconds + spent.finish.wallSeconds,
  };
  print('indexing                               CPU s  wall s    documents/CPU s');
  print(row('plain MiniSearch, in memory only', spent.plain));
  print(row('memory engine, journal included', spent.backend));
  print(row('memory engine, with its snapshot', whole));
  print(
    `speed beside plain MiniSearch, with the snapshot: ${(spent.plain.cpuSeconds / whole.cpuSeconds).toFixed(2)}`,
  );
  print(`on disk: ${(bytesBelow(directory) / 1e6).toFixed(0)} MB`);
}

/** The text fields that the engine indexes. */
async function fieldsOf(directory: string): Promise<string[]> {
  const backend = await engine.open(memoryContext(directory));
  const { fields } = JSON.parse(backend.schema()) as { readonly fields: string[] };
  await backend.close();
  return fields;
}

function nothing(): Spent {
  return { cpuSeconds: 0, wallSeconds: 0 };
}

async function spend(spent: Spent, work: () => Promise<unknown>): Promise<void> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  spent.cpuSeconds += (user + system) / 1e6;
  spent.wallSeconds += (performance.now() - started) / 1000;
}

/** The documents of all messages, each id once. */
async function* batches({ mbox }: Corpus): AsyncGenerator<Document[]> {
  const build = createDocumentBuilder([]);
  const seen = new Set<string>();
  let batch: Document[] = [];
  for (const name of readdirSync(mbox).sort()) {
    for await (const item of readSourceFile({ kind: 'mbox', path: join(mbox, name), name: '' })) {
      if (item.kind !== 'message') continue;
      const message = parseMessage(item.bytes);
      if (seen.has(message.id)) continue;
      seen.add(message.id);
      const { dateHeader, receivedHeader } = message;
      const dates = chooseDates({ dateHeader, receivedHeader, placeDate: item.placeDate });
      batch.push(build(message, { archives: [ARCHIVE], ...dates, size: item.bytes.length }).document);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
  }
  yield batch;
}
