import type { ArrivalSpan, Catalog } from '../catalog/catalog.ts';
import { generationFingerprint } from '../document/fingerprint.ts';
import { loadHook } from '../document/hook.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { type HeldConnection, holdConnection } from './connection-locks.ts';
import { countArchives } from './counts.ts';
import {
  type FeedOptions,
  type FeedResult,
  feedAll,
  feedChanges,
  feedLagging,
  openFirstFeed,
} from './feed.ts';
import { finishTargets } from './finish.ts';
import { patchedArchives } from './follow-patches.ts';
import { dropGone, type FollowedSettings, followSettings } from './follow-settings.ts';
import {
  closeTargets,
  connectionCounts,
  isUpToDate,
  type OpenConnection,
  type OpenedTargets,
  openTargets,
  type ReachedConnection,
  refuseOutdated,
} from './generations.ts';
import { loggedCatalog } from './logged-catalog.ts';
import { persistent } from './persistent.ts';
import { readRanks } from './read-ranks.ts';
import { addReads, type ConnectionFailure, type Progress, type Reads, type Report } from './report.ts';
import type { ScanTaker } from './scan.ts';
import { type Scanned, scanArchives } from './scan-archives.ts';
import { type SiteLocks, siteLocks } from './site-locks.ts';
import { failureOf, isEngineFailure, type Target } from './target.ts';
import type { TextKeeper } from './text-keeper.ts';
import { threadMessages } from './thread-messages.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

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

/** Files whose dates are held in memory, so that their mail is indexed while it is recorded; more are read twice. */
const MOST_FILES = 200_000;

/** Brings the catalog up to date with the sources, then the connections with the catalog. */
export async function run(options: Run): Promise<Report> {
  const { settings, rebuild, now } = options;
  const started = now();
  const purpose = rebuild ? 'rebuild_index' : 'update_index';
  const locks = siteLocks({ ...options, dataDir: settings.dataDir, purpose });
  const held = new Map<string, HeldConnection>();
  const pool = lazyPool(options);
  try {
    locks.sweep();
    const catalog = loggedCatalog(options.catalog, locks);
    const reached = await withReached({ ...options, catalog }, locks, held);
    options.texts.discard();
    const sources = await locks.sources();
    try {
      return await runLocked(reached, pool, started, sources.release);
    } finally {
      sources.release();
    }
  } finally {
    await pool.opened?.close();
    await options.texts.end(false);
    for (const connection of held.values()) connection.release();
  }
}

/** A run whose connections have answered and are locked. */
interface Reached extends Run {
  readonly connections: readonly ReachedConnection[];
  readonly locks: SiteLocks;
}

interface Started {
  readonly options: Reached;
  readonly pool: () => WorkerPool;
  readonly fingerprint: string;
  readonly followed: FollowedSettings;
  /** Of what is looked at outside of parsing threads. */
  readonly reads: Reads;
  /** All that there is to be read is in the catalog: others may compare it with the sources. */
  readonly scanned: () => void;
}

interface Done {
  readonly scanned: Scanned;
  readonly opened: OpenedTargets;
  /** What each target held before. */
  readonly before: readonly number[];
  readonly fed: readonly FeedResult[];
  /** Messages that were left out, by the archive of their first copy. */
  readonly skipped: ReadonlyMap<string, number>;
}

/**
 * The same with those connections only whose engine answers. Where there is but one, an outage is waited for, and what is wrong with it is
 * thrown.
 * @param held gets what is locked
 */
async function withReached(
  options: Run,
  locks: SiteLocks,
  held: Map<string, HeldConnection>,
): Promise<Reached> {
  const reached = new Map<string, ReachedConnection>();
  const unreached = [...options.unreached];
  const only = options.connections.length + unreached.length === 1;
  const { retry } = feedOptionsOf(options);
  // In one order, lest two runs wait for each other.
  const sorted = options.connections.toSorted((a, b) => (a.settings.name < b.settings.name ? -1 : 1));
  for (const { settings, backend: opened } of sorted) {
    const { name } = settings;
    const backend = only ? persistent(name, opened, retry) : opened;
    try {
      const lock = await holdConnection(locks, name, backend, options.rebuild);
      held.set(name, lock);
      const generations = await backend.generations();
      // An alias of somebody else's is found out before anything is read.
      if (options.rebuild) await backend.live();
      reached.set(name, { settings, backend, generations, held: lock });
    } catch (error) {
      const locked = error instanceof HayrickError && error.code === 'LOCKED';
      if (only || locked || !isEngineFailure(error)) throw error;
      unreached.push(failureOf(name, error));
    }
  }
  const connections = options.connections.flatMap(({ settings }) => reached.get(settings.name) ?? []);
  return { ...options, connections, unreached, locks };
}

