import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { generationFingerprint, identityMark } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { countArchives } from './counts.ts';
import {
  type FeedOptions,
  type FeedResult,
  feedAll,
  feedChanges,
  feedLagging,
  openFirstFeed,
} from './feed.ts';
import { followPatches, patchedArchives } from './follow-patches.ts';
import {
  closeTargets,
  connectionCounts,
  finishTargets,
  type OpenConnection,
  type OpenedTargets,
  openTargets,
  refuseOutdated,
  scopeOf,
} from './generations.ts';
import { type Lock, takeLock } from './lock.ts';
import { persistent } from './persistent.ts';
import { type ArchivePlan, type PlannedFile, planArchive } from './plan.ts';
import { readRanks } from './read-ranks.ts';
import type { ConnectionFailure, Progress, Report, SourceProblem } from './report.ts';
import { type ScanTaker, scanFiles } from './scan.ts';
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
  readonly workers: number;
  readonly batchSize: number | undefined;
  readonly maxRetries: number;
  readonly wait: number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly peakMemory: () => number;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** Brings the catalog up to date with the sources, then the connections with the catalog. */
export async function run(options: Run): Promise<Report> {
  const { settings, connections, now } = options;
  const started = now();
  const locks: Lock[] = [];
  const purpose = options.rebuild ? 'rebuild_index' : 'update_index';
  const lock = async (name: string, what: string) => {
    const directory = join(settings.dataDir, 'locks');
    const { wait, sleep, signal } = options;
    locks.push(await takeLock({ directory, name, what, purpose, wait, now, sleep, signal }));
  };
  let pool: WorkerPool | null = null;
  try {
    const names = connections.map((c) => c.settings.name).sort();
    for (const name of names) await lock(name, `Connection "${name}"`);
    // No connection bears such a name.
    await lock('_catalog', 'The catalog');
    const lazyPool = () => {
      const { workers: threads, signal } = options;
      pool ??= openWorkerPool({
        threads,
        fields: settings.fields,
        patched: patchedArchives(settings),
        store: settings.store,
        signal,
      });
      return pool;
    };
    return await runLocked(await withReached(options), lazyPool, started);
  } finally {
    await (pool as WorkerPool | null)?.close();
    await options.texts.end(false);
    for (const held of locks) held.release();
  }
}

/**
 * The same with those connections only whose engine answers. Where there is but one, an outage is waited for, and what is wrong with it is
 * thrown.
 */
async function withReached(options: Run): Promise<Run> {
  const connections: OpenConnection[] = [];
  const unreached = [...options.unreached];
  const only = options.connections.length + unreached.length === 1;
  const { retry } = feedOptionsOf(options);
  for (const { settings, backend } of options.connections) {
    try {
      const reached = only ? persistent(settings.name, backend, retry) : backend;
      await reached.generations();
      await reached.live();
      connections.push({ settings, backend: reached });
    } catch (error) {
      if (only || !isEngineFailure(error)) throw error;
      unreached.push(failureOf(settings.name, error));
    }
  }
  return { ...options, connections, unreached };
}

async function runLocked(options: Run, pool: () => WorkerPool, started: number): Promise<Report> {
  const { catalog, connections, now } = options;
  const fingerprint = generationFingerprint(options.settings.fields, catalog.site);
  if (!options.rebuild) await refuseOutdated(connections, catalog.site, fingerprint, await catalog.head());
  const run = { options, pool, fingerprint };
  const { scanned, opened, before, fed } = (await isFirst(options))
    ? await firstRun(run)
    : await laterRun(run);
  const { targets } = opened;
  const failures = [
    ...options.unreached,
    ...opened.failures,
    ...targets.flatMap(({ failure }) => (failure === null ? [] : [failure])),
  ];
  // Only what a connection has taken is indexed.
  const taken = before.filter((_, i) => targets[i]?.failure === null);
  const indexedFrom = Math.min(await catalog.head(), ...taken);
  const { totals, archives } = await countArchives(catalog, options.archives, indexedFrom);
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
    archives,
    connections: await connectionCounts(connections, targets),
    problems: [...scanned.problems, ...fed.flatMap((f) => f.problems)],
    failures,
  };
}

interface Started {
  readonly options: Run;
  readonly pool: () => WorkerPool;
  readonly fingerprint: string;
}

interface Done {
  readonly scanned: Scanned;
  readonly opened: OpenedTargets;
  /** What each target held before. */
  readonly before: readonly number[];
  readonly fed: readonly FeedResult[];
}

