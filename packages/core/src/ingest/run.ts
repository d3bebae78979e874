import { join } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { generationFingerprint, identityMark } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { countArchives } from './counts.ts';
import { type FeedResult, feedAll, feedChanges } from './feed.ts';
import {
  closeTargets,
  connectionCounts,
  finishTargets,
  type OpenConnection,
  openTargets,
  refuseOutdated,
  scopeOf,
} from './generations.ts';
import { type Lock, takeLock } from './lock.ts';
import { type ArchivePlan, planArchive } from './plan.ts';
import type { Progress, Report, SourceProblem } from './report.ts';
import { scanFiles } from './scan.ts';
import type { Target } from './target.ts';
import { openWorkerPool, type WorkerPool } from './worker-pool.ts';

export interface Run {
  readonly settings: Settings;
  readonly catalog: Catalog;
  /** Those to be written. */
  readonly connections: readonly OpenConnection[];
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
  const { catalog, connections, rebuild, log, now } = options;
  const fingerprint = generationFingerprint(options.settings.fields, catalog.site);
  if (!rebuild) await refuseOutdated(connections, catalog.site, fingerprint, await catalog.head());
  const scanned = await scan(options, pool);
  if (options.remove) await catalog.dropLost(options.archives.map((a) => a.name));
  if (options.remove || rebuild) await forgetUnconfigured(options);
  await followScopes(options);
  await catalog.sync();
  const opened = await openTargets(connections, { fingerprint, rebuild, log });
  const { targets } = opened;
  const before = targets.map((t) => (t.bulk ? 0 : t.writer.applied));
  let fed: readonly FeedResult[];
  try {
    fed = await feed(options, pool, targets);
    if (targets.some((t) => t.bulk && t.failure === null)) {
      options.onProgress({ phase: 'finish', done: 0, total: null, messages: 0 });
    }
    await finishTargets(targets, options);
  } finally {
    await closeTargets(targets);
  }
  const failures = [
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

interface Scanned {
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

async function scan(options: Run, pool: () => WorkerPool): Promise<Scanned> {
  const { catalog, settings, now, signal, onProgress } = options;
  const mark = identityMark(settings.fields);
  const before = await catalog.note('identity');
  // Ids depend on the declared headers: with others all is read anew, and what bore an old id is gone.
  const anew = before !== null && before !== mark;
  const archives = anew ? Object.values(settings.archives) : options.archives;
  const plans: ArchivePlan[] = [];
  for (const archive of archives) {
    plans.push(await planArchive(catalog, archive, { full: anew || options.full, now }));
  }
  if (options.rebuild) await refuseWithoutSources(options, plans);
  const problems = plans.flatMap((p) => p.problems);
  const toRead = plans.flatMap((p) => p.toRead);
  const result =
    toRead.length === 0
      ? { bytes: 0, problems: [] }
      : await scanFiles(catalog, pool(), toRead, { signal, onProgress });
  await catalog.loseFiles(plans.flatMap((p) => p.gone));
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
      const files = await catalog.files(source.key);
      const messages = files.reduce((sum, { counts }) => sum + counts.first + counts.further, 0);
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
    const files = await catalog.files(source.key);
    await catalog.loseFiles(files.map((f) => f.key));
  }
  await catalog.dropLost([...new Set(unconfigured.map((s) => s.archive))]);
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

async function feed(options: Run, pool: () => WorkerPool, targets: readonly Target[]): Promise<FeedResult[]> {
  const { catalog, onProgress, signal, sleep, log, maxRetries } = options;
  const retry = { maxRetries, sleep, signal, log };
  const batchMessages =
    options.batchSize ?? Math.min(...options.connections.map((c) => c.settings.batchSize));
  const feedOptions = { batchMessages, retry, onProgress };
  const bulk = targets.filter((t) => t.bulk);
  if (bulk.length > 0) await catalog.retryQuarantined(bulk.map((t) => t.connection));
  const head = await catalog.head();
  const behind = targets.filter((t) => !t.bulk && t.writer.applied < head);
  const fed: FeedResult[] = [];
  if (bulk.length > 0) fed.push(await feedAll(catalog, pool(), bulk, feedOptions));
  if (behind.length > 0) fed.push(await feedChanges(catalog, pool(), behind, feedOptions));
  return fed;
}
