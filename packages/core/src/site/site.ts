import type { UpdatePlan } from '../ingest/plan-update.ts';
import type { Progress, Report } from '../ingest/report.ts';
import type { NoFields, OwnFields, QuerySet } from '../query-set/index.ts';
import type {
  ConnectionInfo,
  CountAnswer,
  ExplainAnswer,
  Hit,
  QuarantineEntry,
  SearchAnswer,
  SearchOptions,
  ShownMessage,
  Who,
} from '../search/answers.ts';
import type { ShownThread } from '../search/shown-thread.ts';
import type { Settings } from '../settings/settings.ts';
import type { RepairReport } from '../verify/repair.ts';
import type { Verification } from '../verify/verification.ts';
import type { RepairOptions, VerifyOptions } from './verifying.ts';

export interface RunOptions {
  /** Connections; default every one. */
  readonly using?: readonly string[] | undefined;
  /** Threads that parse. Default: the machine's cores, at most 8. */
  readonly workers?: number | undefined;
  /** Messages a batch; default the connection's. */
  readonly batchSize?: number | undefined;
  /** Times an outage is retried, after 2^n seconds. Default 5. */
  readonly maxRetries?: number | undefined;
  /** Leave a new generation unswapped. */
  readonly commit?: boolean | undefined;
  /** Seconds to wait for another writer; default 0. */
  readonly wait?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
}

export interface UpdateOptions extends RunOptions {
  /** Default every archive. */
  readonly archives?: readonly string[] | undefined;
  /** Drop what is gone from the sources. */
  readonly remove?: boolean | undefined;
  /** Read every file again, whatever its stamp says. */
  readonly full?: boolean | undefined;
  /** Index only what arrived in these last hours; the rest stays pending. Excludes `minutes` and `start`. */
  readonly age?: number | undefined;
  /** The same in minutes. */
  readonly minutes?: number | undefined;
  /** Index only what arrived from then on: a date as queries have it, from the beginning of the unit it names, in `search.timeZone`. */
  readonly start?: string | undefined;
  /** Index only what arrived until then, to the end of the unit that the date names. */
  readonly end?: string | undefined;
}

export interface RebuildOptions extends RunOptions {
  /** Older generations kept; default 1. */
  readonly keep?: number | undefined;
}

export interface RollbackChoice {
  /** Connections; default every one. */
  readonly using?: readonly string[] | undefined;
  /** The generation to go to; default the newest kept one that is older than the live one. */
  readonly to?: string | undefined;
}

/** What became of one connection, or would. */
export interface RollbackReport {
  readonly connection: string;
  /** What was live before; null: nothing. */
  readonly from: string | null;
  /** What is live now. */
  readonly to: string;
  readonly documents: number;
  /** ISO 8601: when it was built. */
  readonly createdAt: string;
  /** Changes in the log that it has not applied: the next update does. */
  readonly lag: number;
}

/** Entries of the quarantine: those that fit all that is given; without anything all. */
export interface QuarantineSelection {
  /** Their numbers. */
  readonly keys?: readonly number[] | undefined;
  readonly archives?: readonly string[] | undefined;
  /** Only what one of these connections refused. */
  readonly using?: readonly string[] | undefined;
}

/** How an update ended that began with entries of the quarantine. */
export interface RetryReport extends Report {
  /** Entries that were tried again. */
  readonly retried: number;
  /** Those of them that are in quarantine again. */
  readonly failedAgain: readonly QuarantineEntry[];
}

