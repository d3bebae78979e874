import type { Backend, GenerationInfo, GenerationWriter } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { isOfSite } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import type { ConnectionSettings } from '../settings/settings.ts';
import type { HeldConnection } from './connection-locks.ts';
import type { ConnectionFailure, Report } from './report.ts';
import { type BegunBuild, findBegun, notedBuild } from './resume.ts';
import type { SiteLocks } from './site-locks.ts';
import { fail, failureOf, type Target } from './target.ts';

/** A connection with its settings, opened. */
export interface OpenConnection {
  readonly settings: ConnectionSettings;
  readonly backend: Backend;
}

/** One whose engine has answered. */
export interface AnsweringConnection extends OpenConnection {
  /** As they were at the beginning of the run. */
  readonly generations: readonly GenerationInfo[];
}

/** One that this run alone may write. */
export interface ReachedConnection extends AnsweringConnection {
  readonly held: HeldConnection;
}

export interface TargetOptions {
  /** Of what is built today. */
  readonly fingerprint: string;
  readonly locks: SiteLocks;
  readonly catalog: Catalog;
  /** What a dead run has built may be gone on with. */
  readonly resume: boolean;
  /** By connection: what is gone on with of a first build; null: no such is. */
  readonly first: ReadonlyMap<string, BegunBuild> | null;
  readonly log: (level: 'warn', message: string) => void;
}

export interface OpenedTargets {
  readonly targets: readonly Target[];
  /** Connections that could not be opened: the others go on. */
  readonly failures: readonly ConnectionFailure[];
}

/**
 * Generations built with other fields or another analysis, or from another catalog, cannot be updated, only rebuilt.
 * @param head the log's newest seq
 * @throws HayrickError REBUILD_NEEDED
 */
export function refuseOutdated(
  connections: readonly AnsweringConnection[],
  site: string,
  fingerprint: string,
  head: number,
): void {
  for (const { settings, generations } of connections) {
    const live = generations.find((g) => g.state === 'live');
    // One that cannot be read has no fingerprint: opening it will say what is wrong.
    if (live === undefined || live.fingerprint === '') continue;
    if (!isOfSite(live.fingerprint, site) || live.applied > head) {
      throw rebuildNeeded(settings.name, 'was fed from another catalog than the data folder has now');
    }
    if (live.fingerprint !== fingerprint) throw rebuildNeeded(settings.name);
  }
}

export function rebuildNeeded(
  connection: string,
  why = 'was built with other fields or another analysis',
): HayrickError {
  return new HayrickError(
    'REBUILD_NEEDED',
    `The index of connection "${connection}" ${why}. Run rebuild_index -u ${connection}.`,
  );
}

export function scopeOf({ only, exclude }: ConnectionSettings): (archive: string) => boolean {
  return (archive) => (only === null || only.includes(archive)) && !exclude.includes(archive);
}

/** Whether a connection has all that the log holds, and nothing was left half done: then there is no need to open it. @param head the log's newest seq */
export function isUpToDate({ generations }: AnsweringConnection, head: number): boolean {
  const live = generations.find((g) => g.state === 'live');
  const whole = live !== undefined && live.fingerprint !== '' && live.applied >= head;
  return whole && generations.every((g) => g.state !== 'building');
}

/**
 * Opens a writer for each connection: a new generation, or the live one. What killed builds left behind is dropped.
 * @throws what went wrong, where there is one connection only
 */
