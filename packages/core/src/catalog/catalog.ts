import type { Address, Identity } from '../message/message.ts';
import type { Deletion } from '../source/git-survey.ts';
import type { Compression, SourceKind } from '../source/source.ts';
import type { Expectation, ExpectedDocument, Scope } from './expectation.ts';
import type { FileRecord, FolderStamp, FoundFile, Look, SourceCounts, SourceRecord } from './file-records.ts';
import type { ThreadCatalog } from './thread-catalog.ts';
import type { VerifyCatalog } from './verify-catalog.ts';

/** Arrivals from and to these times, both included, in unix seconds; null is an open end. */
export interface ArrivalSpan {
  readonly from: number | null;
  readonly to: number | null;
}

/** What of the log is to come yet. */
export interface Pending {
  readonly puts: number;
  readonly removals: number;
  /** Puts whose arrival lies outside of a span. */
  readonly skipped: number;
}

/** What an archive holds. */
export interface ArchiveCounts {
  readonly archive: string;
  /** Distinct ones that have a copy there. */
  readonly messages: number;
  /** Messages whose first copy is there and whose Message-ID a different message bears too. */
  readonly sameMessageId: number;
}

/** An entry of the quarantine that nobody is to be told of any more. */
export interface QuarantineEnd {
  readonly key: number;
  /** Of the bytes that lie there; null where a message is known, which goes by its id. */
  readonly digest: string | null;
}

/** Bytes that are no message, and of which nobody is to be told any more, wherever in the archive they lie. */
export interface DroppedStretch {
  readonly archive: string;
  readonly digest: string;
  readonly length: number;
}

/** One message as read in one place. */
export interface ScannedMessage {
  readonly identity: Identity;
  readonly offset: number;
  readonly length: number;
  /** Unescaped bytes. */
  readonly size: number;
  /** In a git repository: hexadecimal name of the blob. */
  readonly object?: string | undefined;
  /** By chooseDates, for this place. */
  readonly received: number;
}

/** A stretch of a file that is no message that can be indexed. */
export interface ScannedQuarantine {
  readonly offset: number;
  readonly length: number;
  readonly reason: string;
  /** As in ScannedMessage. */
  readonly object?: string | null | undefined;
}

/** What was read of one file, recorded in one transaction together with how far the file is read. */
export interface ScanBatch {
  readonly file: number;
  readonly messages: readonly ScannedMessage[];
  readonly quarantine: readonly ScannedQuarantine[];
  readonly readTo: number;
}

/** How the messages of a batch compare with what the catalog knew. */
export interface ScanOutcome {
  readonly added: number;
  readonly unchanged: number;
  readonly duplicates: number;
  readonly quarantined: number;
  /** Of all messages in their order: those that the catalog did not know. */
  readonly fresh: readonly (FreshMessage | null)[];
}

export interface FreshMessage {
  readonly key: number;
  readonly seq: number;
}

/** A copy of a message. */
export interface PlaceRecord {
  readonly archive: string;
  readonly kind: SourceKind;
  /** Of the source. */
  readonly path: string;
  /** Of the file within the source. */
  readonly name: string;
  readonly compression: Compression;
  /**
   * Of the file as it was when the message was found there: its size, a colon, and its time of change in nanoseconds. Empty where the file is being read
   * anew and the message was not seen in it yet.
   */
  readonly stamp: string;
  /** Every later change of the file has another stamp: it was written long enough before it was looked at. */
  readonly settled: boolean;
  readonly offset: number;
  readonly length: number;
  /** In a git repository: hexadecimal name of the blob; null elsewhere. */
  readonly object: string | null;
  readonly received: number;
  readonly size: number;
}

/** Fields of a message whose values are kept. */
export type StoredField = 'subject' | 'from' | 'filename' | 'mid';

export interface StoredValues {
  readonly key: number;
  readonly id: string;
  readonly values: readonly string[];
}

