import type { Backend } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { Settings } from '../settings/settings.ts';
import { checkFit } from './check-fit.ts';
import { persistent } from './persistent.ts';
import type { SiteLocks } from './site-locks.ts';
import { fail, type RetryPolicy, type Target } from './target.ts';

export interface FinishOptions {
  readonly catalog: Catalog;
  readonly settings: Settings;
  readonly locks: SiteLocks;
  /** Swap new generations in. */
  readonly commit: boolean;
  /** Older generations kept. */
  readonly keep: number;
  readonly signal?: AbortSignal | undefined;
  /** The log's seq that is reached; null: its head, whoever goes on writing it. */
  readonly upTo: number | null;
  /** Drains the log up to a seq into a new generation that is loaded. */
  readonly catchUp: (target: Target, upTo: number) => Promise<void>;
  readonly retry: RetryPolicy;
  readonly log: (level: 'info', message: string) => void;
}

/** Changes that are drained while nobody else may write the log; more are drained before. */
const FEW = 500;
/** What could not be read comes into the log again and again. */
const MOST_ROUNDS = 3;

/**
 * Ends new generations: brings them up to the log's head, holds them against the catalog, swaps them in if told to, and drops those that are not to be
 * kept. While one is swapped in nobody writes the log, so nothing that was written before is missing in it.
 */
export async function finishTargets(targets: readonly Target[], options: FinishOptions): Promise<void> {
  options.signal?.throwIfAborted();
  await Promise.all(
    targets.map(async (target) => {
      if (target.failure !== null) return;
      try {
        await finishTarget(target, options);
      } catch (error) {
        fail(target, error);
      }
    }),
  );
  options.signal?.throwIfAborted();
}

async function finishTarget(target: Target, options: FinishOptions): Promise<void> {
  const { catalog, settings, locks, commit, retry } = options;
  const { bulk, connection } = target;
  const backend = persistent(connection, target.backend, retry);
  const { generation } = target.writer;
  await target.writer.finish();
  target.loading = false;
  if (!bulk) {
    target.finished = true;
    return;
  }
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const pending = await catalog.changes(target.writer.applied, FEW);
    if (pending.length < FEW) break;
    await drain(target, backend, options);
    if (target.failure !== null) return;
  }
  const before = await backend.live();
  await locks.logging(async () => {
    await drain(target, backend, options);
    if (target.failure !== null) return;
    await checkFit(catalog, { ...target, maxResults: settings.search.maxResults });
    await target.writer.close();
    target.finished = true;
    if (commit) await locks.swapping(connection, () => backend.swap(generation));
  });
  if (!target.finished) return;
  await locks.swapping(connection, () => dropOlder(backend, target, before, options));
}

async function drain(target: Target, backend: Backend, options: FinishOptions): Promise<void> {
  const head = options.upTo ?? (await options.catalog.head());
  if (target.writer.applied >= head) return;
  await target.writer.close();
  target.writer = await backend.writer(target.writer.generation);
  // To those who look on it is all one build.
  const { updated } = target.counts;
  await options.catchUp(target, head);
  target.counts.updated = updated;
  if (target.failure === null) await target.writer.finish();
}

/**
 * Keeps so many generations besides the live one and the one just made: first the one that was live before, then the newest. One that another process
 * still writes to is left for the next time.
 */
async function dropOlder(
  backend: Backend,
  { connection, writer }: Target,
  before: string | null,
  { commit, keep, locks, log }: FinishOptions,
): Promise<void> {
  const all = await backend.generations();
  const names = all.filter((g) => g.state === 'kept' && g.name !== writer.generation).map((g) => g.name);
  const live = all.findIndex((g) => g.name === before);
  const isOlder = (name: string) => all.findIndex((g) => g.name === name) < live;
  // What was built and never swapped in goes before what can be gone back to.
  const first = commit ? (name: string) => name === before : isOlder;
  const newest = names.toReversed();
  const order = [...newest.filter(first), ...newest.filter((name) => !first(name))];
  for (const name of order.slice(keep)) {
    const lock = locks.drainIfFree(connection, name);
    if (lock === null) {
      log(
        'info',
        `${connection}: generation ${name} is still being written, and is dropped by the next rebuild.`,
      );
      continue;
    }
    try {
      await backend.drop(name);
    } finally {
      lock.release();
    }
  }
}
