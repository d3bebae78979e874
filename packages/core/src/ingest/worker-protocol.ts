import type { PackedChanges } from '../backend/packed-changes.ts';
import type { ScanBatch } from '../catalog/catalog.ts';
import type { DeclaredField } from '../fields/fields.ts';
import type { StoreMode } from '../settings/settings.ts';
import type { HistoryStretch } from '../source/index.ts';
import type { Compression, SourceKind } from '../source/source.ts';
import type { TextBlock } from '../store/index.ts';
import type { Reads } from './report.ts';

/** What a parsing thread is started with. */
export interface WorkerData {
  readonly fields: readonly DeclaredField[];
  /** Archives whose messages have the fields of patches. */
  readonly patched: readonly string[];
  /** Whose text is packed beside the documents. */
  readonly store: StoreMode;
  /** Absolute path of the module of the document hook; null: there is none. */
  readonly hook: string | null;
  /** The message being parsed, for whoever has to find out what a thread died of: file key, then offset; both -1 when idle. */
  readonly at: SharedArrayBuffer;
}

/** A file to be read, named as the source layer wants it. */
export interface UnitFile {
  readonly key: number;
  readonly kind: SourceKind;
  /** Of the source. */
  readonly path: string;
  /** Of the file in the source. */
  readonly name: string;
  readonly compression: Compression;
}

/** What is to be read: whole small files, or a stretch of one big one. */
interface ReadUnit {
  readonly files: readonly UnitFile[];
  /** Only for a unit of one file: messages that begin in [from, to). */
  readonly from: number;
  readonly to: number | null;
  /** Only for a unit of one repository: the part of its history; from and to are ordinals in it. */
  readonly history: HistoryStretch | null;
  readonly skip: readonly DeadlyPlace[];
}

/** Read messages and identify them. */
export interface ScanUnit extends ReadUnit {
  readonly kind: 'scan';
  /** One a file: their documents are built at the same time. Null: they are not. */
  readonly ranked: readonly RankedFile[] | null;
}

/** Read the headers of messages to learn their dates. */
export interface DatesUnit extends ReadUnit {
  readonly kind: 'dates';
}

/** The dates of a file's messages, by offset. */
export interface DatedPlaces {
  readonly offsets: Float64Array<ArrayBuffer>;
  /** Unix seconds. */
  readonly dates: Float64Array<ArrayBuffer>;
}

/** Messages of a file with their ranks in date order among all that are read; offsets rise. */
export interface RankedPlaces extends DatedPlaces {
  readonly ranks: Uint32Array<ArrayBuffer>;
}

export interface RankedFile {
  readonly archive: string;
  readonly places: RankedPlaces;
}

/** A message that a thread died of: not to be parsed again. */
export interface DeadlyPlace {
  readonly file: number;
  readonly offset: number;
}

/** Read messages by place and build their documents. */
export interface BuildUnit {
  readonly kind: 'build';
  readonly files: readonly { readonly file: UnitFile; readonly items: readonly BuildItem[] }[];
  readonly skip: readonly DeadlyPlace[];
}

export interface BuildItem {
  readonly seq: number;
  readonly id: string;
  readonly rank: number | null;
  readonly offset: number;
  readonly length: number;
  /** As in PlaceRecord. */
  readonly object: string | null;
  readonly archives: readonly string[];
  readonly date: number;
  readonly received: number;
  readonly size: number;
}

export type Unit = ScanUnit | DatesUnit | BuildUnit;

/** Built documents, as put changes in rank order (by place where there is no rank). */
export interface BuiltBatch {
  readonly kind: 'built';
  readonly packed: PackedChanges;
  /** The texts that are to be kept of them. */
  readonly texts: readonly TextBlock[];
  readonly failed: readonly FailedItem[];
  /** Ids of messages that the document hook leaves out. */
  readonly leftOut: readonly string[];
  /** Raw bytes read. */
  readonly bytes: number;
  readonly cutTokens: number;
  readonly cutMessages: number;
}

/** A message that could not be built into a document. */
export interface FailedItem {
  readonly seq: number;
  readonly id: string;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  /** `changed`: the source no longer holds it there. `failed`: parsing it failed. `unreadable`: the file cannot be read. */
  readonly why: 'changed' | 'failed' | 'unreadable';
  readonly reason: string;
}

/** A file that could not be read, or not to its end. */
export interface FileTrouble {
  readonly file: number;
  readonly message: string;
  /** It is gone, or changed while it was read: to be looked at again next time. */
  readonly again: boolean;
}

export interface ScannedBatch {
  readonly kind: 'scanned';
  readonly batches: readonly ScanBatch[];
  readonly bytes: number;
  readonly troubles: readonly FileTrouble[];
  /** Documents of these messages. */
  readonly built: BuiltScan | null;
}

export interface BuiltScan {
  readonly documents: BuiltBatch;
  /** Of all messages of the batch in their order: the rank of its document, 0 where none was to be built. */
  readonly ranks: readonly number[];
}

export interface DatesBatch {
  readonly kind: 'dates';
  readonly files: readonly (DatedPlaces & { readonly file: number })[];
  readonly bytes: number;
}

export type Batch = ScannedBatch | DatesBatch | BuiltBatch;

/** From the host: a unit to do, or leave for one more batch. */
export type ToWorker = { readonly kind: 'unit'; readonly unit: Unit } | { readonly kind: 'credit' };

/** To the host. */
export type FromWorker =
  | { readonly kind: 'batch'; readonly batch: Batch }
  /** A unit. What was read for it. */
  | { readonly kind: 'done'; readonly reads: Reads }
  | { readonly kind: 'failed'; readonly message: string };
