import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Catalog, MessageHomes } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { Settings } from '../settings/settings.ts';
import { rankAt, rankPlaces } from './dated-places.ts';
import { readDatedPlaces, removeDatedPlaces, writeDatedPlaces } from './dated-places-file.ts';
import { forgetFirstBuild, readFirstBuild, writeFirstBuild } from './first-build-note.ts';
import { patchedArchives } from './follow-patches.ts';
import type { ReachedConnection } from './generations.ts';
import { type BegunBuild, RESUME_FROM, readHeld } from './resume.ts';
import { isEngineFailure, type Target } from './target.ts';
import type { RankedPlaces } from './worker-protocol.ts';

/** A first build that was begun by a run that is dead. */
export interface BegunFirstBuild {
  /** The numbers that messages are given, by file key and place: those that the dead run gave. */
  readonly ranks: ReadonlyMap<number, RankedPlaces>;
  /** By connection: the generation and the messages that it holds. */
  readonly builds: ReadonlyMap<string, BegunBuild>;
  /** As the dead run left it. */
  readonly homes: MessageHomes;
}

/**
 * Writes down what is about to be built, so that the next run can go on with it; small ones are built afresh sooner than that.
 * @param ranks of all messages that are about to be read
 */
export async function noteFirstBuild(
  catalog: Catalog,
  settings: Settings,
  targets: readonly Target[],
  ranks: ReadonlyMap<number, RankedPlaces>,
  log: (level: 'warn', message: string) => void,
): Promise<void> {
  const total = [...ranks.values()].reduce((sum, { offsets }) => sum + offsets.length, 0);
  if (total < RESUME_FROM || targets.length === 0) return;
  const generations = Object.fromEntries(targets.map((t) => [t.connection, t.writer.generation]));
  try {
    const places = writeDatedPlaces(pathOf(settings), ranks);
    const mark = markOf(settings, Object.keys(generations));
    await writeFirstBuild(catalog, { generations, places, settings: mark });
    for (const target of targets) target.noted = true;
  } catch (error) {
    if (error instanceof HayrickError || !(error instanceof Error)) throw error;
    log('warn', `If this run is killed the next one begins afresh: ${error.message}.`);
  }
}

/**
 * Looks for a first build that a dead run has left, and for what some of these connections hold of it. Null where there is none, or where it does
 * not fit: with other settings or another analysis, or when messages have left their places since.
 * @param connections that are about to be built
 */
export async function findFirstBuild(
  catalog: Catalog,
  settings: Settings,
  connections: readonly ReachedConnection[],
  fingerprint: string,
): Promise<BegunFirstBuild | null> {
  const note = await readFirstBuild(catalog);
  if (note === null) {
    removeDatedPlaces(pathOf(settings));
    return null;
  }
  const noted = connections.filter((c) => note.generations[c.settings.name] !== undefined);
  if (noted.length === 0 || note.settings !== markOf(settings, Object.keys(note.generations))) return null;
  const places = readDatedPlaces(pathOf(settings), note.places);
  if (places === null) return null;
  const homes = await catalog.homes();
  const builds = new Map<string, BegunBuild>();
  const keys = homes.seqs.length;
  for (const {
    settings: { name },
    backend,
    generations,
  } of noted) {
    const generation = note.generations[name] ?? '';
    if (!generations.some((g) => g.name === generation && g.state === 'building')) continue;
    const held = await readHeld(catalog, backend, generation, { fingerprint, keys }).catch(
      (error: unknown) => {
        // It is told where the connection is opened; the others are not to suffer from it.
        if (connections.length > 1 && isEngineFailure(error)) return null;
        throw error;
      },
    );
    // A power failure may have taken from the catalog what the engine has.
    if (held === null || held.unknown > 0) continue;
    const { read, documents } = held;
    builds.set(name, { generation, head: 0, ranks: new Uint32Array(keys), read, documents });
  }
  if (builds.size === 0) return null;
  const stretches = new Map([...places].map(([file, dated]) => [file, [dated]]));
  return { ranks: rankPlaces(stretches), builds, homes };
}

/**
 * Once all is recorded, and new messages were taken into the generations: what each of them lacks is to be read again, under the number of its place. What
 * a generation may hold otherwise than it is now, and what has no number, goes into the log anew, behind all that they will have then.
 * @param taken by message key: the seqs of new messages that were taken
 */
export async function settleFirstBuild(
  catalog: Catalog,
  { ranks: places, builds, homes: before }: BegunFirstBuild,
  targets: readonly Target[],
  taken: Float64Array,
): Promise<void> {
  const { seqs, dates, files, offsets } = await catalog.homes();
  const head = await catalog.head();
  const begun = targets.flatMap((target) => {
    const build = builds.get(target.connection);
    return target.begun === null || build === undefined ? [] : [{ target, build }];
  });
  if (begun.length === 0) return;
  const reads = begun.map(() => new Uint8Array(seqs.length));
  const ranks = new Uint32Array(seqs.length);
  const standing = new Float64Array(seqs.length);
  let added = 0;
  for (const [key, seq] of seqs.entries()) {
    const fresh = (taken[key] ?? 0) > 0;
    if (fresh) added++;
    const file = places.get(files[key] ?? 0);
    const rank = file === undefined ? 0 : rankAt(file, offsets[key] ?? 0, dates[key] ?? 0);
    ranks[key] = rank;
    // Of a message with several copies nobody can tell what was indexed.
    const was = before.sole[key] === 1 ? (before.seqs[key] ?? 0) : 0;
    let stands = seq > 0;
    for (const [i, { build }] of begun.entries()) {
      const held = build.read[key] === 1;
      if (held || fresh) mark(reads[i], key);
      if (held ? was !== seq : fresh ? taken[key] !== seq : rank === 0) stands = false;
    }
    if (stands) standing[key] = seq;
  }
  await catalog.logOthers(standing);
  for (const [i, { target, build }] of begun.entries()) {
    const { generation, documents } = build;
    const read = reads[i] ?? new Uint8Array();
    target.begun = { generation, head, ranks, read, documents: documents + added };
  }
}

/** What was noted of connections that have their new generations is over. */
export async function endFirstBuild(
  catalog: Catalog,
  settings: Settings,
  targets: readonly Target[],
): Promise<void> {
  const note = await readFirstBuild(catalog);
  if (note === null) return;
  const done = targets.filter((t) => t.bulk && t.finished).map((t) => t.connection);
  const left = Object.entries(note.generations).filter(([connection]) => !done.includes(connection));
  if (left.length > 0) await writeFirstBuild(catalog, { ...note, generations: Object.fromEntries(left) });
  else {
    await forgetFirstBuild(catalog);
    removeDatedPlaces(pathOf(settings));
  }
}

function mark(marks: Uint8Array | undefined, key: number): void {
  if (marks !== undefined) marks[key] = 1;
}

function pathOf({ dataDir }: Pick<Settings, 'dataDir'>): string {
  return join(dataDir, 'spool', 'first-build');
}

/** Of what of the settings changes documents, or which there are. */
function markOf(settings: Settings, connections: readonly string[]): string {
  const { archives, connections: all } = settings;
  const scopes = connections.toSorted().map((name) => [name, all[name]?.only, all[name]?.exclude]);
  const text = JSON.stringify([Object.keys(archives).sort(), patchedArchives(settings), scopes]);
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