/** One site: its settings, its catalog and its connections. The whole of Hayrick for a program; the command line only parses and prints. */
export interface Site<Own extends OwnFields = NoFields> {
  readonly settings: Settings;
  update(options?: UpdateOptions): Promise<Report>;
  /** What an update with these options would do. Changes nothing in the data folder. */
  plan(options?: UpdateOptions): Promise<UpdatePlan>;
  rebuild(options?: RebuildOptions): Promise<Report>;
  /** Empties connections; answers the number of documents that each held. */
  clear(options?: {
    readonly using?: readonly string[] | undefined;
    readonly wait?: number | undefined;
  }): Promise<Readonly<Record<string, number>>>;
  /**
   * Makes an earlier generation the live one, of all these connections or of none. What it lacks the next update brings from the log.
   * @throws HayrickError GENERATION_NONE, REBUILD_NEEDED
   */
  rollback(
    options?: RollbackChoice & { readonly dryRun?: boolean | undefined },
  ): Promise<readonly RollbackReport[]>;
  info(options?: { readonly using?: readonly string[] | undefined }): Promise<readonly ConnectionInfo[]>;
  schema(options?: { readonly using?: string | undefined }): Promise<string>;
  search(query: string, options?: SearchOptions): Promise<SearchAnswer>;
  /**
   * Messages as a typed set of those that this one may read, to be filtered, ordered and read: docs/query-sets.md. Where the compiler does not know
   * the settings, own fields can be named: `site.messages<OwnFieldsOf<typeof settings>>({ as })`.
   */
  messages<O extends OwnFields = Own>(options: { readonly as: Who }): QuerySet<O>;
  /** Every match in date order (newest unless told), in bounded memory. */
  stream(query: string, options?: SearchOptions): AsyncIterable<Hit>;
  count(query: string, options?: SearchOptions): Promise<CountAnswer>;
  explain(
    query: string,
    options?: SearchOptions & { readonly for?: string | undefined },
  ): Promise<ExplainAnswer>;
  /** All readable messages of a Message-ID (with or without brackets) or an id; MESSAGE_UNKNOWN if there is none. */
  show(
    message: string,
    options?: {
      readonly as?: Who | undefined;
      /** With the raw message, for which a packed file is unpacked. */
      readonly raw?: boolean | undefined;
    },
  ): Promise<readonly ShownMessage[]>;
  /** The thread of a message, named by Message-ID (also of a missing one) or id, as a tree; MESSAGE_UNKNOWN, MESSAGE_AMBIGUOUS. */
  thread(message: string, options?: { readonly as?: Who | undefined }): Promise<ShownThread>;
  /**
   * Its messages from their sources as one mboxrd, in the order of the tree, a piece for each. SOURCE_CHANGED and the like come behind all that could
   * be read.
   */
  threadMbox(
    message: string,
    options?: { readonly as?: Who | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  /**
   * Messages, by their ids, from their sources as one mboxrd, in the order given, in bounded memory: `site.mbox(site.stream('journal'))`. What may not be
   * read, or is gone meanwhile, is left out; SOURCE_CHANGED and the like come behind all that could be read.
   */
  mbox(
    messages: AsyncIterable<Pick<Hit, 'id'>> | Iterable<Pick<Hit, 'id'>>,
    options?: { readonly as?: Who | undefined; readonly signal?: AbortSignal | undefined },
  ): AsyncIterable<Uint8Array>;
  quarantine(selection?: QuarantineSelection): Promise<readonly QuarantineEntry[]>;
  /** The raw bytes of a quarantined stretch. */
  quarantined(key: number): Promise<{ readonly entry: QuarantineEntry; readonly raw: Uint8Array }>;
  /** Entries leave the quarantine, and an update of their archives tries them again; one that is interrupted leaves that to the next update. */
  retryQuarantine(selection?: QuarantineSelection, options?: RunOptions): Promise<RetryReport>;
  /** Entries are forgotten: of the same messages, or the same bytes, nobody is told again. Answers what was dropped. */
  dropQuarantine(selection?: QuarantineSelection): Promise<readonly QuarantineEntry[]>;
  /** Compares sources, catalog and indexes. Others may search and write meanwhile. */
  verify(options?: VerifyOptions): Promise<Verification>;
  /** Mends what `verify` of the same level names. */
  repair(options?: RepairOptions): Promise<RepairReport>;
  close(): Promise<void>;
}

/** What comes from outside: nothing in core reads a clock or an environment by itself. */
export interface Ambient {
  /** Unix milliseconds. */
  readonly now: () => number;
  /** Where engine packages are looked for by name: file URLs or paths of modules, first wins. */
  readonly resolveFrom: readonly string[];
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}
