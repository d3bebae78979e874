import type { ScannedMessage } from './catalog.ts';
import type { ThreadLinks } from './thread-catalog.ts';

/** In the place of a document's digest: the document hook leaves the message out. */
export const LEFT_OUT = -1;

/** A message as the indexes should have it. */
export interface ExpectedMessage {
  readonly key: number;
  readonly id: string;
  readonly messageId: string;
  readonly seq: number;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  /** As in MessageRecord: none where it is to be removed. */
  readonly archives: readonly string[];
  /** Of the document that was last built of it; null: none was. */
  readonly digest: number | null;
  /** It is known and can be given to nobody, or not to each, or the document hook leaves it out: then nothing is expected. */
  readonly setAside: boolean;
  /** Of the first copy; null where there is none. */
  readonly place: NamedPlace | null;
  /** What the catalog says of it that does not go together; null: nothing. */
  readonly wrong: string | null;
}

/** Where a message lies, for people. */
export interface NamedPlace {
  readonly archive: string;
  /** Of the file. */
  readonly path: string;
  readonly offset: number;
}

/** A message that catalog and source do not agree on. */
export interface ScanDifference {
  /** `unknown`: the catalog has it nowhere in the file. `place`: it is not where the catalog has it. `facts`: it says other things. */
  readonly what: 'unknown' | 'place' | 'facts';
  readonly id: string;
  readonly messageId: string;
  readonly offset: number;
  readonly detail: string;
}

/** A stretch of a file as it was just read. */
export interface ReadStretch {
  readonly file: number;
  /** Offsets in [from, to); null: to the end. */
  readonly from: number;
  readonly to: number | null;
  readonly messages: readonly ScannedMessage[];
}

export interface TableCheck {
  /** The file itself: the catalog is to be made again from the sources. */
  readonly damaged: readonly string[];
  /** What mendTables mends. */
  readonly wrong: readonly string[];
}

/** A message that is not in its thread. */
export interface ThreadDifference {
  readonly key: number;
  readonly id: string;
  readonly messageId: string;
  readonly detail: string;
}

/** The part of the catalog that can be compared with sources and indexes, and mended. */
export interface VerifyCatalog {
  /** Remembers what was built of messages. */
  noteDigests(documents: readonly { readonly id: string; readonly digest: number }[]): Promise<void>;
  /** Every message in the order of ids, those of removals included, at most so many behind an id. */
  expected(after: string | null, limit: number): Promise<readonly ExpectedMessage[]>;
  /** Those of them that are there. */
  expectedOf(ids: readonly string[]): Promise<readonly ExpectedMessage[]>;
  /** What in the tables belongs to nothing, and counts that do not add up. `pages`: every page of the file is examined too, which takes its time. */
  checkTables(options: { readonly pages: boolean }): Promise<TableCheck>;
  /** Compares what was read of a file with what the catalog says of it. */
  compareStretch(stretch: ReadStretch): Promise<readonly ScanDifference[]>;
  /** Compares all threads with what links their messages, where threading has come so far. */
  wrongThreads(links: ThreadLinks): Promise<readonly ThreadDifference[]>;
  /** The files are to be read again from their beginning. */
  readAgain(files: readonly number[]): Promise<void>;
  /** Files by their archive and path, as NamedPlace has them. */
  filesAt(places: readonly NamedPlace[]): Promise<readonly number[]>;
  /** Takes over what messages say of themselves. */
  correct(messages: readonly ScannedMessage[]): Promise<void>;
  /**
   * Mends what checkTables tells of, and dates, arrivals, sizes and first copies that do not fit the copies. Answers the archives of files that are to be
   * read again: they held copies of messages that the catalog has lost.
   */
  mendTables(): Promise<readonly string[]>;
  /** Threads these messages, and all whose threads they touch, anew. */
  threadAnew(keys: readonly number[], links: ThreadLinks): Promise<void>;
  /** Puts removals of documents into the log of which the catalog knows nothing else. */
  logRemovals(ids: readonly string[]): Promise<void>;
  /** Forgets those removals. Where an index has not come to one of them, verifying finds its document again. */
  forgetRemovals(): Promise<void>;
}
