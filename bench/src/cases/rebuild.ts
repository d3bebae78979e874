import { join } from 'node:path';
import type { Corpus } from '../corpus.ts';
import { bytesBelow, hayrick, makeSite } from '../hayrick.ts';
import { type Measured, median } from '../measure.ts';
import { notmuchNew, notmuchVersion } from '../notmuch.ts';

export interface CaseOptions {
  readonly work: string;
  readonly runs: number;
  readonly peers: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly print: (line: string) => void;
}

/** A cold rebuild, and an update that finds nothing to do, beside notmuch's first run over the same mail. */
export async function rebuildCase(corpus: Corpus, options: CaseOptions): Promise<void> {
  const { work, runs, env, print } = options;
  const mbox: Measured[] = [];
  const gzip: Measured[] = [];
  const idle: Measured[] = [];
  let index = 0;
  let catalog = 0;
  for (let run = 0; run < runs; run++) {
    const plain = makeSite(join(work, 'site-mbox'), corpus.name, corpus.mbox);
    mbox.push(await succeed(hayrick(plain, ['rebuild_index', '--noinput', '--format', 'json'], env)));
    idle.push(await succeed(hayrick(plain, ['update_index', '--format', 'json'], env)));
    index = bytesBelow(join(plain.data, 'indexes'));
    catalog = bytesBelow(plain.data) - index;
    const packed = makeSite(join(work, 'site-gzip'), corpus.name, corpus.gzip);
    gzip.push(await succeed(hayrick(packed, ['rebuild_index', '--noinput', '--format', 'json'], env)));
  }
  print('                            wall s   CPU s   peak MiB');
  print(row('rebuild_index from mbox', mbox));
  print(row('rebuild_index from gzip', gzip));
  print(row('update_index, nothing new', idle));
  print(`index ${mb(index)} MB, catalog ${mb(catalog)} MB`);
  const version = options.peers ? notmuchVersion() : null;
  if (version === null) {
    print('\nnotmuch is not installed (Debian: apt-get install notmuch) or was left out: no comparison.');
    return;
  }
  const notmuch = await succeed(notmuchNew(corpus.maildir, work, env));
  print(row(version, [notmuch]));
  print(`notmuch's index ${mb(notmuch.bytes)} MB\n`);
  const times = (runsOf: readonly Measured[]) => (notmuch.wallSeconds / wall(runsOf)).toFixed(1);
  print(`from mbox ${times(mbox)} times as fast as notmuch new, from gzip ${times(gzip)} times`);
  print(`index and catalog ${((index + catalog) / notmuch.bytes).toFixed(2)} of notmuch's bytes`);
}

async function succeed<T extends Measured>(running: Promise<T>): Promise<T> {
  const measured = await running;
  if (measured.status !== 0) throw new Error(`a measured command failed:\n${measured.stderr}`);
  return measured;
}

function wall(runs: readonly Measured[]): number {
  return median(runs.map((r) => r.wallSeconds));
}

function row(name: string, runs: readonly Measured[]): string {
  const cpu = median(runs.map((r) => r.cpuSeconds));
  const peak = Math.max(...runs.map((r) => r.peakMiB));
  return `${name.padEnd(26)}${wall(runs).toFixed(2).padStart(8)}${cpu.toFixed(2).padStart(8)}${peak.toFixed(0).padStart(11)}`;
}

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}