export async function openTargets(
  connections: readonly ReachedConnection[],
  options: TargetOptions,
): Promise<OpenedTargets> {
  const targets: Target[] = [];
  const failures: ConnectionFailure[] = [];
  for (const { settings, backend, held } of connections) {
    try {
      const live = await held.follow();
      const bulk = live === null;
      const begun = await clearUnfinished(settings.name, backend, bulk, options);
      const target: Target = {
        connection: settings.name,
        backend,
        writer: await openWriter(backend, live, begun, options.fingerprint),
        bulk,
        loading: bulk,
        inScope: scopeOf(settings),
        everything: settings.only === null && settings.exclude.length === 0,
        counts: { added: 0, updated: 0, removed: 0 },
        begun,
        noted: begun !== null,
        failure: null,
        lagging: false,
        finished: false,
      };
      targets.push(target);
    } catch (error) {
      // Where nothing else is left to do, there is nothing to report.
      if (connections.length === 1) throw error;
      failures.push(failureOf(settings.name, error));
    }
  }
  return { targets, failures };
}

/** Ends the writing. A new generation that was not finished only takes room, but for one that can be gone on with. */
export async function closeTargets(targets: readonly Target[]): Promise<void> {
  for (const target of targets) {
    try {
      await target.writer.close();
      if (!target.bulk || target.finished || mayGoOn(target)) continue;
      await target.backend.drop(target.writer.generation);
    } catch (error) {
      if (target.failure === null) fail(target, error);
    }
  }
}

export async function connectionCounts(
  catalog: Catalog,
  connections: readonly AnsweringConnection[],
  { targets, failures }: OpenedTargets,
): Promise<Report['connections']> {
  const counts: Record<string, Report['connections'][string]> = {};
  for (const { settings, backend, generations } of connections) {
    const target = targets.find((t) => t.connection === settings.name);
    // One that failed may not answer now.
    const failed = target?.failure !== null && target !== undefined;
    const all = target === undefined || failed ? [] : await backend.generations();
    const left = target === undefined && failures.every((f) => f.connection !== settings.name);
    const written = left
      ? generations.find((g) => g.state === 'live')
      : all.find((g) => g.name === target?.writer.generation);
    counts[settings.name] = {
      added: 0,
      updated: 0,
      removed: 0,
      ...target?.counts,
      documents: written?.documents ?? 0,
      generation: written?.name ?? '',
      quarantined: await catalog.countRefused(settings.name),
    };
  }
  return counts;
}

/** It was broken off, or had an outage, while it was loaded. */
function mayGoOn({ noted, loading, failure }: Target): boolean {
  const passes = failure === null || failure.code === 'ENGINE_UNREACHABLE' || failure.code === 'LOCKED';
  return noted && loading && passes;
}

async function openWriter(
  backend: Backend,
  live: string | null,
  begun: BegunBuild | null,
  fingerprint: string,
): Promise<GenerationWriter> {
  if (live !== null) return backend.writer(live);
  return begun === null ? backend.create(fingerprint) : backend.writer(begun.generation);
}

/**
 * Drops what killed builds left behind, but for what can be gone on with.
 * @param alone no other process can be building a generation, and this run builds one. Answers with what it may go on
 */
async function clearUnfinished(
  connection: string,
  backend: Backend,
  alone: boolean,
  { catalog, locks, log, fingerprint, resume, first }: TargetOptions,
): Promise<BegunBuild | null> {
  const unfinished = (await backend.generations()).filter(({ state }) => state === 'building');
  if (unfinished.length === 0) return null;
  const lock = alone ? null : locks.buildIfFree(connection);
  if (lock === null && !alone) return null;
  try {
    const found =
      alone && resume ? await findBegun(catalog, connection, backend, { unfinished, fingerprint }) : null;
    const begun = first?.get(connection) ?? found;
    // An update leaves it to the next rebuild.
    const left = alone ? (begun?.generation ?? null) : await notedBuild(catalog, connection);
    for (const { name } of unfinished) {
      if (name === left) continue;
      log(
        'warn',
        `${connection}: generation ${name} was left unfinished and is dropped; what it held is built afresh.`,
      );
      await backend.drop(name);
    }
    if (begun !== null) {
      const { generation, documents } = begun;
      log(
        'warn',
        `${connection}: generation ${generation} was left unfinished with ${documents} documents; the rest is added to it.`,
      );
    }
    return begun;
  } finally {
    lock?.release();
  }
}
