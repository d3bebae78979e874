import type { Catalog } from '../catalog/catalog.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import type { Counts } from './report.ts';

/**
 * Counts every message of the chosen archives from the catalog, as it stands after a run.
 * @param indexedFrom the log's seq behind which this run indexed
 * @param skipped messages that it left out by their dates, by the archive of their first copy
 */
export async function countArchives(
  catalog: Catalog,
  archives: readonly ArchiveSettings[],
  indexedFrom: number,
  skipped: ReadonlyMap<string, number>,
): Promise<{ readonly totals: Counts; readonly archives: Readonly<Record<string, Counts>> }> {
  const chosen = new Map(archives.map((a) => [a.name, { first: 0, further: 0, quarantined: 0, homes: 0 }]));
  for (const { archive, first, further, quarantined, homes } of await catalog.sourceCounts()) {
    const sums = chosen.get(archive);
    if (sums === undefined) continue;
    sums.first += first;
    sums.further += further;
    sums.quarantined += quarantined;
    sums.homes += homes;
  }
  const held = new Map((await catalog.archiveCounts()).map((counts) => [counts.archive, counts]));
  const changed = await catalog.countChangedByArchive(indexedFrom);
  const leftOut = await catalog.countLeftOutByArchive(indexedFrom);
  const byArchive: Record<string, Counts> = {};
  const totals = {
    read: 0,
    indexed: 0,
    unchanged: 0,
    duplicates: 0,
    copies: 0,
    crossposts: 0,
    skipped: 0,
    quarantined: 0,
    sameMessageId: 0,
  };
  for (const [name, { first, further, quarantined, homes }] of chosen) {
    const left = Math.min(first, (skipped.get(name) ?? 0) + (leftOut.get(name) ?? 0));
    const indexed = Math.min(first - left, (changed.get(name) ?? 0) - left);
    // What an archive holds and has no first copy of, another one has.
    const crossposts = Math.min(further, Math.max(0, (held.get(name)?.messages ?? 0) - homes));
    const counts = {
      read: first + further + quarantined,
      indexed,
      unchanged: first - indexed - left,
      duplicates: further,
      copies: further - crossposts,
      crossposts,
      skipped: left,
      quarantined,
      sameMessageId: held.get(name)?.sameMessageId ?? 0,
    };
    byArchive[name] = counts;
    for (const key of Object.keys(totals) as (keyof Counts)[]) totals[key] += counts[key];
  }
  return { totals, archives: byArchive };
}