/** What the catalog knows of a message without reading it. */
export interface MessageRecord {
  readonly key: number;
  readonly id: string;
  readonly messageId: string;
  readonly subject: string;
  readonly from: readonly Address[];
  readonly filenames: readonly string[];
  readonly date: number;
  readonly received: number;
  readonly size: number;
  /** Archives that hold it, sorted; those whose copy is gone but not yet dropped included. */
  readonly archives: readonly string[];
  /** Copies that are there. */
  readonly places: readonly PlaceRecord[];
}

export interface PendingPlace {
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  /** As in PlaceRecord. */
  readonly object: string | null;
}

/** One message to be put or removed, with where it can be read. */
export interface PendingChange {
  readonly seq: number;
  readonly key: number;
  readonly id: string;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  /** Empty: to be removed. */
  readonly archives: readonly string[];
  /** Null only where no copy is left. */
  readonly place: PendingPlace | null;
}

/** Of all messages, by their keys; nothing but zeros where there is no message with a copy. */
export interface MessageHomes {
  readonly seqs: Float64Array;
  /** Unix seconds. */
  readonly dates: Float64Array;
  /** Of the first copy. */
  readonly files: Float64Array;
  readonly offsets: Float64Array;
  /** 1: there is no other copy, nor was one lost. */
  readonly sole: Uint8Array;
}

export interface PlaceFile {
  readonly key: number;
  readonly archive: string;
  readonly kind: SourceKind;
  readonly path: string;
  readonly name: string;
  readonly compression: Compression;
}

export interface QuarantineRecord extends ScannedQuarantine {
  readonly key: number;
  /** Of the message that lies there; null where none could be made out. */
  readonly id: string | null;
  readonly archive: string;
  readonly path: string;
  readonly file: number;
  readonly connection: string | null;
  /** Unix seconds. */
  readonly at: number;
}

/**
 * The record of what exists: sources and how far they were read, places, messages, quarantine and the change log.
 * Every call is one transaction. The log is kept compact: a message remembers the seq of its last change, and
 * reading the log from a seq gives each changed message once, in its present state.
 */
export interface Catalog extends ThreadCatalog, VerifyCatalog {
  /** Of the data folder; made once. */
  readonly site: string;
  readonly version: string;

  /** Finds or adds a source of an archive. One path may hold sources of several kinds; read as another kind it is another source. */
  source(archive: string, kind: SourceKind, path: string): Promise<SourceRecord>;
  sources(): Promise<readonly SourceRecord[]>;
  /** Archives of which there is a source, or a message that is lost and was not dropped. */
  archives(): Promise<readonly string[]>;
  /** The files of a source by name, at most `limit` behind a name; null: from the first. */
  files(source: number, after: string | null, limit: number): Promise<readonly FileRecord[]>;
  filesNamed(source: number, names: readonly string[]): Promise<readonly (FileRecord | null)[]>;
  /** The same as files, of those only that are not read to their end, or whose stamp does not tell of every later change. */
  openFiles(source: number, after: string | null, limit: number): Promise<readonly FileRecord[]>;
  /** Those of these names that no file of the source bears. */
  unknownNames(source: number, names: readonly string[]): Promise<readonly string[]>;
  /** Files whose names begin so. */
  countFiles(source: number, beginning: string): Promise<number>;
  /** Messages of every source. */
  sourceCounts(): Promise<readonly SourceCounts[]>;
  archiveCounts(): Promise<readonly ArchiveCounts[]>;
  folders(source: number): Promise<readonly FolderStamp[]>;
  putFolders(source: number, folders: readonly FolderStamp[]): Promise<void>;
  /** What was last seen at a path of an archive. */
  look(archive: string, path: string): Promise<Look | null>;
  putLooks(archive: string, looks: readonly Look[]): Promise<void>;
  countLooks(archive: string): Promise<number>;
  /** The paths of looks, in order. */
  looksAfter(archive: string, path: string, limit: number): Promise<readonly string[]>;
  dropLooks(archive: string, paths: readonly string[]): Promise<void>;
  forgetLooks(archive: string): Promise<void>;
  /**
   * Adds files, or takes over their new stamps. `restart`: what was read of it no longer counts.
   * Answers their keys in order.
   */
  putFiles(
    source: number,
    files: readonly FoundFile[],
    options: { readonly restart: boolean },
  ): Promise<readonly number[]>;
  /** A file of the same content under another name, or in another source of the same archive. */
  moveFile(file: number, source: number, name: string): Promise<void>;
  /** Files that are as they were, at a later look or under another identity. */
  settleFiles(source: number, files: readonly FoundFile[]): Promise<void>;
  /** Records what was read of one or several files, in one transaction. */
  record(batches: readonly ScanBatch[]): Promise<ScanOutcome>;
  /** The files are read to their end. Copies that were not seen again since a restart are lost. */
  completeFiles(files: readonly number[]): Promise<void>;
  /** The files are gone: their copies are lost. */
  loseFiles(files: readonly number[]): Promise<void>;
  /** The history of a repository deletes these messages: their copies in it are lost, and what of them is in quarantine is forgotten. */
  loseDeleted(file: number, deletions: readonly Deletion[]): Promise<void>;
  /** The source is gone with all its files. */
  loseSource(source: number): Promise<void>;
  /** All that is of an archive belongs to another one, of which nothing is known yet, and goes into the log anew. Answers how many messages. */
  renameArchive(archive: string, name: string): Promise<number>;
  /** Drops lost copies; messages without a copy are logged as removed. Answers how many. */
  dropLost(archives: readonly string[]): Promise<number>;