/** Nothing was read yet, and nothing is indexed: mail can be indexed while it is read for the first time. */
async function isFirst({ catalog, connections, rebuild }: Run): Promise<boolean> {
  if ((await catalog.head()) > 0) return false;
  for (const { backend } of connections) if (!rebuild && (await backend.live()) !== null) return false;
  return connections.length > 0;
}

/** Reads mail once (but for the headers, from which the order of rows comes): what is recorded goes straight into new generations. */
async function firstRun({ options, pool, fingerprint }: Started): Promise<Done> {
  const { catalog, connections, rebuild, log } = options;
  await followScopes(options);
  const opened = await openTargets(connections, { fingerprint, rebuild, log });
  const { targets } = opened;
  await options.texts.begin(catalog, true);
  const feedOptions = feedOptionsOf(options);
  const fed: FeedResult[] = [];
  let scanned: Scanned;
  try {
    scanned = await scan(options, pool, async (files) => {
      if (targets.length === 0) return null;
      const ranks = await readRanks(pool(), files, options);
      const total = [...ranks.values()].reduce((sum, { offsets }) => sum + offsets.length, 0);
      const feed = openFirstFeed(catalog, targets, total, feedOptions);
      const take: ScanTaker['take'] = async ({ built }, { fresh }) => {
        if (built !== null) await feed.take(built, fresh);
      };
      return { taker: { ranks, take }, end: async () => void fed.push(await feed.end()) };
    });
    await threadMessages(catalog, options.settings, options.signal);
    await catalog.sync();
    fed.push(...(await feedLagging(catalog, pool, targets, { ...feedOptions, fingerprint })));
    await finish(options, pool, targets, fed);
  } finally {
    await closeTargets(targets);
  }
  return { scanned, opened, before: targets.map(() => 0), fed };
}

/** Brings the catalog up to date, then the connections with it. */
async function laterRun({ options, pool, fingerprint }: Started): Promise<Done> {
  const { catalog, connections, rebuild, log } = options;
  const scanned = await scan(options, pool);
  if (options.remove) await catalog.dropLost(options.archives.map((a) => a.name));
  if (options.remove || rebuild) await forgetUnconfigured(options);
  await followScopes(options);
  await threadMessages(catalog, options.settings, options.signal);
  await catalog.sync();
  const opened = await openTargets(connections, { fingerprint, rebuild, log });
  const { targets } = opened;
  const before = targets.map((t) => (t.bulk ? 0 : t.writer.applied));
  const head = await catalog.head();
  const anew = targets.some((t) => t.bulk);
  if (anew || before.some((applied) => applied < head)) await options.texts.begin(catalog, anew);
  const fed: FeedResult[] = [];
  try {
    fed.push(...(await feed(options, pool, targets)));
    const lagging = { ...feedOptionsOf(options), fingerprint };
    fed.push(...(await feedLagging(catalog, pool, targets, lagging)));
    await finish(options, pool, targets, fed);
  } finally {
    await closeTargets(targets);
  }
  return { scanned, opened, before, fed };
}

/** @param fed gets what is fed while finishing */
async function finish(
  options: Run,
  pool: () => WorkerPool,
  targets: readonly Target[],
  fed: FeedResult[],
): Promise<void> {
  const { catalog, commit, keep, signal } = options;
  if (targets.some((t) => t.bulk && t.failure === null)) {
    options.onProgress({ phase: 'finish', done: 0, total: null, messages: 0 });
  }
  const catchUp = async (target: Target) => {
    fed.push(await feedChanges(catalog, pool(), [target], feedOptionsOf(options)));
  };
  const { retry } = feedOptionsOf(options);
  await finishTargets(targets, { commit, keep, signal, head: await catalog.head(), catchUp, retry });
  await options.texts.end(targets.some((t) => t.bulk && t.finished));
}

