import type { ArrivalSpan, Catalog } from '../catalog/catalog.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { type FeedOptions, type FeedResult, feedAll, feedChanges } from './feed.ts';
import { finishTargets } from './finish.ts';
import { endFirstBuild } from './first-build.ts';
import type { FollowedSettings } from './follow-settings.ts';
import type { OpenConnection, OpenedTargets, ReachedConnection } from './generations.ts';
import type { ConnectionFailure, Progress, Reads } from './report.ts';
import type { Scanned } from './scan-archives.ts';
import type { SiteLocks } from './site-locks.ts';
import type { Target } from './target.ts';
import type { TextKeeper } from './text-keeper.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface Run {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly texts: TextKeeper;
  /** Those to be written. */
  readonly connections: readonly OpenConnection[];
  /** Others that were to be written, and why they cannot be. */
  readonly unreached: readonly ConnectionFailure[];
  readonly archives: readonly ArchiveSettings[];
  /** Every connection gets a new generation; else only those that have none. */
  readonly rebuild: boolean;
  /** Swap new generations in. */
  readonly commit: boolean;
  /** Older generations kept. */
  readonly keep: number;
  readonly remove: boolean;
  readonly full: boolean;
  /** What arrived at another time stays pending; null: all is indexed. */
  readonly window: ArrivalSpan | null;
  readonly workers: number;
  readonly batchSize: number | undefined;
  readonly maxRetries: number;
  /** Seconds to wait for other runs; undefined: not for one that writes the same connection, and for one that reads the sources as long as it does. */
  readonly wait: number | undefined;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly peakMemory: () => number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** A run whose connections have answered and are locked. */
export interface Reached extends Run {
  readonly connections: readonly ReachedConnection[];
  readonly locks: SiteLocks;
}

export interface Started {
  readonly options: Reached;
  readonly pool: () => WorkerPool;
  readonly fingerprint: string;
  readonly followed: FollowedSettings;
  /** Of what is looked at outside of parsing threads. */
  readonly reads: Reads;
  /** All that there is to be read is in the catalog: others may compare it with the sources. */
  readonly scanned: () => void;
}

export interface Done {
  readonly scanned: Scanned;
  readonly opened: OpenedTargets;
  /** What each target held before. */
  readonly before: readonly number[];
  readonly fed: readonly FeedResult[];
  /** Messages that were left out, by the archive of their first copy. */
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * Ends new generations and swaps them in.
 * @param fed gets what is fed while finishing
 * @param upTo of the log; null: its head
 */
export async function finish(
  options: Reached,
  pool: () => WorkerPool,
  targets: readonly Target[],
  fed: FeedResult[],
  upTo: number | null,
): Promise<void> {
  const { catalog } = options;
  if (targets.some((t) => t.bulk && t.failure === null)) {
    options.onProgress({ phase: 'finish', done: 0, total: null, messages: 0 });
  }
  const feedOptions = feedOptionsOf(options);
  const catchUp = async (target: Target, to: number) => {
    fed.push(await feedChanges(catalog, pool(), [target], { ...feedOptions, upTo: to }));
  };
  await finishTargets(targets, { ...options, upTo, catchUp, retry: feedOptions.retry });
  await endFirstBuild(catalog, options.settings, targets);
  await options.texts.end(targets.some((t) => t.bulk && t.finished));
}

/** Gives new generations all messages, or what they lack of them, and others what is behind in the log. @param upTo of the log; null: its head */
export async function feed(
  options: Run,
  pool: () => WorkerPool,
  targets: readonly Target[],
  upTo: number | null,
): Promise<FeedResult[]> {
  const { catalog } = options;
  const feedOptions = { ...feedOptionsOf(options), upTo };
  const bulk = targets.filter((t) => t.bulk && t.begun === null);
  const head = upTo ?? (await catalog.head());
  const behind = targets.filter((t) => !t.bulk && t.writer.applied < head);
  const fed: FeedResult[] = [];
  if (bulk.length > 0) fed.push(await feedAll(catalog, pool(), bulk, feedOptions));
  for (const target of targets) {
    if (target.begun !== null) fed.push(await feedAll(catalog, pool(), [target], feedOptions));
  }
  if (behind.length > 0) fed.push(await feedChanges(catalog, pool(), behind, feedOptions));
  return fed;
}

export function feedOptionsOf(options: Run): FeedOptions {
  const { onProgress, signal, sleep, log, maxRetries, connections, texts } = options;
  const batchMessages = options.batchSize ?? Math.min(...connections.map((c) => c.settings.batchSize));
  return { batchMessages, retry: { maxRetries, sleep, signal, log }, texts, upTo: null, onProgress };
}
