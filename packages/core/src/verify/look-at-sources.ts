import type { Catalog } from '../catalog/catalog.ts';
import { type ArchivePlan, planArchive } from '../ingest/plan.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import type { Tell } from './verification.ts';

export interface SourceLook {
  /** Files that are new or have grown. */
  readonly behind: number;
  readonly problems: readonly string[];
  /** Files whose content is not what the catalog says, or that are not read to their end: nothing more can be said of them. */
  readonly unsettled: ReadonlySet<number>;
}

export interface LookOptions {
  readonly catalog: Catalog;
  readonly archives: readonly ArchiveSettings[];
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly signal?: AbortSignal | undefined;
  readonly tell: Tell;
}

/** Compares the stamps of all files with those that the catalog remembers: what it has read must be as it was. */
export async function lookAtSources(options: LookOptions): Promise<SourceLook> {
  const { catalog, archives, now, signal } = options;
  const problems: string[] = [];
  const unsettled = new Set<number>();
  let behind = 0;
  for (const archive of archives) {
    const counters = { filesOpened: 0, bytesRead: 0 };
    const plan = await planArchive(catalog, archive, { full: false, dryRun: true, now, counters, signal });
    for (const { path, message, passedOver } of plan.problems) {
      if (passedOver !== true) problems.push(`${archive.name}: ${path}: ${message}`);
    }
    behind += plan.toRead.filter(({ why }) => why !== 'changed').length;
    await tellChanged(options, plan, unsettled);
    await tellGone(options, plan, unsettled);
  }
  return { behind, problems, unsettled };
}

async function tellChanged(
  { catalog, tell }: LookOptions,
  { archive, toRead }: ArchivePlan,
  unsettled: Set<number>,
): Promise<void> {
  for (const { file, why, from } of toRead) {
    if (why === 'new') continue;
    const path = file.name === '' ? file.path : `${file.path}/${file.name}`;
    const place = { archive, path, offset: why === 'grown' ? from : 0 };
    for (const key of await catalog.filesAt([place])) unsettled.add(key);
    if (why !== 'changed') continue;
    tell(fileDifference(place, 'the file is not what it was when it was read'));
  }
}

async function tellGone(
  { catalog, tell }: LookOptions,
  { archive, gone, goneSources }: ArchivePlan,
  unsettled: Set<number>,
): Promise<void> {
  for (const key of gone) {
    unsettled.add(key);
    const file = await catalog.file(key);
    if (file === null) continue;
    const path = file.name === '' ? file.path : `${file.path}/${file.name}`;
    tell(fileDifference({ archive, path, offset: 0 }, 'the file is gone'));
  }
  for (const source of goneSources) {
    tell(fileDifference({ archive, path: source.path, offset: 0 }, 'the source is gone'));
    for (let after: string | null = null; ; ) {
      const files: Awaited<ReturnType<Catalog['files']>> = await catalog.files(source.key, after, 1000);
      for (const { key } of files) unsettled.add(key);
      after = files.at(-1)?.name ?? null;
      if (after === null) break;
    }
  }
}

function fileDifference(place: { archive: string; path: string; offset: number }, detail: string) {
  return { what: 'source', connection: null, id: null, messageId: null, place, detail } as const;
}
