import {
  appendFileSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { embedSite, type Report, type Site } from '@hayrick/core';
import { readSourceFile } from '@hayrick/core/source';
import type { Corpus } from '../corpus.ts';
import { median } from '../measure.ts';

export interface UpdateOptions {
  readonly work: string;
  readonly runs: number;
  readonly print: (line: string) => void;
}

const MAILDIR_FILES = 100_000;
const BIG_BYTES = 2 ** 30;
const NEW_MESSAGES = 100;
/** The clock of these sites is so far ahead, in milliseconds, that every file that was just written has settled. */
const AHEAD = 10_000;

/**
 * What an update costs within a program that has its site open: over a list where nothing has changed, over a Maildir of 100,000 messages where
 * nothing has changed and where one has come, and over an mbox of 1 GiB to which 100 messages were added. Other messages are the list's, under other
 * Message-IDs.
 */
export async function updateCase(corpus: Corpus, { work, runs, print }: UpdateOptions): Promise<void> {
  const directory = join(work, `update-${corpus.name}`);
  mkdirSync(directory, { recursive: true });
  print('                                        first s   median ms   longest ms  files opened   parsed');
  for (const [name, path] of [
    [`${corpus.name}, packed`, corpus.gzip],
    [`${corpus.name}, plain`, corpus.mbox],
  ] as const) {
    await withSite(directory, path, async (site, first) => {
      print(row(`${name}: nothing new`, first, await timed(runs, () => site.update())));
    });
  }
  const maildir = join(directory, 'maildir');
  await writeMaildir(corpus, maildir);
  await withSite(directory, maildir, async (site, first) => {
    print(row('Maildir of 100,000: nothing new', first, await timed(runs, () => site.update())));
    let delivered = 0;
    const one = await timed(runs, () => {
      const name = `${1_700_000_000 + delivered}.new${delivered++}.bench`;
      writeFileSync(join(maildir, 'new', name), `From: ann@example.org\nMessage-ID: <${name}>\n\nnew\n`);
      return site.update();
    });
    print(row('Maildir of 100,000: one more', null, one));
    for (const name of readdirSync(join(maildir, 'new'))) rmSync(join(maildir, 'new', name));
  });
  const big = join(directory, 'big.mbox');
  writeBig(corpus, big);
  const size = statSync(big).size;
  await withSite(directory, big, async (site, first) => {
    print(row('mbox of 1 GiB: nothing new', first, await timed(runs, () => site.update())));
    let copy = 0;
    const grown = await timed(runs, () => {
      appendFileSync(big, newMessages(corpus, copy++));
      return site.update();
    });
    print(row('mbox of 1 GiB: 100 more', null, grown));
  });
  truncateSync(big, size);
}

interface Timed {
  readonly times: readonly number[];
  readonly last: Report;
}

async function timed(runs: number, update: () => Promise<Report>): Promise<Timed> {
  const times: number[] = [];
  let last: Report | null = null;
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    last = await update();
    times.push(performance.now() - started);
  }
  if (last === null) throw new TypeError('no runs');
  return { times, last };
}

function row(name: string, first: number | null, { times, last }: Timed): string {
  const columns = [
    (first === null ? '' : first.toFixed(1)).padStart(8),
    median(times).toFixed(1).padStart(12),
    Math.max(...times)
      .toFixed(1)
      .padStart(13),
    String(last.reads.filesOpened).padStart(14),
    String(last.reads.messagesParsed).padStart(9),
  ];
  return `${name.padEnd(39)}${columns.join('')}`;
}

/** @param use is given the seconds of the first update; two more have let files settle and filled caches */
async function withSite(
  directory: string,
  path: string,
  use: (site: Site, first: number) => Promise<void>,
): Promise<void> {
  const dataDir = join(directory, 'data');
  rmSync(dataDir, { recursive: true, force: true });
  const settings = {
    dataDir,
    archives: { list: { paths: [path], access: 'public' } },
    connections: { default: { engine: 'sqlite' } },
  } as const;
  const now = () => Date.now() + AHEAD;
  const site = await embedSite(settings, { directory, from: import.meta.url, now });
  try {
    const started = performance.now();
    await site.update();
    const first = (performance.now() - started) / 1000;
    await site.update();
    await site.update();
    await use(site, first);
  } finally {
    await site.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/** The list's messages over and over, each time under other Message-IDs. */
async function writeMaildir({ mbox, name }: Corpus, folder: string): Promise<void> {
  const done = `${folder}-written`;
  if (existsSync(done)) return;
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['cur', 'new', 'tmp']) mkdirSync(join(folder, part), { recursive: true });
  let written = 0;
  for (let copy = 0; written < MAILDIR_FILES; copy++) {
    for (const file of readdirSync(mbox)) {
      for await (const item of readSourceFile({ kind: 'mbox', path: join(mbox, file), name: '' })) {
        if (item.kind !== 'message' || written === MAILDIR_FILES) continue;
        const text = renamed(Buffer.from(item.bytes).toString('latin1'), `${name}.${copy}`);
        const unique = `${item.placeDate ?? 0}.${String(written++).padStart(7, '0')}.bench:2,S`;
        writeFileSync(join(folder, 'cur', unique), text, 'latin1');
      }
    }
  }
  writeFileSync(`${done}.new`, '');
  renameSync(`${done}.new`, done);
}

function writeBig({ mbox, name }: Corpus, path: string): void {
  const done = `${path}-written`;
  if (existsSync(done)) return;
  const descriptor = openSync(path, 'w');
  let written = 0;
  for (let copy = 0; written < BIG_BYTES; copy++) {
    for (const file of readdirSync(mbox)) {
      if (written >= BIG_BYTES) break;
      const text = renamed(readFileSync(join(mbox, file), 'latin1'), `${name}.${copy}`);
      written += writeSync(descriptor, Buffer.from(text, 'latin1'));
    }
  }
  closeSync(descriptor);
  writeFileSync(`${done}.new`, '');
  renameSync(`${done}.new`, done);
}

/** The first messages of the list's first file. */
function newMessages({ mbox }: Corpus, copy: number): Buffer {
  const [file = ''] = readdirSync(mbox).sort();
  const all = readFileSync(join(mbox, file), 'latin1').split(/^(?=From \S+ \w{3} \w{3} )/m);
  return Buffer.from(renamed(all.slice(0, NEW_MESSAGES).join(''), `new.${copy}`), 'latin1');
}

function renamed(text: string, prefix: string): string {
  return text.replace(/^(Message-ID:\s*<)/gim, `$1${prefix}.`);
}
