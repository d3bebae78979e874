import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Extent, type FileOfSource, listFiles, readPlaces, readSourceFile } from '@hayrick/core/source';
import type { Corpus } from '../corpus.ts';
import { prepareInbox } from '../inbox.ts';
import { median } from '../measure.ts';

export interface ReadOptions {
  readonly runs: number;
  readonly print: (line: string) => void;
}

interface Speed {
  readonly messages: number;
  readonly megabytesPerSecond: number;
  readonly microsecondsPerMessage: number;
}

/** Programs that pack, and what they call their files. */
const TOOLS = [
  ['xz', 'xz'],
  ['zstd', 'zst'],
  ['bzip2', 'bz2'],
] as const;

/** Reading alone, in one thread of this process: whole mbox files plain and packed, a Maildir, a public-inbox, and messages by place. Megabytes are unpacked ones. */
export async function readCase(corpus: Corpus, { runs, print }: ReadOptions): Promise<void> {
  const plain = filesIn(corpus.mbox);
  const packed = filesIn(corpus.gzip);
  const maildir = { kind: 'maildir', path: corpus.maildir } as const;
  const single = (await listFiles(maildir)).map(({ name }): FileOfSource => ({ ...maildir, name }));
  print('reading                       MB/s   µs a message   messages');
  print(row('mbox', await medianOf(runs, () => readWhole(plain))));
  print(row('mbox.gz', await medianOf(runs, () => readWhole(packed))));
  print(row('Maildir', await medianOf(runs, () => readWhole(single))));
  print(row('every place of mbox', await medianOf(runs, () => readByPlace(plain, 1))));
  print(row('every 20th place of mbox', await medianOf(runs, () => readByPlace(plain, 20))));
  print(row('every 20th place of mbox.gz', await medianOf(runs, () => readByPlace(packed, 20))));
  const epoch = await prepareInbox(plain, `${corpus.maildir}.inbox`);
  if (epoch === null) print('public-inbox: not measured, there is no git here');
  else {
    print(row('public-inbox', await medianOf(runs, () => readWhole([epoch]))));
    print(row('every 20th place of it', await medianOf(runs, () => readByPlace([epoch], 20))));
  }
  for (const [tool, ending] of TOOLS) {
    const file = packedWith(tool, ending, plain);
    if (file === null) print(`mbox.${ending}: not measured, there is no ${tool} here`);
    else print(row(`mbox.${ending}, one file`, await medianOf(runs, () => readWhole([file]))));
  }
}

function filesIn(folder: string): readonly FileOfSource[] {
  return readdirSync(folder).map((name) => ({ kind: 'mbox', path: join(folder, name), name: '' }));
}

/** The smallest of the files, packed beside it; null where that program is missing. */
function packedWith(tool: string, ending: string, files: readonly FileOfSource[]): FileOfSource | null {
  const [smallest] = files.toSorted((a, b) => statSync(a.path).size - statSync(b.path).size);
  if (smallest === undefined) return null;
  // Beside the folder, in which every file is measured.
  const path = `${smallest.path}.${ending}`.replace('/mbox/', '/');
  if (
    !existsSync(path) &&
    spawnSync('sh', ['-c', `${tool} -c <"$0" >"$1"`, smallest.path, path]).status !== 0
  )
    return null;
  return { kind: 'mbox', path, name: '' };
}

async function readWhole(files: readonly FileOfSource[]): Promise<Speed> {
  let messages = 0;
  let bytes = 0;
  const started = performance.now();
  for (const file of files) {
    for await (const item of readSourceFile(file)) {
      if (item.kind !== 'message') throw new Error(`${file.path}: ${item.kind} at ${item.offset}`);
      messages++;
      bytes += item.length;
    }
  }
  return speed(messages, bytes, performance.now() - started);
}

async function readByPlace(files: readonly FileOfSource[], every: number): Promise<Speed> {
  let messages = 0;
  let bytes = 0;
  let milliseconds = 0;
  for (const file of files) {
    const places: Extent[] = [];
    for await (const item of readSourceFile(file)) {
      if (item.kind === 'message') places.push(placeOf(item));
    }
    const wanted = places.filter((_, i) => i % every === 0);
    const started = performance.now();
    for await (const item of readPlaces(file, wanted)) {
      if (item.kind !== 'message') throw new Error(`${file.path}: ${item.kind} at ${item.offset}`);
      messages++;
      bytes += item.length;
    }
    milliseconds += performance.now() - started;
  }
  return speed(messages, bytes, milliseconds);
}

function placeOf({ offset, length, object }: Extent): Extent {
  return { offset, length, object };
}

function speed(messages: number, bytes: number, milliseconds: number): Speed {
  return {
    messages,
    megabytesPerSecond: bytes / 1e3 / milliseconds,
    microsecondsPerMessage: (milliseconds * 1e3) / messages,
  };
}

async function medianOf(runs: number, measure: () => Promise<Speed>): Promise<Speed> {
  const speeds: Speed[] = [];
  for (let run = 0; run < runs; run++) speeds.push(await measure());
  return {
    messages: speeds[0]?.messages ?? 0,
    megabytesPerSecond: median(speeds.map((s) => s.megabytesPerSecond)),
    microsecondsPerMessage: median(speeds.map((s) => s.microsecondsPerMessage)),
  };
}

function row(name: string, { messages, megabytesPerSecond, microsecondsPerMessage }: Speed): string {
  const columns = [megabytesPerSecond.toFixed(0).padStart(9), microsecondsPerMessage.toFixed(1).padStart(15)];
  return `${name.padEnd(28)}${columns.join('')}${messages.toLocaleString('en').padStart(11)}`;
}
