import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { BackendContext } from '../../backend/index.ts';

/** What a process that is to be killed does with the engine. Documents and seqs are those of `numbered`. */
export type Work =
  /** Writes into a generation that is served: batches of `size` one behind the other, from behind `after`. */
  | { readonly kind: 'update'; readonly generation: string; readonly after: number; readonly size: number }
  /** Fills a new generation in the same way, and never finishes it. */
  | { readonly kind: 'build'; readonly size: number };

export interface Job extends Pick<BackendContext, 'directory' | 'settings'> {
  /** URL of the engine's module. */
  readonly module: string;
  readonly work: Work;
}

/** What such a process says of itself. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'opened'; readonly generation: string }
  /** It is about to write up to that seq. */
  | { readonly kind: 'begun'; readonly upTo: number }
  | { readonly kind: 'acknowledged'; readonly upTo: number; readonly applied: number };

/** Starts a process that does the job, kills it with SIGKILL as soon as what it told is enough, and answers all that it told. */
export async function killedWriter(
  job: Job,
  enough: (told: readonly Told[]) => boolean,
): Promise<readonly Told[]> {
  // Built or not, the file beside this one has the same ending.
  const ending = import.meta.url.slice(import.meta.url.lastIndexOf('.'));
  const child = fork(new URL(`./killed-writer${ending}`, import.meta.url), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const told: Told[] = [];
  let complaint = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    complaint += text;
  });
  child.on('message', (message: Told) => {
    if (message.kind === 'ready') child.send(job);
    told.push(message);
    if (enough(told)) child.kill('SIGKILL');
  });
  const [, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (signal !== 'SIGKILL')
    throw new Error(`the process that was to be killed ended by itself: ${complaint}`);
  return told;
}
