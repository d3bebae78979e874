import type { Catalog } from '../catalog/catalog.ts';
import type { ArchiveSettings } from '../settings/settings.ts';
import type { Counts } from './report.ts';

/**
 * Counts every message of the chosen archives from the catalog, as it stands after a run.
 * @param indexedFrom the log's seq behind which this run indexed
 * @param skipped messages that it left out, by the archive of their first copy
 */
export async function countArchives(
  catalog: Catalog,
  archives: readonly ArchiveSettings[],
  indexedFrom: number,
  skipped: ReadonlyMap<string, number>,
): Promise<{ readonly totals: Counts; readonly archives: Readonly<Record<string, Counts>> }> {
  const chosen = new Map(archives.map((a) => [a.name, { first: 0, further: 0, quarantined: 0 }]));
  for (const { archive, first, further, quarantined } of await catalog.sourceCounts()) {
    const sums = chosen.get(archive);
    if (sums === undefined) continue;
    sums.first += first;
    sums.further += further;
    sums.quarantined += quarantined;
  }
  const changed = await catalog.countChangedByArchive(indexedFrom);
  const byArchive: Record<string, Counts> = {};
  const totals = { read: 0, indexed: 0, unchanged: 0, duplicates: 0, skipped: 0, quarantined: 0 };
  for (const [name, { first, further, quarantined }] of chosen) {
    const left = Math.min(first, skipped.get(name) ?? 0);
    const indexed = Math.min(first - left, (changed.get(name) ?? 0) - left);
    const counts = {
      read: first + further + quarantined,
      indexed,
      unchanged: first - indexed - left,
      duplicates: further,
      skipped: left,
      quarantined,
    };
    byArchive[name] = counts;
    for (const key of Object.keys(totals) as (keyof Counts)[]) totals[key] += counts[key];
  }
  return { totals, archives: byArchive };
}
