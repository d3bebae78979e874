import type { ErrorCode } from '../errors.ts';
import type { ReadCounters } from '../source/index.ts';

/** Counts of one archive or of a whole run. Always read = indexed + unchanged + duplicates + skipped + quarantined. */
export interface Counts {
  /** Every message of the chosen sources; those in untouched files are counted from the catalog. */
  readonly read: number;
  readonly indexed: number;
  readonly unchanged: number;
  /** Further copies of a message: `copies` and `crossposts`. */
  readonly duplicates: number;
  /** Of the duplicates those in an archive that has another copy. */
  readonly copies: number;
  /** Of the duplicates those that are the only copy in their archive: the message is in another one as well. */
  readonly crossposts: number;
  /** Left out by date flags, or by the document hook in this run. */
  readonly skipped: number;
  readonly quarantined: number;
  /** Messages whose Message-ID a different one bears too; they are told apart by their ids. */
  readonly sameMessageId: number;
}

export interface ConnectionCounts {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly documents: number;
  readonly generation: string;
  /** Messages that it refused and that are in quarantine for it. */
  readonly quarantined: number;
}

/** A source or file that could not be read, or only in part. */
export interface SourceProblem {
  readonly archive: string;
  readonly path: string;
  readonly message: string;
  /** It is no mail and was passed over beside what is: nothing failed. */
  readonly passedOver?: boolean | undefined;
}

export interface ConnectionFailure {
  readonly connection: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What was done to sources; all of it is nothing where nothing has changed. */
export interface Reads extends ReadCounters {
  /** Bodies of messages that were taken apart; a message that is recorded and indexed in two goes counts twice. */
  messagesParsed: number;
}

export function addReads(sum: Reads, more: Readonly<Reads>): void {
  sum.filesOpened += more.filesOpened;
  sum.bytesRead += more.bytesRead;
  sum.messagesParsed += more.messagesParsed;
}

/** How an update or rebuild ended. */
export interface Report {
  readonly totals: Counts & {
    /** Raw bytes read in this run. */
    readonly bytes: number;
    readonly seconds: number;
    readonly messagesPerSecond: number;
    /** Documents removed from connections. */
    readonly removed: number;
    /** Tokens beyond the limit of a message that were not indexed, and the messages concerned. */
    readonly cutTokens: number;
    readonly cutMessages: number;
    /** Highest resident set of the process, threads included, as the operating system counts it. */
    readonly peakMemoryBytes: number;
  };
  readonly reads: Readonly<Reads>;
  /** A line for each change that was found in the settings, and what follows. */
  readonly settings: readonly string[];
  readonly archives: Readonly<Record<string, Counts>>;
  readonly connections: Readonly<Record<string, ConnectionCounts>>;
  readonly problems: readonly SourceProblem[];
  readonly failures: readonly ConnectionFailure[];
}

/** What a run tells while it goes. `scan`: reading sources into the catalog. `index`: feeding connections. `finish`: merging and swapping. */
export interface Progress {
  readonly phase: 'scan' | 'index' | 'finish';
  readonly done: number;
  /** Bytes while scanning, messages while indexing; null where it is not known. */
  readonly total: number | null;
  readonly messages: number;
}
