import { rankPlaces } from './dated-places.ts';
import { FileProgress } from './file-progress.ts';
import type { PlannedFile } from './plan.ts';
import type { Progress } from './report.ts';
import { RANGE_BYTES } from './scan.ts';
import { stretchesOf, unitFiles } from './stretches.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { DatedPlaces, DatesUnit, RankedPlaces } from './worker-protocol.ts';

/**
 * Numbers all messages of these files in date order by their headers alone, so that they can be indexed as they are read for the first time.
 * A message whose file is not whole or has trouble may be left out: it has no number. Holds some 20 bytes a message.
 * @returns by file key
 */
export async function readRanks(
  pool: WorkerPool,
  files: readonly PlannedFile[],
  options: { readonly signal?: AbortSignal | undefined; readonly onProgress: (progress: Progress) => void },
): Promise<ReadonlyMap<number, RankedPlaces>> {
  const found = new Map<number, DatedPlaces[]>(files.map(({ file }) => [file.key, []]));
  const progress = files.map((file) => new FileProgress(file, RANGE_BYTES));
  const total = progress.reduce((sum, { totalBytes }) => sum + totalBytes, 0);
  let done = 0;
  let messages = 0;
  let failure: unknown = null;
  const started: Promise<void>[] = [];
  for (const stretch of stretchesOf(progress)) {
    if (failure !== null) break;
    await pool.room();
    const { from, to, history } = stretch;
    const unit: DatesUnit = { kind: 'dates', files: unitFiles(stretch), from, to, history, skip: [] };
    const bytes = stretch.files.reduce(
      (sum, { totalBytes, ranges }) => sum + Math.ceil(totalBytes / ranges.length),
      0,
    );
    const running = pool.run(unit, async (batch) => {
      options.signal?.throwIfAborted();
      if (batch.kind !== 'dates') return;
      for (const { file, offsets, dates } of batch.files) {
        found.get(file)?.push({ offsets, dates });
        messages += offsets.length;
      }
      done = Math.min(done + bytes, total);
      options.onProgress({ phase: 'scan', done, total, messages });
    });
    started.push(
      running.catch((error: unknown) => {
        failure ??= error;
      }),
    );
  }
  await Promise.all(started);
  if (failure !== null) throw failure;
  return rankPlaces(found);
}
