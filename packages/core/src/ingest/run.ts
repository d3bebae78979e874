import { join } from 'node:path';
import type { Backend } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings, ConnectionSettings, Settings } from '../settings/settings.ts';
import { countArchives } from './counts.ts';
import { type FeedResult, feedAll, feedChanges } from './feed.ts';
import { type Lock, takeLock } from './lock.ts';
import { planArchive } from './plan.ts';
import type { Progress, Report, SourceProblem } from './report.ts';
import { scanFiles } from './scan.ts';
import { fail, type Target } from './target.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

/** A connection with its settings, opened. */
export interface OpenConnection {
  readonly settings: ConnectionSettings;
  readonly backend: Backend;
}

export interface Run {
  readonly settings: Settings;
  readonly catalog: Catalog;
  /** Those to be written. */
  readonly connections: readonly OpenConnection[];
  readonly archives: readonly ArchiveSettings[];
  readonly fingerprint: string;
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
  const lock = async (name: string) => {
    const directory = join(settings.dataDir, 'locks');
    const { wait, sleep, signal } = options;
    locks.push(await takeLock({ directory, name, purpose, wait, now, sleep, signal }));
  };
  let pool: WorkerPool | null = null;
  try {
    for (const name of connections.map((c) => c.settings.name).sort()) await lock(name);
    await lock('log');
    const lazyPool = () => {
      pool ??= openWorkerPool({ threads: options.workers, fields: settings.fields, signal: options.signal });
      return pool;
    };
    return await runLocked(options, lazyPool, started);
  } finally {
    await (pool as WorkerPool | null)?.close();
    for (const held of locks) held.release();
  }
}