  /** The log's newest seq, 0 for an empty one. */
  head(): Promise<number>;
  /** Messages in the catalog that have an archive among these. */
  countMessages(archives: readonly string[] | null): Promise<number>;
  /** The log from `after` (exclusive), in order, at most `limit` entries. */
  changes(after: number, limit: number): Promise<readonly PendingChange[]>;
  /** Of the log from `after` (exclusive) what is removed, in order, at most `limit` entries. */
  removed(after: number, limit: number): Promise<readonly { readonly seq: number; readonly id: string }[]>;
  /** What of the log is behind that seq. `span`: arrivals that count as puts; null: all. */
  pending(after: number, span: ArrivalSpan | null): Promise<Pending>;
  /**
   * Puts what is pending and did not arrive within a span into the log anew, behind all that it holds: it stays pending. Removals are none
   * of these. Answers how many by the archive of their first copy, those in quarantine left out.
   */
  postpone(after: number, span: ArrivalSpan): Promise<ReadonlyMap<string, number>>;
  /** Messages that have lost a copy in one of these archives. */
  countLost(archives: readonly string[]): Promise<number>;
  /** Messages that changed since that seq. */
  countChanges(after: number): Promise<number>;
  /** The same, those with a copy, counted by the archive of their first copy. */
  countChangedByArchive(after: number): Promise<ReadonlyMap<string, number>>;
  /** Of those the ones that the document hook leaves out (digest LEFT_OUT). */
  countLeftOutByArchive(after: number): Promise<ReadonlyMap<string, number>>;
  /** For a bulk build: all messages to be read from that file, by offset. */
  messagesOfFile(file: number, afterOffset: number, limit: number): Promise<readonly PendingChange[]>;
  /** Files that hold messages by key, at most `limit` behind a key. */
  filesToRead(after: number, limit: number): Promise<readonly PlaceFile[]>;
  file(key: number): Promise<PlaceFile | null>;
  /** Numbers by message key in (date, id) order, from 1. @param last the highest key that is given one; null: all are */
  ranks(last: number | null): Promise<Uint32Array>;
  /** Where all messages lie, and how they stand in the log: some 33 bytes a message. */
  homes(): Promise<MessageHomes>;
  /** The keys of messages in the order of their ids here; null for one that is not there. */
  keysOf(ids: readonly string[]): Promise<readonly (number | null)[]>;
  /** Puts the messages of these archives into the log anew (a connection's scope changed). */
  touch(archives: readonly string[]): Promise<number>;
  /**
   * Puts all messages into the log anew but those that still have this seq. Answers how many.
   * @param seqs by message key
   */
  logOthers(seqs: Float64Array): Promise<number>;
  /**
   * Puts messages into the log anew that stand up to that seq in it, can be read, and are not marked: they were moved about while all were read. Answers
   * how many.
   * @param marked 1 at the keys of messages that were read
   */
  logUnread(marked: Uint8Array, upTo: number): Promise<number>;
  /** How many documents a generation should hold. */
  expectation(scope: Scope): Promise<Expectation>;
  /** Some of the documents that it must hold, from all over the catalog; at most so many. */
  expectedSample(scope: Scope, limit: number): Promise<readonly ExpectedDocument[]>;
  /** Puts these messages into the log anew: a connection could not be given them. */
  logAgain(ids: readonly string[]): Promise<void>;
  /**
   * Messages that are known and could not be indexed, anywhere or by one of these connections, leave quarantine and go into the log anew.
   */
  retryQuarantined(connections: readonly string[]): Promise<void>;
  /** From here on what was recorded outlives a power failure: an engine may be given it. */
  sync(): Promise<void>;
  /** What was last remembered under a name; null if nothing. */
  note(name: string): Promise<string | null>;
  setNote(name: string, value: string): Promise<void>;

