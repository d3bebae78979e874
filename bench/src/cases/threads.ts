import { hash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '@hayrick/catalog';
import { embedSite } from '@hayrick/core';
import type { Catalog, ScannedMessage } from '@hayrick/core/catalog';
import type { Corpus } from '../corpus.ts';
import { median } from '../measure.ts';

export interface ThreadsOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

const GENERATED = 100_000;
const BATCH = 500;
const PAGE = 20;
const PAGES = 200;

/**
 * What threads cost on top of indexing: threading all messages of a catalog anew, and the places in their threads of the 20 hits of a page. For the list, and
 * for a catalog of generated messages, which are recorded without being read.
 */
export async function threadsCase(corpus: Corpus, { work, runs, print }: ThreadsOptions): Promise<void> {
  print(
    '                     messages   recorded s   threaded s   CPU s   longest step ms   largest   µs a member loaded   places of 20, ms',
  );
  const directory = join(work, `threads-${corpus.name}`);
  const path = join(directory, 'data', 'catalog.db');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const site = await embedSite(
    {
      dataDir: join(directory, 'data'),
      archives: { list: { paths: [corpus.mbox], access: 'public' } },
      connections: { default: { engine: 'sqlite' } },
    },
    { directory, from: import.meta.url },
  );
  const ids: string[] = [];
  try {
    await site.update();
    for await (const { id } of site.stream('*', { highlight: false })) ids.push(id);
  } finally {
    await site.close();
  }
  const catalog = await openCatalog({ path, now: Date.now });
  print(await row(corpus.name, catalog, ids, null, runs));
  await catalog.close();

  const generated = await openCatalog({ path: join(directory, 'generated.db'), now: Date.now });
  const messages = generateMessages(GENERATED);
  const started = performance.now();
  await recordAll(generated, messages);
  const recorded = performance.now() - started;
  const all = messages.map(({ identity }) => identity.id);
  print(await row('generated', generated, all, recorded, runs));
  await generated.close();
  rmSync(directory, { recursive: true, force: true });
}

async function row(
  name: string,
  catalog: Catalog,
  ids: readonly string[],
  recorded: number | null,
  runs: number,
): Promise<string> {
  const seconds: number[] = [];
  const cpu: number[] = [];
  let longest = 0;
  for (let run = 0; run < runs; run++) {
    // Other links begin anew. What is measured includes taking out what was there.
    await catalog.thread({ bySubject: [`none ${run}`] });
    const started = performance.now();
    const before = process.cpuUsage();
    for (let looked = 1, from = started; looked > 0; from = performance.now()) {
      looked = await catalog.thread({ bySubject: [] });
      longest = Math.max(longest, performance.now() - from);
    }
    seconds.push((performance.now() - started) / 1000);
    const { user, system } = process.cpuUsage(before);
    cpu.push((user + system) / 1e6);
  }
  const random = randomFrom(1);
  const times: number[] = [];
  let loading = 0;
  let members = 0;
  for (let page = 0; page < PAGES; page++) {
    const shown = Array.from({ length: PAGE }, () => ids[Math.floor(random() * ids.length)] ?? '');
    const started = performance.now();
    await catalog.threadPlaces(shown, ['list']);
    const told = performance.now();
    const threads = await catalog.threadsWith(shown);
    times.push(told - started);
    loading += performance.now() - told;
    for (const thread of threads) members += thread.length;
  }
  const whole = await catalog.threadsWith(ids);
  const columns = [
    ids.length.toLocaleString('en').padStart(11),
    (recorded === null ? '' : (recorded / 1000).toFixed(2)).padStart(13),
    median(seconds).toFixed(2).padStart(13),
    median(cpu).toFixed(2).padStart(8),
    longest.toFixed(0).padStart(18),
    Math.max(...whole.map((thread) => thread.length))
      .toLocaleString('en')
      .padStart(10),
    ((loading * 1000) / members).toFixed(1).padStart(21),
    `${median(times).toFixed(2)} (p95 ${(times.toSorted((a, b) => a - b)[Math.floor(PAGES * 0.95)] ?? 0).toFixed(2)})`.padStart(
      21,
    ),
  ];
  return `${name.padEnd(18)}${columns.join('')}`;
}

async function recordAll(catalog: Catalog, messages: readonly ScannedMessage[]): Promise<void> {
  const source = await catalog.source('list', 'mbox', '/generated.mbox');
  const stamp = { size: 1, mtimeNs: 1n, inode: 1n, device: 1n };
  const look = { name: '', compression: 'none', tail: '', lookedAt: 0 } as const;
  const [file = 0] = await catalog.putFiles(source.key, [{ ...stamp, ...look }], { restart: false });
  for (let at = 0; at < messages.length; at += BATCH) {
    await catalog.record([{ file, messages: messages.slice(at, at + BATCH), quarantine: [], readTo: at }]);
  }
}

/** A third begin a thread; the others reply to one of the latest, with up to ten references. */
function generateMessages(count: number): ScannedMessage[] {
  const random = randomFrom(7);
  const messages: ScannedMessage[] = [];
  for (let i = 0; i < count; i++) {
    const id = hash('sha256', `${i}`);
    const parent =
      random() < 1 / 3 ? undefined : messages[Math.floor(i - random() ** 3 * Math.min(i, 5000))]?.identity;
    const references = parent === undefined ? [] : [...parent.references, parent.messageId].slice(-10);
    messages.push({
      identity: {
        id: id.slice(0, 32),
        messageId: `${id.slice(0, 40)}@mail${i % 100}.example.org`,
        subject: `Re: a subject like any other, ${i % 1000}`,
        from: [{ name: 'Ann Archer', address: 'ann@example.org' }],
        dateHeader: 1_500_000_000 + i * 60,
        receivedHeader: null,
        references,
        filenames: [],
        problems: [],
      },
      offset: i * 4000,
      length: 4000,
      size: 4000,
      received: 1_500_000_000 + i * 60,
    });
  }
  return messages;
}

/** Numbers from 0 to 1, the same for one seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