async function runLocked(
  options: Reached,
  pool: LazyPool,
  started: number,
  scannedAll: () => void,
): Promise<Report> {
  const { settings, catalog, connections, archives: chosen, remove, rebuild, now } = options;
  const fingerprint = generationFingerprint(settings.fields, catalog.site, settings.document !== null);
  // Threads load it as well; here it fails before anything is read.
  if (settings.document !== null) await loadHook(settings.document);
  if (!rebuild) refuseOutdated(connections, catalog.site, fingerprint, await catalog.head());
  const drop = remove || rebuild;
  const followed = await followSettings({ settings, catalog, connections, drop, dryRun: false });
  const reads: Reads = { filesOpened: 0, bytesRead: 0, messagesParsed: 0 };
  const run = { options, pool: pool.open, fingerprint, followed, reads, scanned: scannedAll };
  const { scanned, opened, before, fed, skipped } = (await isFirst(options))
    ? await firstRun(run)
    : await laterRun(run);
  const { targets } = opened;
  if (pool.opened !== null) addReads(reads, pool.opened.reads);
  const failures = [
    ...options.unreached,
    ...opened.failures,
    ...targets.flatMap(({ failure }) => (failure === null ? [] : [failure])),
  ];
  // Only what a connection has taken is indexed.
  const taken = before.filter((_, i) => targets[i]?.failure === null);
  const indexedFrom = Math.min(await catalog.head(), ...taken);
  const { totals, archives } = await countArchives(catalog, chosen, indexedFrom, skipped);
  const seconds = Math.max((now() - started) / 1000, 0.001);
  const sum = (of: (result: FeedResult) => number) => fed.reduce((all, result) => all + of(result), 0);
  return {
    totals: {
      ...totals,
      bytes: scanned.bytes + sum((f) => f.bytes),
      seconds,
      messagesPerSecond: Math.round(
        Math.max(
          totals.indexed,
          sum((f) => f.documents),
        ) / seconds,
      ),
      removed: targets.reduce((all, t) => all + t.counts.removed, 0),
      cutTokens: sum((f) => f.cutTokens),
      cutMessages: sum((f) => f.cutMessages),
      peakMemoryBytes: options.peakMemory(),
    },
    reads,
    settings: followed.lines,
    archives,
    connections: await connectionCounts(catalog, connections, opened),
    problems: [...scanned.problems, ...fed.flatMap((f) => f.problems)],
    failures,
  };
}

/** Nothing was read yet, and nothing is indexed: mail can be indexed while it is read for the first time. */
async function isFirst({ catalog, connections, rebuild, window }: Reached): Promise<boolean> {
  if (window !== null || (await catalog.head()) > 0) return false;
  for (const { backend } of connections) if (!rebuild && (await backend.live()) !== null) return false;
  return connections.length > 0;
}

