import type { Catalog, ScanBatch, ScanOutcome } from '../catalog/catalog.ts';
import { LIMITS } from '../limits.ts';
import { isMbox } from '../source/index.ts';
import { placesBetween } from './dated-places.ts';
import { dropAgain } from './dropped-stretches.ts';
import { FileProgress } from './file-progress.ts';
import type { PlannedFile } from './plan.ts';
import type { Progress, SourceProblem } from './report.ts';
import { type Stretch, stretchesOf, unitFiles } from './stretches.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { Batch, RankedFile, RankedPlaces, ScannedBatch, ScanUnit } from './worker-protocol.ts';

/** Bytes of a stretch of one big file that a thread reads at a time. */
export const RANGE_BYTES: number = 16 * 1024 * 1024;

/** Files whose progress is held in memory. */
const FILES_AT_ONCE = 20_000;

export interface ScanResult {
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

/** Who takes the documents of messages while they are scanned. */
export interface ScanTaker {
  /** By file key. */
  readonly ranks: ReadonlyMap<number, RankedPlaces>;
  /** Batches of plain files come in the order of files and offsets. */
  take(batch: ScannedBatch, outcome: ScanOutcome): Promise<void>;
}

export interface ScanOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress: (progress: Progress) => void;
  /** Documents are built and given to it as well; it tells the progress. */
  readonly taker?: ScanTaker | undefined;
}

/**
 * Reads planned files into the catalog: every batch is one transaction with how far its files are read, so a run that is killed
 * goes on where it was.
 */
export async function scanFiles(
  catalog: Catalog,
  pool: WorkerPool,
  files: readonly PlannedFile[],
  options: ScanOptions,
): Promise<ScanResult> {
  const { taker } = options;
  // Threads that wait for their turn to be taken hold no more than what one of them reads.
  const rangeBytes = taker === undefined ? RANGE_BYTES : LIMITS.batchBytes;
  let state: ReadonlyMap<number, FileProgress> = new Map();
  const problems: SourceProblem[] = [];
  const dropped = await catalog.droppedStretches();
  const total = files.reduce((sum, file) => sum + new FileProgress(file, rangeBytes).totalBytes, 0);
  let bytes = 0;
  let messages = 0;
  let failure: unknown = null;
  /** Big files that are being read, and the bytes of all that have been. */
  const underway = new Set<FileProgress>();
  let finishedBytes = 0;

  async function onBatch(
    progress: readonly [FileProgress, number] | null,
    batch: Batch,
    turn: Promise<void>,
  ): Promise<void> {
    options.signal?.throwIfAborted();
    if (batch.kind !== 'scanned') return;
    for (const { file, message, again } of batch.troubles) {
      const planned = state.get(file);
      planned?.fail();
      // Of a folder's files one may be renamed or deleted at any time: the next run sees to it.
      if (again && (planned === undefined || !isMbox(planned.planned.file.kind))) continue;
      problems.push({ archive: planned?.archive ?? '', path: planned?.path ?? '', message });
    }
    const batches = batch.batches.map((b): ScanBatch => {
      if (progress === null) return b;
      const [file, range] = progress;
      return { ...b, readTo: file.readToWith(range, lastOf(b)) };
    });
    const outcome = await catalog.record(batches);
    if (outcome.quarantined > 0) await dropAgain(catalog, dropped, batches, (key) => state.get(key)?.planned);
    // Only what is recorded counts for other stretches of the file.
    if (progress !== null && !progress[0].finished) underway.add(progress[0]);
    if (progress !== null) for (const b of batch.batches) progress[0].reached(progress[1], lastOf(b));
    bytes += batch.bytes;
    if (taker !== undefined) {
      await turn;
      await taker.take(batch, outcome);
      return;
    }
    messages += batches.reduce((sum, b) => sum + b.messages.length, 0);
    let done = finishedBytes;
    for (const file of underway) done += file.doneBytes;
    options.onProgress({ phase: 'scan', done, total, messages });
  }

  async function complete(finished: readonly FileProgress[]): Promise<void> {
    for (const file of finished) {
      underway.delete(file);
      finishedBytes += file.doneBytes;
    }
    const whole = finished.filter((f) => !f.failed);
    if (whole.length === 0) return;
    // Stretches end in any order: only now is it known how far the whole file is read.
    const last = whole.flatMap((f): ScanBatch[] =>
      f.ranges.length > 1 ? [{ file: f.key, messages: [], quarantine: [], readTo: f.readTo }] : [],
    );
    if (last.length > 0) await catalog.record(last);
    await catalog.completeFiles(whole.map((f) => f.key));
  }

  let started: Promise<void>[] = [];
  let turn: Promise<void> = Promise.resolve();

  const enqueue = (
    unit: ScanUnit,
    progress: readonly [FileProgress, number] | null,
    done: () => Promise<void>,
  ) => {
    // Whole packed files would keep each other waiting for long.
    const before = unit.files.some((f) => f.compression !== 'none') ? Promise.resolve() : turn;
    const running = pool.run(unit, (batch) => onBatch(progress, batch, before)).then(done);
    turn = Promise.allSettled([before, running]).then(() => undefined);
    started.push(
      running.catch((error: unknown) => {
        failure ??= error;
      }),
    );
  };

  async function scanSome(some: readonly PlannedFile[]): Promise<void> {
    state = new Map(some.map((file) => [file.file.key, new FileProgress(file, rangeBytes)]));
    started = [];
    for (const stretch of stretchesOf([...state.values()])) {
      if (failure !== null) break;
      await pool.room();
      const { files: ofUnit, range } = stretch;
      const unit = scanUnit(stretch, taker);
      const [only] = ofUnit;
      if (range !== null && only !== undefined) {
        enqueue(unit, [only, range], async () => {
          // Behind trouble there may be more: the gap stays.
          if (!only.failed) only.finish(range);
          if (only.finished) await complete([only]);
        });
      } else {
        enqueue(unit, null, async () => {
          for (const file of ofUnit) file.finish(0);
          await complete(ofUnit);
        });
      }
    }
    await Promise.all(started);
    if (failure !== null) throw failure;
  }

  // A taker has the ranks of all of them.
  const size = taker === undefined ? FILES_AT_ONCE : files.length;
  for (let i = 0; i < files.length; i += size) await scanSome(files.slice(i, i + size));
  return { bytes, problems };
}

function lastOf({ messages, quarantine, readTo }: ScanBatch): number | null {
  return messages.length + quarantine.length === 0 ? null : readTo;
}

function scanUnit(stretch: Stretch, taker: ScanTaker | undefined): ScanUnit {
  const { from, to, history } = stretch;
  const ranked =
    taker === undefined ? null : stretch.files.map((file) => rankedFile(file, taker.ranks, stretch));
  return { kind: 'scan', files: unitFiles(stretch), from, to, history, skip: [], ranked };
}

function rankedFile(
  { key, archive }: FileProgress,
  ranks: ReadonlyMap<number, RankedPlaces>,
  { from, to }: Stretch,
): RankedFile {
  const places = ranks.get(key);
  const none = { offsets: new Float64Array(0), dates: new Float64Array(0), ranks: new Uint32Array(0) };
  return { archive, places: places === undefined ? none : placesBetween(places, from, to) };
}
