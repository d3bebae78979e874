import { resolve } from 'node:path';
import type { Catalog } from '../catalog/catalog.ts';
import { identityMark } from '../document/fingerprint.ts';
import type { ArchiveSettings, ConnectionSettings, Settings } from '../settings/settings.ts';
import { followPatches } from './follow-patches.ts';
import { scopeOf } from './generations.ts';
import { hasOtherIds } from './scan-archives.ts';

export interface FollowOptions {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly connections: readonly { readonly settings: ConnectionSettings }[];
  /** What is no longer in the settings will leave the catalog. */
  readonly drop: boolean;
  /** The catalog stays as it is. */
  readonly dryRun: boolean;
}

export interface FollowedSettings {
  /** A line for each change and its consequence, for people. */
  readonly lines: readonly string[];
  /** Archives that are no longer in the settings. */
  readonly gone: readonly string[];
  /** New names of archives by their old ones. */
  readonly renamed: ReadonlyMap<string, string>;
}

/** Where the mail of an archive is looked for. */
interface Whereabouts {
  readonly paths: readonly string[];
  readonly kind: string | null;
}

/** The name under which the catalog remembers where the archives of the last run were looked for. */
const NOTE = 'archives';

/**
 * Compares the settings with what the catalog remembers of the last run, before anything is read, and does what follows.
 */
export async function followSettings(options: FollowOptions): Promise<FollowedSettings> {
  const { settings, catalog, connections, dryRun } = options;
  const lines: string[] = [];
  const mark = identityMark(settings.fields);
  if (hasOtherIds(await catalog.note('identity'), mark)) {
    lines.push(
      'The headers of declared fields have changed: all archives are read anew, for ids depend on them.',
    );
  }
  const before = await whereaboutsBefore(catalog);
  const now = new Map(Object.values(settings.archives).map((a) => [a.name, whereaboutsOf(a)]));
  const known = new Set(await catalog.archives());
  const renamed = renamedArchives(before, now, known);
  for (const [old, name] of renamed) {
    const messages = dryRun ? await catalog.countMessages([old]) : await catalog.renameArchive(old, name);
    known.delete(old);
    known.add(name);
    lines.push(
      `Archive "${name}" is the former "${old}", with the same sources: nothing is read again, its ${counted(messages)} put into the indexes under the new name.`,
    );
  }
  for (const [name, { paths }] of now) {
    const old = before.get(name);
    if (old === undefined || !known.has(name) || sameTexts(old.paths, paths)) continue;
    lines.push(
      `Archive "${name}" has other paths than before: what came from elsewhere leaves the indexes with update_index --remove.`,
    );
  }
  const gone = [...known].filter((archive) => !now.has(archive));
  for (const archive of gone) lines.push(await followGone(options, archive));
  if (!dryRun) await followPatches(catalog, settings);
  for (const { settings: connection } of connections) {
    lines.push(...(await followScope(options, connection, renamed)));
  }
  const note = JSON.stringify(Object.fromEntries(now));
  if (!dryRun && note !== (await catalog.note(NOTE))) await catalog.setNote(NOTE, note);
  return { lines, gone, renamed };
}

/** Archives that are no longer in the settings leave the catalog. Behind the scan: what has moved from one into another meanwhile is then no loss. */
export async function dropGone(catalog: Catalog, archives: readonly string[]): Promise<void> {
  for (const source of await catalog.sources()) {
    if (archives.includes(source.archive)) await catalog.loseSource(source.key);
  }
  await catalog.dropLost(archives);
  for (const archive of archives) await catalog.forgetLooks(archive);
}

/** An archive that is no longer in the settings. */
async function followGone({ catalog, drop }: FollowOptions, archive: string): Promise<string> {
  const messages = counted(await catalog.countMessages([archive]));
  const gone = `Archive "${archive}" is no longer in the settings, so nobody can read it`;
  if (!drop) return `${gone}: its ${messages} taken out of the indexes by update_index --remove.`;
  return `${gone}: its ${messages} taken out of the indexes.`;
}

/** A connection whose `only` or `exclude` changed gets the archives concerned anew. */
async function followScope(
  { settings, catalog, dryRun }: FollowOptions,
  connection: ConnectionSettings,
  renamed: ReadonlyMap<string, string>,
): Promise<string[]> {
  const name = `scope:${connection.name}`;
  const now = Object.keys(settings.archives).filter(scopeOf(connection)).sort();
  const note = await catalog.note(name);
  const old = note === null ? null : (JSON.parse(note) as string[]).map((a) => renamed.get(a) ?? a);
  const lines: string[] = [];
  const changed: string[] = [];
  for (const archive of old === null ? [] : now.filter((a) => !old.includes(a))) {
    const messages = await catalog.countMessages([archive]);
    // Of a new archive nothing is known yet: it is read like all others.
    if (messages > 0)
      lines.push(
        `Connection "${connection.name}" takes archive "${archive}" now: its ${counted(messages)} added.`,
      );
    changed.push(archive);
  }
  for (const archive of old ?? []) {
    if (settings.archives[archive] === undefined || now.includes(archive)) continue;
    const messages = counted(await catalog.countMessages([archive]));
    lines.push(
      `Connection "${connection.name}" no longer takes archive "${archive}": its ${messages} removed.`,
    );
    changed.push(archive);
  }
  if (!dryRun) {
    await catalog.touch(changed);
    const text = JSON.stringify(now);
    if (text !== note) await catalog.setNote(name, text);
  }
  return lines;
}

/**
 * Old names of archives and the new ones. Only where there is no doubt: the old one is not in the settings, nothing is known of the new one, and
 * both are looked for in the same places.
 */
function renamedArchives(
  before: ReadonlyMap<string, Whereabouts>,
  now: ReadonlyMap<string, Whereabouts>,
  known: ReadonlySet<string>,
): Map<string, string> {
  const renamed = new Map<string, string>();
  const taken = new Set<string>();
  for (const [old, there] of before) {
    if (!known.has(old) || now.has(old)) continue;
    const same = ([, here]: readonly [string, Whereabouts]) =>
      here.kind === there.kind && sameTexts(here.paths, there.paths);
    const [one, ...others] = [...now].filter(([name]) => !known.has(name) && !before.has(name)).filter(same);
    if (one === undefined || others.length > 0 || taken.has(one[0])) continue;
    renamed.set(old, one[0]);
    taken.add(one[0]);
  }
  return renamed;
}

async function whereaboutsBefore(catalog: Catalog): Promise<ReadonlyMap<string, Whereabouts>> {
  const note = await catalog.note(NOTE);
  return new Map(note === null ? [] : Object.entries(JSON.parse(note) as Record<string, Whereabouts>));
}

function whereaboutsOf({ paths, kind }: ArchiveSettings): Whereabouts {
  return { paths: paths.map((path) => resolve(path)).sort(), kind };
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, i) => text === b[i]);
}

/** `1 message is`, `2 messages are`. */
function counted(messages: number): string {
  return messages === 1 ? '1 message is' : `${messages} messages are`;
}
