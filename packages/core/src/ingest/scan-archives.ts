import type { Catalog } from '../catalog/catalog.ts';
import { identityMark } from '../document/fingerprint.ts';
import { HayrickError } from '../errors.ts';
import type { ArchiveSettings, Settings } from '../settings/settings.ts';
import type { ReadCounters } from '../source/index.ts';
import type { OpenConnection } from './generations.ts';
import { type ArchivePlan, type PlannedFile, planArchive } from './plan.ts';
import type { Progress, SourceProblem } from './report.ts';
import { type ScanTaker, scanFiles } from './scan.ts';
import type { WorkerPool } from './worker-pool.ts';

export interface ScanArchivesOptions {
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly connections: readonly OpenConnection[];
  readonly archives: readonly ArchiveSettings[];
  readonly rebuild: boolean;
  readonly full: boolean;
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Of what is looked at before anything is read. */
  readonly counters: ReadCounters;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface Scanned {
  /** Of raw messages. */
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

/** Who takes the documents of files that are about to be scanned, and what is to be done behind them. */
export type OpenTaker = (
  files: readonly PlannedFile[],
) => Promise<{ readonly taker: ScanTaker; readonly end: () => Promise<void> } | null>;

/** Keys of files and sources that are recorded as lost at a time. */
const SOME = 1000;

/**
 * Brings the catalog up to date with the sources of these archives; with those of all, where declared headers have changed: ids depend on
 * them, so all is read anew, and what bore an old id is gone.
 */
export async function scanArchives(
  options: ScanArchivesOptions,
  pool: () => WorkerPool,
  openTaker?: OpenTaker,
): Promise<Scanned> {
  const { catalog, settings, now, counters, signal, onProgress } = options;
  const mark = identityMark(settings.fields);
  const before = await catalog.note('identity');
  const anew = hasOtherIds(before, mark);
  const archives = anew ? Object.values(settings.archives) : options.archives;
  const full = anew || options.full;
  const plans: ArchivePlan[] = [];
  for (const archive of archives) {
    signal?.throwIfAborted();
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
  const gone = plans.flatMap((p) => p.gone);
  for (let i = 0; i < gone.length; i += SOME) await catalog.loseFiles(gone.slice(i, i + SOME));
  for (const source of plans.flatMap((p) => p.goneSources)) await catalog.loseSource(source.key);
  for (const { source, stamps } of plans.flatMap((p) => p.folders)) await catalog.putFolders(source, stamps);
  if (anew) await catalog.dropLost(archives.map((a) => a.name));
  if (before !== mark) await catalog.setNote('identity', mark);
  return { bytes: result.bytes, problems: [...problems, ...result.problems] };
}

/** Whether messages have other ids than when they were read. @param before the mark of then; null where nothing was */
export function hasOtherIds(before: string | null, mark: string): boolean {
  return before !== null && before !== mark;
}

/** A new generation without the mail of a disk that is not mounted must not take the place of one that has it. */
async function refuseWithoutSources(
  { catalog, connections }: ScanArchivesOptions,
  plans: readonly ArchivePlan[],
): Promise<void> {
  const live = await Promise.all(connections.map(({ backend }) => backend.live()));
  if (live.every((generation) => generation === null)) return;
  const counts = new Map((await catalog.sourceCounts()).map((one) => [one.source, one]));
  for (const { archive, unreached, problems } of plans) {
    for (const source of unreached) {
      const messages = (counts.get(source.key)?.first ?? 0) + (counts.get(source.key)?.further ?? 0);
      if (messages === 0) continue;
      const why = problems.find(({ passedOver }) => passedOver !== true)?.message ?? '';
      throw new HayrickError(
        'SOURCE_MISSING',
        `Nothing was rebuilt: ${messages} indexed messages of archive "${archive}" come from ${source.path}, which cannot be read. ${why} Bring it back, or take its path out of the settings; until then the present index answers.`,
      );
    }
  }
}
