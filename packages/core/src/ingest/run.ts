import { generationFingerprint } from '../document/fingerprint.ts';
import { loadHook } from '../document/hook.ts';
import { HayrickError } from '../errors.ts';
import { type HeldConnection, holdConnection } from './connection-locks.ts';
import { countArchives } from './counts.ts';
import { type FeedResult, feedLagging } from './feed.ts';
import { findFirstBuild } from './first-build.ts';
import { firstRun, goOnWithFirst } from './first-run.ts';
import { patchedArchives } from './follow-patches.ts';
import { dropGone, followSettings } from './follow-settings.ts';
import {
  closeTargets,
  connectionCounts,
  isUpToDate,
  openTargets,
  type ReachedConnection,
  refuseOutdated,
} from './generations.ts';
import { loggedCatalog } from './logged-catalog.ts';
import { persistent } from './persistent.ts';
import { addReads, type Reads, type Report } from './report.ts';
import { type Done, feed, feedOptionsOf, finish, type Reached, type Run, type Started } from './run-steps.ts';
import { scanArchives } from './scan-archives.ts';
import { type SiteLocks, siteLocks } from './site-locks.ts';
import { failureOf, isEngineFailure } from './target.ts';
import { threadMessages } from './thread-messages.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

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
  const { scanned, opened, before, fed, skipped } = await doRun(run);
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

/** The first one of all, one that goes on with a first one, or a later one. */
async function doRun(run: Started): Promise<Done> {
  const { options, fingerprint } = run;
  const { catalog, connections, settings, window, full } = options;
  const built = await thoseBuilt(options);
  if (window !== null || built.length === 0) return laterRun(run);
  if ((await catalog.head()) === 0 && built.length === connections.length) return firstRun(run);
  const begun = full ? null : await findFirstBuild(catalog, settings, built, fingerprint);
  return begun === null ? laterRun(run) : goOnWithFirst(run, begun);
}

/** Connections that get a new generation. */
async function thoseBuilt({ connections, rebuild }: Reached): Promise<readonly ReachedConnection[]> {
  const built: ReachedConnection[] = [];
  for (const connection of connections)
    if (rebuild || (await connection.backend.live()) === null) built.push(connection);
  return built;
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
  const opened = await openTargets(connections, { fingerprint, locks, catalog, resume, first: null, log });
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
    await options.texts.begin(catalog, anew ? 'rebuild' : 'add', locks);
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
