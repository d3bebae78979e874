import { type HistoryStretch, isMbox } from '../source/index.ts';
import type { FileProgress } from './file-progress.ts';
import type { UnitFile } from './worker-protocol.ts';

/** Small files that a thread reads at a time. */
const FILES_A_UNIT = 500;

/** What a thread reads at a time: a stretch of one big file, or several small ones whole. */
export interface Stretch {
  readonly files: readonly FileProgress[];
  /** Of an mbox file or a repository: which of its ranges; null for small files. */
  readonly range: number | null;
  readonly from: number;
  readonly to: number | null;
  /** Of a repository. */
  readonly history: HistoryStretch | null;
}

/** Big files in stretches, small ones by the hundreds. */
export function* stretchesOf(files: readonly FileProgress[]): Generator<Stretch> {
  let group: FileProgress[] = [];
  const whole = (): Stretch => ({ files: group, range: null, from: 0, to: null, history: null });
  for (const file of files) {
    const { history } = file.planned;
    if (history === null && !isMbox(file.planned.file.kind)) {
      group.push(file);
      if (group.length === FILES_A_UNIT) {
        yield whole();
        group = [];
      }
      continue;
    }
    for (const [range, from] of file.ranges.entries()) {
      const to = file.ranges[range + 1] ?? null;
      yield { files: [file], range, from, to, history: history?.[range] ?? null };
    }
  }
  if (group.length > 0) yield whole();
}

export function unitFiles({ files }: Stretch): readonly UnitFile[] {
  return files.map((f) => f.planned.file);
}