async function runLocked(options: Run, pool: () => WorkerPool, started: number): Promise<Report> {
  const { catalog, connections, now } = options;
  await refuseOutdated(options);
  const scanned = await scan(options, pool);
  if (options.remove) await removeGone(options);
  await followScopes(options);
  const targets = await openTargets(options);
  const indexedFrom = Math.min(...targets.map((t) => (t.bulk ? 0 : t.writer.applied)));
  let fed: readonly FeedResult[];
  try {
    fed = await feed(options, pool, targets);
    await finish(options, targets);
  } finally {
    for (const { writer } of targets) await writer.close();
  }
  const failures = targets.flatMap(({ failure }) => (failure === null ? [] : [failure]));
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

/** Generations built with other fields or another analysis cannot be updated, only rebuilt. */
async function refuseOutdated({ rebuild, connections, fingerprint }: Run): Promise<void> {
  if (rebuild) return;
  for (const { settings, backend } of connections) {
    const live = (await backend.generations()).find((g) => g.state === 'live');
    if (live !== undefined && live.fingerprint !== fingerprint) throw rebuildNeeded(settings.name);
  }
}

export function rebuildNeeded(connection: string): HayrickError {
  return new HayrickError(
    'REBUILD_NEEDED',
    `The index of connection "${connection}" was built with other fields or another analysis. Run rebuild_index -u ${connection}.`,
  );
}

interface Scanned {
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

async function scan(
  { catalog, archives, full, now, signal, onProgress }: Run,
  pool: () => WorkerPool,
): Promise<Scanned> {
  const plans = [];
  for (const archive of archives) plans.push(await planArchive(catalog, archive, { full, now }));
  const problems = plans.flatMap((p) => p.problems);
  const toRead = plans.flatMap((p) => p.toRead);
  if (toRead.length === 0) return { bytes: 0, problems };
  const result = await scanFiles(catalog, pool(), toRead, { signal, onProgress });
  return { ...result, problems: [...problems, ...result.problems] };
}

/** Drops what has vanished from the chosen archives, and archives that are no longer in the settings. */
async function removeGone({ catalog, settings, archives }: Run): Promise<void> {
  const known = await catalog.sources();
  const unconfigured = known.filter((source) => settings.archives[source.archive] === undefined);
  for (const source of unconfigured) {
    const files = await catalog.files(source.key);
    await catalog.loseFiles(files.map((f) => f.key));
  }
  await catalog.dropLost([...archives.map((a) => a.name), ...new Set(unconfigured.map((s) => s.archive))]);
}

/** A connection whose `only` or `exclude` changed gets the archives concerned anew. */
async function followScopes({ catalog, settings, connections }: Run): Promise<void> {
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

function scopeOf({ only, exclude }: ConnectionSettings): (archive: string) => boolean {
  return (archive) => (only === null || only.includes(archive)) && !exclude.includes(archive);
}

async function openTargets({ connections, rebuild, fingerprint }: Run): Promise<Target[]> {
  const targets: Target[] = [];
  for (const { settings, backend } of connections) {
    const live = await backend.live();
    const bulk = rebuild || live === null;
    if (bulk) await dropUnfinished(backend);
    const writer = bulk ? await backend.create(fingerprint) : await backend.writer(live);
    const counts = { added: 0, updated: 0, removed: 0 };
    targets.push({
      connection: settings.name,
      backend,
      writer,
      bulk,
      inScope: scopeOf(settings),
      everything: settings.only === null && settings.exclude.length === 0,
      counts,
      failure: null,
    });
  }
  return targets;
}

/** What a killed build left behind is of no use: its documents are in the catalog. */
async function dropUnfinished(backend: Backend): Promise<void> {
  for (const { name, state } of await backend.generations()) {
    if (state === 'building') await backend.drop(name);
  }
}

async function feed(options: Run, pool: () => WorkerPool, targets: readonly Target[]): Promise<FeedResult[]> {
  const { catalog, onProgress, signal, sleep, log, maxRetries } = options;
  const retry = { maxRetries, sleep, signal, log };
  const batchMessages =
    options.batchSize ?? Math.min(...options.connections.map((c) => c.settings.batchSize));
  const feedOptions = { batchMessages, retry, onProgress };
  const bulk = targets.filter((t) => t.bulk);
  const head = await catalog.head();
  const behind = targets.filter((t) => !t.bulk && t.writer.applied < head);
  const fed: FeedResult[] = [];
  if (bulk.length > 0) fed.push(await feedAll(catalog, pool(), bulk, feedOptions));
  if (behind.length > 0) fed.push(await feedChanges(catalog, pool(), behind, feedOptions));
  return fed;
}

/** Ends new generations, swaps them in and drops those that are not to be kept. */
async function finish({ commit, keep, onProgress, signal }: Run, targets: readonly Target[]): Promise<void> {
  const standing = targets.filter((t) => t.failure === null);
  if (standing.some((t) => t.bulk)) onProgress({ phase: 'finish', done: 0, total: null, messages: 0 });
  for (const target of standing) {
    signal?.throwIfAborted();
    try {
      await target.writer.finish();
      if (!target.bulk || !commit) continue;
      await target.backend.swap(target.writer.generation);
      await dropOlder(target.backend, keep);
    } catch (error) {
      fail(target, error);
    }
  }
}

async function dropOlder(backend: Backend, keep: number): Promise<void> {
  const older = (await backend.generations()).filter((g) => g.state === 'kept');
  const surplus = older.slice(0, Math.max(0, older.length - keep));
  for (const { name } of surplus) await backend.drop(name);
}

async function connectionCounts(
  connections: readonly OpenConnection[],
  targets: readonly Target[],
): Promise<Report['connections']> {
  const counts: Record<string, Report['connections'][string]> = {};
  for (const { settings, backend } of connections) {
    const target = targets.find((t) => t.connection === settings.name);
    const generation = target?.writer.generation ?? '';
    const documents = (await backend.generations()).find((g) => g.name === generation)?.documents ?? 0;
    counts[settings.name] = { added: 0, updated: 0, removed: 0, ...target?.counts, documents, generation };
  }
  return counts;
}
