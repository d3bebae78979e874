import { fileURLToPath } from 'node:url';
import {
  BARE_FIELDS,
  type BackendContext,
  type Condition,
  type GenerationReader,
} from '@hayrick/core/backend';
import { backend as engine } from '@hayrick/memory';
import { median } from '../measure.ts';

/** What one process tells of itself that loads the index and searches it. */
export interface MemoryLoad {
  readonly documents: number;
  readonly wallSeconds: number;
  readonly cpuSeconds: number;
  readonly heapBytes: number;
  readonly bufferBytes: number;
  /** Milliseconds, by name. */
  readonly searches: Readonly<Record<string, MemorySearch>>;
}

interface MemorySearch {
  readonly found: number;
  readonly count: number;
  readonly newest: number;
  readonly relevance: number;
}

export const ARCHIVE = 'bench';
const ACCESS = { archives: [ARCHIVE] };
const RUNS = 5;

export function memoryContext(directory: string): BackendContext {
  return { connection: 'bench', directory, settings: {}, fields: [], maxResults: 10_000, now: () => 0 };
}

const word = (token: string): Condition => phrase(token);
function phrase(...tokens: string[]): Condition {
  return { kind: 'phrase', fields: BARE_FIELDS, items: tokens.map((token) => ({ kind: 'token', token })) };
}

/** From what hardly any message holds to what nearly all do. */
const SEARCHES: Readonly<Record<string, Condition>> = {
  deadlock: word('deadlock'),
  journal: word('journal'),
  'ext4 (nearly all)': word('ext4'),
  'the, a, to, is, ext4': { kind: 'and', of: ['the', 'a', 'to', 'is', 'ext4'].map(word) },
  'jo*': { kind: 'phrase', fields: BARE_FIELDS, items: [{ kind: 'prefix', prefix: 'jo', stems: [] }] },
  'journal~2': { kind: 'fuzzy', fields: BARE_FIELDS, token: 'journal', edits: 2 },
  '"of the"': phrase('of', 'the'),
  '"the journal"': phrase('the', 'journal'),
  '"the of"~5': { kind: 'near', fields: BARE_FIELDS, tokens: ['the', 'of'], distance: 5 },
  'everything but the': { kind: 'not', of: word('the') },
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.stdout.write(JSON.stringify(await load(process.argv[2] ?? '')));
}

async function load(directory: string): Promise<MemoryLoad> {
  const started = performance.now();
  const cpu = process.cpuUsage();
  const before = memory();
  const backend = await engine.open(memoryContext(directory));
  const reader = await backend.reader((await backend.live()) ?? '');
  const documents = await reader.count({ kind: 'all' }, ACCESS);
  const wallSeconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const after = memory();
  const searches: Record<string, MemorySearch> = {};
  for (const [name, condition] of Object.entries(SEARCHES)) searches[name] = await timed(reader, condition);
  await backend.close();
  return {
    documents,
    wallSeconds,
    cpuSeconds: (user + system) / 1e6,
    heapBytes: after.heapUsed - before.heapUsed,
    bufferBytes: after.arrayBuffers - before.arrayBuffers,
    searches,
  };
}

function memory(): NodeJS.MemoryUsage {
  globalThis.gc?.();
  return process.memoryUsage();
}

async function timed(reader: GenerationReader, condition: Condition): Promise<MemorySearch> {
  const page = { condition, limit: 20, offset: 0, after: null };
  const found = await reader.count(condition, ACCESS);
  return {
    found,
    count: await medianOf(() => reader.count(condition, ACCESS)),
    newest: await medianOf(() => reader.search({ ...page, sort: 'newest' }, ACCESS)),
    relevance: await medianOf(() => reader.search({ ...page, sort: 'relevance' }, ACCESS)),
  };
}

async function medianOf(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return median(times);
}