  messages(ids: readonly string[]): Promise<readonly MessageRecord[]>;
  messagesOf(messageId: string): Promise<readonly MessageRecord[]>;
  /**
   * What a field of these messages holds as it was written, message by message: of senders the name, the address and both together as
   * `Name <address>`; of the Message-ID what stands between the brackets. Nothing of a message that is not there.
   */
  storedValues(ids: readonly string[], field: StoredField): Promise<readonly (readonly string[])[]>;
  /** The same of all messages, in an order of the catalog's own: the next ones behind that key, at most so many. */
  storedValuesBehind(key: number, limit: number, field: StoredField): Promise<readonly StoredValues[]>;

  /** A stretch of a file that cannot be indexed anywhere. */
  quarantinePlace(file: number, stretch: ScannedQuarantine): Promise<void>;
  /** A message that one connection refused. */
  quarantineMessage(message: number, connection: string, reason: string): Promise<void>;
  quarantine(): Promise<readonly QuarantineRecord[]>;
  /** How many messages are in quarantine because a connection refused them. */
  countRefused(connection: string): Promise<number>;
  /** A connection took messages: what it refused of them is over. */
  accepted(connection: string, ids: readonly string[]): Promise<void>;
  /** Entries leave quarantine to be tried again: known messages go into the log anew, files with other stretches will be read again. */
  retryQuarantine(keys: readonly number[]): Promise<void>;
  /** Entries that nobody is to be told of any more, also when they fail again. */
  dropQuarantine(entries: readonly QuarantineEnd[]): Promise<void>;
  droppedStretches(): Promise<readonly DroppedStretch[]>;
  /** A stretch in quarantine was found to be one of these. */
  dropStretchAgain(file: number, offset: number): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the catalog of a data folder, making it if it is missing. One of an older format is brought to today's, once a copy of it lies beside.
 * CATALOG_TOO_NEW, CATALOG_TOO_OLD, CATALOG_DAMAGED, DISK_FULL.
 */
export type OpenCatalog = (options: {
  readonly path: string;
  readonly now: () => number;
  /** Told of a catalog that was brought to today's format, and where its copy lies. */
  readonly log?: ((level: 'warn', message: string) => void) | undefined;
  /** Nothing is made or written: a missing catalog is an empty one. */
  readonly readOnly?: boolean | undefined;
}) => Promise<Catalog>;