interface Scanned {
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

/** Who takes the documents of files that are about to be scanned, and what is to be done behind them. */
type OpenTaker = (
  files: readonly PlannedFile[],
) => Promise<{ readonly taker: ScanTaker; readonly end: () => Promise<void> } | null>;

async function scan(options: Run, pool: () => WorkerPool, openTaker?: OpenTaker): Promise<Scanned> {
  const { catalog, settings, now, signal, onProgress } = options;
  const mark = identityMark(settings.fields);
  const before = await catalog.note('identity');
  // Ids depend on the declared headers: with others all is read anew, and what bore an old id is gone.
  const anew = before !== null && before !== mark;
  const archives = anew ? Object.values(settings.archives) : options.archives;
  const plans: ArchivePlan[] = [];
  for (const archive of archives) {
    const counters = { filesOpened: 0, bytesRead: 0 };
    const full = anew || options.full;
    plans.push(await planArchive(catalog, archive, { full, dryRun: false, now, counters, signal }));
  }
  if (options.rebuild) await refuseWithoutSources(options, plans);
  const problems = plans.flatMap((p) => p.problems);
  const toRead = plans.flatMap((p) => p.toRead);
  let result: Scanned = { bytes: 0, problems: [] };
  if (toRead.length > 0) {
    const opened = await openTaker?.(toRead);
    result = await scanFiles(catalog, pool(), toRead, { signal, onProgress, taker: opened?.taker });
    await opened?.end();
  }
  await catalog.loseFiles(plans.flatMap((p) => p.gone));
  for (const source of plans.flatMap((p) => p.goneSources)) await catalog.loseSource(source.key);
  if (anew) await catalog.dropLost(archives.map((a) => a.name));
  if (before !== mark) await catalog.setNote('identity', mark);
  return { bytes: result.bytes, problems: [...problems, ...result.problems] };
}

/** A new generation without the mail of a disk that is not mounted must not take the place of one that has it. */
async function refuseWithoutSources(
  { catalog, connections }: Run,
  plans: readonly ArchivePlan[],
): Promise<void> {
  const live = await Promise.all(connections.map(({ backend }) => backend.live()));
  if (live.every((generation) => generation === null)) return;
  for (const { archive, unreached, problems } of plans) {
    for (const source of unreached) {
      const counts = (await catalog.sourceCounts()).find((c) => c.source === source.key);
      const messages = (counts?.first ?? 0) + (counts?.further ?? 0);
      if (messages === 0) continue;
      const why = problems.find(({ passedOver }) => passedOver !== true)?.message ?? '';
      throw new HayrickError(
        'SOURCE_MISSING',
        `Nothing was rebuilt: ${messages} indexed messages of archive "${archive}" come from ${source.path}, which cannot be read. ${why} Bring it back, or take its path out of the settings; until then the present index answers.`,
      );
    }
  }
}

/** Drops archives that are no longer in the settings. */
async function forgetUnconfigured({ catalog, settings }: Run): Promise<void> {
  const known = await catalog.sources();
  const unconfigured = known.filter((source) => settings.archives[source.archive] === undefined);
  for (const source of unconfigured) {
    await catalog.loseSource(source.key);
  }
  await catalog.dropLost([...new Set(unconfigured.map((s) => s.archive))]);
}

/** A connection whose `only` or `exclude` changed gets the archives concerned anew. */
async function followScopes({ catalog, settings, connections }: Run): Promise<void> {
  await followPatches(catalog, settings);
  for (const { settings: connection } of connections) {
    const name = `scope:${connection.name}`;
    const now = Object.keys(settings.archives).filter(scopeOf(connection)).sort();
    const before = await catalog.note(name);
    if (before !== null) {
      const old = JSON.parse(before) as string[];
      const known = (archive: string) => settings.archives[archive] !== undefined;
      const changed = [
        ...now.filter((a) => !old.includes(a)),
        ...old.filter((a) => known(a) && !now.includes(a)),
      ];
      await catalog.touch(changed);
    }
    await catalog.setNote(name, JSON.stringify(now));
  }
}

async function feed(options: Run, pool: () => WorkerPool, targets: readonly Target[]): Promise<FeedResult[]> {
  const { catalog } = options;
  const feedOptions = feedOptionsOf(options);
  const bulk = targets.filter((t) => t.bulk);
  if (bulk.length > 0) await catalog.retryQuarantined(bulk.map((t) => t.connection));
  const head = await catalog.head();
  const behind = targets.filter((t) => !t.bulk && t.writer.applied < head);
  const fed: FeedResult[] = [];
  if (bulk.length > 0) fed.push(await feedAll(catalog, pool(), bulk, feedOptions));
  if (behind.length > 0) fed.push(await feedChanges(catalog, pool(), behind, feedOptions));
  return fed;
}

function feedOptionsOf(options: Run): FeedOptions {
  const { onProgress, signal, sleep, log, maxRetries, connections, texts } = options;
  const batchMessages = options.batchSize ?? Math.min(...connections.map((c) => c.settings.batchSize));
  return { batchMessages, retry: { maxRetries, sleep, signal, log }, texts, onProgress };
}
