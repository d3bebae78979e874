import type { Catalog, ScanBatch } from '../catalog/catalog.ts';
import type { PlannedFile } from './plan.ts';
import type { Progress, SourceProblem } from './report.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { Batch, ScanUnit } from './worker-protocol.ts';

/** Bytes of a stretch of one big file that a thread reads at a time. */
const RANGE_BYTES = 16 * 1024 * 1024;
/** Small files that a thread reads at a time. */
const FILES_A_UNIT = 500;

export interface ScanResult {
  readonly bytes: number;
  readonly problems: readonly SourceProblem[];
}

/**
 * Reads planned files into the catalog: every batch is one transaction with how far its files are read, so a run that is killed
 * goes on where it was.
 */
export async function scanFiles(
  catalog: Catalog,
  pool: WorkerPool,
  files: readonly PlannedFile[],
  options: { readonly signal?: AbortSignal | undefined; readonly onProgress: (progress: Progress) => void },
): Promise<ScanResult> {
  const state = new Map(files.map((file) => [file.file.key, new FileProgress(file)]));
  const problems: SourceProblem[] = [];
  const total = files.reduce((sum, { size, from }) => sum + size - Math.min(from, size), 0);
  let bytes = 0;
  let messages = 0;
  let failure: unknown = null;
  /** Big files that are being read, and the bytes of all that have been. */
  const underway = new Set<FileProgress>();
  let finishedBytes = 0;

  async function onBatch(progress: readonly [FileProgress, number] | null, batch: Batch): Promise<void> {
    options.signal?.throwIfAborted();
    if (batch.kind !== 'scanned') return;
    for (const { file, message, again } of batch.troubles) {
      const planned = state.get(file);
      planned?.fail();
      // Of a folder's files one may be renamed or deleted at any time: the next run sees to it.
      if (again && planned?.planned.file.kind !== 'mbox') continue;
      problems.push({ archive: planned?.archive ?? '', path: planned?.path ?? '', message });
    }
    const batches = batch.batches.map((b): ScanBatch => {
      if (progress === null) return b;
      const [file, range] = progress;
      return { ...b, readTo: file.readToWith(range, lastOf(b)) };
    });
    await catalog.record(batches);
    // Only what is recorded counts for other stretches of the file.
    if (progress !== null && !progress[0].finished) underway.add(progress[0]);
    if (progress !== null) for (const b of batch.batches) progress[0].reached(progress[1], lastOf(b));
    bytes += batch.bytes;
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

  const started: Promise<void>[] = [];

  const enqueue = (
    unit: ScanUnit,
    progress: readonly [FileProgress, number] | null,
    done: () => Promise<void>,
  ) => {
    const running = pool.run(unit, (batch) => onBatch(progress, batch)).then(done);
    started.push(
      running.catch((error: unknown) => {
        failure ??= error;
      }),
    );
  };

  for (const work of unitsOf([...state.values()])) {
    if (failure !== null) break;
    await pool.room();
    const { unit, files: ofUnit } = work;
    const [only] = ofUnit;
    if (work.range !== null && only !== undefined) {
      const { range } = work;
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
  return { bytes, problems };
}

/** How far the stretches of one file are read. */
class FileProgress {
  readonly planned: PlannedFile;
  readonly ranges: readonly number[];
  /** Offset of each stretch's last message so far; null where none has been seen. */
  readonly #reached: (number | null)[];
  readonly #done: boolean[];
  #failed = false;

  constructor(planned: PlannedFile) {
    this.planned = planned;
    const { size, from, file } = planned;
    const count =
      file.compression === 'none' && file.kind === 'mbox'
        ? Math.max(1, Math.ceil((size - from) / RANGE_BYTES))
        : 1;
    this.ranges = Array.from({ length: count }, (_, i) => from + i * RANGE_BYTES);
    this.#reached = this.ranges.map(() => null);
    this.#done = this.ranges.map(() => false);
  }

  get key(): number {
    return this.planned.file.key;
  }

  get archive(): string {
    return this.planned.archive;
  }

  get path(): string {
    const { path, name } = this.planned.file;
    return name === '' ? path : `${path}/${name}`;
  }

  get failed(): boolean {
    return this.#failed;
  }

  get finished(): boolean {
    return this.#done.every((done) => done);
  }

  /** Bytes on disk that are behind us; of a compressed file only once it is finished. */
  get doneBytes(): number {
    const { size, from, file } = this.planned;
    if (this.finished) return size - Math.min(from, size);
    if (file.compression !== 'none') return 0;
    return this.ranges.reduce(
      (sum, start, i) =>
        sum + (this.#done[i] ? RANGE_BYTES : Math.max(0, (this.#reached[i] ?? start) - start)),
      0,
    );
  }

  fail(): void {
    this.#failed = true;
  }

  finish(range: number): void {
    this.#done[range] = true;
  }

  /** Notes the last message that was read of a stretch, if any. */
  reached(range: number, offset: number | null): void {
    if (offset !== null) this.#reached[range] = Math.max(this.#reached[range] ?? 0, offset);
  }

  /** Offset of the last message before the first gap. Never a stretch's border: a message that lies across it may have been torn. */
  get readTo(): number {
    return this.readToWith(0, null);
  }

  /** The same, if a stretch were read up to an offset. */
  readToWith(range: number, offset: number | null): number {
    const gap = this.#done.indexOf(false);
    const last = gap === -1 ? this.#reached.length - 1 : gap;
    for (let i = last; i >= 0; i--) {
      const reached = (i === range ? offset : null) ?? this.#reached[i] ?? null;
      if (reached !== null) return reached;
    }
    return this.planned.from;
  }
}

function lastOf({ messages, quarantine, readTo }: ScanBatch): number | null {
  return messages.length + quarantine.length === 0 ? null : readTo;
}

interface ScanWork {
  readonly unit: ScanUnit;
  readonly files: readonly FileProgress[];
  readonly range: number | null;
}

/** Big files in stretches, small ones by the hundreds. */
function* unitsOf(files: readonly FileProgress[]): Generator<ScanWork> {
  let group: FileProgress[] = [];
  for (const file of files) {
    const { file: named } = file.planned;
    if (named.kind !== 'mbox') {
      group.push(file);
      if (group.length === FILES_A_UNIT) {
        yield groupOf(group);
        group = [];
      }
      continue;
    }
    for (const [range, from] of file.ranges.entries()) {
      const next = file.ranges[range + 1];
      const to = next ?? null;
      yield { unit: { kind: 'scan', files: [named], from, to, skip: [] }, files: [file], range };
    }
  }
  if (group.length > 0) yield groupOf(group);
}

function groupOf(files: readonly FileProgress[]): ScanWork {
  const unit: ScanUnit = {
    kind: 'scan',
    files: files.map((f) => f.planned.file),
    from: 0,
    to: null,
    skip: [],
  };
  return { unit, files, range: null };
}
