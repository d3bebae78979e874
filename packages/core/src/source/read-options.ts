import type { HistoryStretch } from './git-survey.ts';
import type { ReadCounters } from './open-file.ts';
import type { ReadBuffers } from './read-buffers.ts';

export interface ReadOptions {
  /**
   * Of an mbox: messages whose separator starts in [from, to), offsets after decompression; null: to the end. Any division of a file into ranges
   * gives each message once.
   */
  readonly from?: number;
  readonly to?: number | null;
  /** Of a repository: the part of its history that is read, all of it by default; `from` and `to` are ordinals in it. */
  readonly stretch?: HistoryStretch | null | undefined;
  /** Bytes of one message that are delivered, LIMITS.messageBytes by default; a longer one is cut. */
  readonly messageBytes?: number;
  /** Bytes of an mbox read and held at a time. */
  readonly windowBytes?: number;
  readonly signal?: AbortSignal | undefined;
  readonly counters?: ReadCounters | undefined;
  /** Where several files are read one after the other. */
  readonly buffers?: ReadBuffers | undefined;
}