/** Reads mail once (but for the headers, from which the order of rows comes): what is recorded goes straight into new generations. */
async function firstRun({ options, pool, fingerprint, reads, scanned: scannedAll }: Started): Promise<Done> {
  const { catalog, connections, locks, log } = options;
  const opened = await openTargets(connections, { fingerprint, locks, catalog, resume: false, log });
  const { targets } = opened;
  await options.texts.begin(catalog, true, locks);
  const feedOptions = feedOptionsOf(options);
  const fed: FeedResult[] = [];
  let scanned: Scanned;
  let read = true;
  try {
    scanned = await scanArchives({ ...options, counters: reads }, pool, async (files) => {
      read = files.length <= MOST_FILES;
      if (targets.length === 0 || !read) return null;
      const ranks = await readRanks(pool(), files, options);
      const total = [...ranks.values()].reduce((sum, { offsets }) => sum + offsets.length, 0);
      const feed = openFirstFeed(catalog, targets, total, feedOptions);
      const take: ScanTaker['take'] = async ({ built }, { fresh }) => {
        if (built !== null) await feed.take(built, fresh);
      };
      return { taker: { ranks, take }, end: async () => void fed.push(await feed.end()) };
    });
    scannedAll();
    await threadMessages(catalog, options.settings, options.signal);
    await catalog.sync();
    if (!read) fed.push(...(await feed(options, pool, targets, null)));
    fed.push(...(await feedLagging(catalog, pool, targets, { ...feedOptions, fingerprint })));
    await finish(options, pool, targets, fed, null);
  } finally {
    await closeTargets(targets);
  }
  return { scanned, opened, before: targets.map(() => 0), fed, skipped: new Map() };
}

/** Brings the catalog up to date, then the connections with it. */
async function laterRun(run: Started): Promise<Done> {
  const { options, pool, fingerprint, followed, reads } = run;
  const { catalog, rebuild, window, locks, log } = options;
  const scanned = await scanArchives({ ...options, counters: reads }, pool);
  if (options.remove) await catalog.dropLost(options.archives.map((a) => a.name));
  if (options.remove || rebuild) await dropGone(catalog, followed.gone);
  run.scanned();
  await threadMessages(catalog, options.settings, options.signal);
  const scannedTo = await catalog.head();
  const connections = options.connections.filter((c) => rebuild || !isUpToDate(c, scannedTo));
  if (connections.length > 0) await catalog.sync();
  const resume = window === null;
  const opened = await openTargets(connections, { fingerprint, locks, catalog, resume, log });
  const { targets } = opened;
  const before = targets.map((t) => (t.bulk ? 0 : t.writer.applied));
  const bulk = targets.filter((t) => t.bulk);
  if (bulk.length > 0) await catalog.retryQuarantined(bulk.map((t) => t.connection));
  const upTo = window === null ? null : await catalog.head();
  // Before anything is written: what is left out must stand behind all that a connection will have.
  const skipped =
    window === null || targets.length === 0
      ? new Map<string, number>()
      : await catalog.postpone(Math.min(...before), window);
  // What is gone on with gives texts of its rest alone.
  const anew = bulk.length > 0 && bulk.every((t) => t.begun === null);
  if (bulk.length > 0 || before.some((applied) => applied < scannedTo))
    await options.texts.begin(catalog, anew, locks);
  const fed: FeedResult[] = [];
  try {
    fed.push(...(await feed(options, pool, targets, upTo)));
    const lagging = { ...feedOptionsOf(options), upTo, fingerprint };
    fed.push(...(await feedLagging(catalog, pool, targets, lagging)));
    await finish(options, pool, targets, fed, upTo);
  } finally {
    await closeTargets(targets);
  }
  return { scanned, opened, before, fed, skipped };
}

/**
 * @param fed gets what is fed while finishing
 * @param upTo of the log; null: its head
 */
async function finish(
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
  await options.texts.end(targets.some((t) => t.bulk && t.finished));
}

async function feed(
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

function feedOptionsOf(options: Run): FeedOptions {
  const { onProgress, signal, sleep, log, maxRetries, connections, texts } = options;
  const batchMessages = options.batchSize ?? Math.min(...connections.map((c) => c.settings.batchSize));
  return { batchMessages, retry: { maxRetries, sleep, signal, log }, texts, upTo: null, onProgress };
}

/** Parsing threads, opened when they are first needed. */
interface LazyPool {
  readonly opened: WorkerPool | null;
  open(): WorkerPool;
}

function lazyPool({ settings, workers: threads, signal }: Run): LazyPool {
  const { fields, store, document: hook } = settings;
  let opened: WorkerPool | null = null;
  return {
    get opened() {
      return opened;
    },
    open() {
      opened ??= openWorkerPool({ threads, fields, patched: patchedArchives(settings), store, hook, signal });
      return opened;
    },
  };
}
