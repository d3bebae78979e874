import type { ArrivalSpan, Catalog } from '../catalog/catalog.ts';
import { generationFingerprint, identityMark } from '../document/fingerprint.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import { followSettings } from './follow-settings.ts';
import { type AnsweringConnection, type OpenConnection, refuseOutdated } from './generations.ts';
import { type ArchivePlan, type PlannedFile, planArchive } from './plan.ts';
import type { ConnectionFailure, SourceProblem } from './report.ts';
import { hasOtherIds } from './scan-archives.ts';
import { failureOf, isEngineFailure } from './target.ts';

export interface PlanUpdateOptions {
  readonly settings: Settings;
  /** Opened for reading. */
  readonly catalog: Catalog;
  readonly connections: readonly OpenConnection[];
  readonly unreached: readonly ConnectionFailure[];
  readonly archives: readonly ArchiveSettings[];
  readonly remove: boolean;
  readonly full: boolean;
  readonly window: ArrivalSpan | null;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
}

/** What an update would do. How many messages new files hold is not known before they are read. */
export interface UpdatePlan {
  /** As in a report. */
  readonly settings: readonly string[];
  readonly archives: Readonly<Record<string, ArchiveOutlook>>;
  readonly connections: Readonly<Record<string, ConnectionOutlook>>;
  /** Messages of these archives that are gone from a source and were not dropped yet. */
  readonly lost: number;
  readonly problems: readonly SourceProblem[];
  readonly failures: readonly ConnectionFailure[];
}

export interface ArchiveOutlook {
  readonly files: readonly FileOutlook[];
  /** Of these files, before decompression. */
  readonly bytes: number;
  /** Files and whole sources that are no longer there. */
  readonly gone: readonly string[];
}

export interface FileOutlook {
  readonly path: string;
  readonly why: PlannedFile['why'];
  /** To be read, before decompression. */
  readonly bytes: number;
}

export interface ConnectionOutlook {
  /** The generation that would be written; null: a new one. */
  readonly generation: string | null;
  /** Messages that are recorded and would be indexed. */
  readonly pending: number;
  /** Recorded removals that would be done. */
  readonly removals: number;
  /** Pending messages that the dates leave out. */
  readonly skipped: number;
}

/**
 * Looks at everything that an update looks at, and writes nothing.
 * @throws HayrickError what an update would refuse
 */
export async function planUpdate(options: PlanUpdateOptions): Promise<UpdatePlan> {
  const { settings, catalog, archives, remove, now, signal } = options;
  const { connections, failures } = await reach(options);
  const fingerprint = generationFingerprint(settings.fields, catalog.site, settings.document !== null);
  refuseOutdated(connections, catalog.site, fingerprint, await catalog.head());
  const followed = await followSettings({ settings, catalog, connections, drop: remove, dryRun: true });
  const anew = hasOtherIds(await catalog.note('identity'), identityMark(settings.fields));
  const former = new Map([...followed.renamed].map(([old, name]) => [name, old]));
  const outlooks: Record<string, ArchiveOutlook> = {};
  const problems: SourceProblem[] = [];
  for (const archive of anew ? Object.values(settings.archives) : archives) {
    signal?.throwIfAborted();
    const counters = { filesOpened: 0, bytesRead: 0 };
    const known = { ...archive, name: former.get(archive.name) ?? archive.name };
    const full = anew || options.full;
    const plan = await planArchive(catalog, known, { full, dryRun: true, now, counters, signal });
    outlooks[archive.name] = await archiveOutlook(catalog, plan);
    problems.push(...plan.problems.map((problem) => ({ ...problem, archive: archive.name })));
  }
  const names = archives.map(({ name }) => former.get(name) ?? name);
  return {
    settings: followed.lines,
    archives: outlooks,
    connections: await connectionOutlooks(options, connections),
    lost: await catalog.countLost([...names, ...(remove ? followed.gone : [])]),
    problems,
    failures,
  };
}

async function reach({ connections, unreached }: PlanUpdateOptions): Promise<{
  readonly connections: readonly AnsweringConnection[];
  readonly failures: readonly ConnectionFailure[];
}> {
  const reached: AnsweringConnection[] = [];
  const failures = [...unreached];
  for (const connection of connections) {
    try {
      reached.push({ ...connection, generations: await connection.backend.generations() });
    } catch (error) {
      if (connections.length + unreached.length === 1 || !isEngineFailure(error)) throw error;
      failures.push(failureOf(connection.settings.name, error));
    }
  }
  return { connections: reached, failures };
}

async function archiveOutlook(
  catalog: Catalog,
  { toRead, gone, goneSources }: ArchivePlan,
): Promise<ArchiveOutlook> {
  const files = toRead.map(({ file: { path, name }, why, size, from }): FileOutlook => {
    return { path: pathOf(path, name), why, bytes: Math.max(0, size - from) };
  });
  const paths: string[] = [];
  for (const key of gone) {
    const file = await catalog.file(key);
    if (file !== null) paths.push(pathOf(file.path, file.name));
  }
  return {
    files,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    gone: [...paths, ...goneSources.map(({ path }) => path)],
  };
}

async function connectionOutlooks(
  { catalog, window }: PlanUpdateOptions,
  connections: readonly AnsweringConnection[],
): Promise<Record<string, ConnectionOutlook>> {
  const outlooks: Record<string, ConnectionOutlook> = {};
  for (const { settings, generations } of connections) {
    const live = generations.find(({ state }) => state === 'live');
    const { puts, removals, skipped } = await catalog.pending(live?.applied ?? 0, window);
    outlooks[settings.name] = {
      generation: live?.name ?? null,
      pending: puts,
      // A new one has nothing that could be removed.
      removals: live === undefined ? 0 : removals,
      skipped,
    };
  }
  return outlooks;
}

function pathOf(path: string, name: string): string {
  return name === '' ? path : `${path}/${name}`;
}
