import type { Compression, SourceFile, SourceKind } from '../source/source.ts';

/** A file as found on disk at one look. */
export interface FoundFile extends SourceFile {
  readonly compression: Compression;
  /** Hash of the file's last bytes. */
  readonly tail: string;
  /** Unix milliseconds of that look. */
  readonly lookedAt: number;
}

/** A file of a source as the catalog remembers it. */
export interface FileRecord extends FoundFile {
  readonly key: number;
  /**
   * Offset (after decompression) of the last message read; all before it are in the catalog. Reading goes on there, since
   * that message may have been torn.
   */
  readonly readTo: number;
  /** Read to the end as it was at that look. */
  readonly complete: boolean;
}

/** A folder of a Maildir as it was when it was last listed. */
export interface FolderStamp extends Omit<SourceFile, 'size'> {
  /** Unix milliseconds of that look. */
  readonly lookedAt: number;
}

/** What a file's content was found to be at one look. */
export interface Look extends Omit<SourceFile, 'name'> {
  readonly path: string;
  /** Unix milliseconds of that look. */
  readonly lookedAt: number;
  /** For the one who looked. */
  readonly said: string;
}

/** Messages of a source: those whose first copy is there, further copies, and those in quarantine. */
export interface SourceCounts extends FileCounts {
  readonly source: number;
  readonly archive: string;
  /** First copies, those in quarantine included. */
  readonly homes: number;
}

/** The first places of messages, further copies, and what is in quarantine. */
export interface FileCounts {
  readonly first: number;
  readonly further: number;
  readonly quarantined: number;
}

export interface SourceRecord {
  readonly key: number;
  readonly archive: string;
  readonly kind: SourceKind;
  readonly path: string;
}
