import { isDivisible, isMbox } from '../source/index.ts';
import type { PlannedFile } from './plan.ts';

/** Of a message in a repository, where only their number is known: enough to tell how far a run is. */
const MESSAGE_BYTES = 8 * 1024;

/** How far the stretches of one file are read. */
export class FileProgress {
  readonly planned: PlannedFile;
  readonly #rangeBytes: number;
  readonly ranges: readonly number[];
  /** Offset of each stretch's last message so far; null where none has been seen. */
  readonly #reached: (number | null)[];
  readonly #done: boolean[];
  #failed = false;

  /** @param rangeBytes of a stretch of a big mbox file */
  constructor(planned: PlannedFile, rangeBytes: number) {
    this.planned = planned;
    this.#rangeBytes = rangeBytes;
    const { from, history } = planned;
    const count = rangeCount(planned, rangeBytes);
    this.ranges =
      history?.map((stretch) => Math.max(stretch.from, from)) ??
      Array.from({ length: count }, (_, i) => from + i * rangeBytes);
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

  /** Bytes on disk that are to be read. */
  get totalBytes(): number {
    const { size, from, history } = this.planned;
    return (size - Math.min(from, size)) * (history === null ? 1 : MESSAGE_BYTES);
  }

  /** Those that are behind us; of a compressed file only once it is finished. */
  get doneBytes(): number {
    const { file, history } = this.planned;
    if (this.finished) return this.totalBytes;
    if (file.compression !== 'none') return 0;
    if (history !== null) {
      const done = history.map(({ to }, i) => (this.#done[i] ? to : (this.#reached[i] ?? 0)));
      return done.reduce((sum, to, i) => sum + Math.max(0, to - (this.ranges[i] ?? to)), 0) * MESSAGE_BYTES;
    }
    return this.ranges.reduce(
      (sum, start, i) =>
        sum + (this.#done[i] ? this.#rangeBytes : Math.max(0, (this.#reached[i] ?? start) - start)),
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

function rangeCount({ size, from, file }: PlannedFile, rangeBytes: number): number {
  if (file.compression !== 'none' || !isMbox(file.kind)) return 1;
  const count = Math.max(1, Math.ceil((size - from) / rangeBytes));
  return count === 1 || isDivisible(file.path) ? count : 1;
}
