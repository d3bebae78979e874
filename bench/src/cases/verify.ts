import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { embedSite } from '@hayrick/core';
import type { Corpus } from '../corpus.ts';

export interface VerifyOptions {
  readonly work: string;
  readonly print: (line: string) => void;
}

/** What verifying costs beside a rebuild, at each level, on the engines that need no server: within a program, processor time of all threads. */
export async function verifyCase(corpus: Corpus, { work, print }: VerifyOptions): Promise<void> {
  print('                            seconds   CPU s   of a rebuild   peak MiB');
  for (const engine of ['sqlite', 'memory']) {
    const directory = join(work, `verify-${corpus.name}-${engine}`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    const settings = {
      dataDir: 'data',
      archives: { [corpus.name]: { paths: [corpus.mbox] } },
      connections: { default: { engine } },
    };
    const open = () => embedSite(settings, { directory, from: import.meta.url });
    let site = await open();
    const rebuild = await timed(() => site.rebuild());
    print(row(`${engine}: rebuild`, rebuild, null));
    for (const level of ['quick', 'full', 'deep'] as const) {
      // As a command of its own would: nothing of the index is in memory yet.
      await site.close();
      site = await open();
      let total = 0;
      const spent = await timed(async () => {
        total = (await site.verify({ level })).total;
      });
      print(row(`${engine}: ${level}`, spent, rebuild));
      if (total > 0) throw new Error(`${total} differences where there are none`);
    }
    await site.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Spent {
  readonly seconds: number;
  readonly cpu: number;
}

async function timed(work: () => Promise<unknown>): Promise<Spent> {
  const started = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - started) / 1000, cpu: (user + system) / 1e6 };
}

function row(name: string, { seconds, cpu }: Spent, rebuild: Spent | null): string {
  const share = rebuild === null ? '' : `${((100 * cpu) / rebuild.cpu).toFixed(1)} %`;
  const peak = Math.round(process.resourceUsage().maxRSS / 1024);
  return `${name.padEnd(26)}${seconds.toFixed(1).padStart(9)}${cpu.toFixed(1).padStart(8)}${share.padStart(15)}${String(peak).padStart(11)}`;
}
