import type { HayrickError } from '../errors.ts';

/** What Hayrick can read, recognised by content. */
export type SourceKind = 'mbox' | 'pipermail' | 'maildir' | 'mh' | 'eml' | 'public-inbox';
export type Compression = 'none' | 'gzip' | 'xz' | 'zstd' | 'bzip2';

/** Where raw messages lie: one mbox file, one Maildir, one MH folder, one folder of .eml files, one public-inbox. */
export interface Source {
  readonly kind: SourceKind;
  /** Absolute. A file for mbox and pipermail, a folder for maildir, mh and public-inbox, either for eml. */
  readonly path: string;
}

/** One file of a source, as the readers want it named. */
export interface FileOfSource extends Source {
  /** As in SourceFile. */
  readonly name: string;
}

/**
 * One file of a source as found on disk. A source that is one file has one, with the empty name. The files of a public-inbox are its repositories
 * (epochs); their size is the number of changes in their history.
 */
export interface SourceFile {
  /** Relative to the source's path, '/' between folders; '' for the file that is the source. */
  readonly name: string;
  readonly size: number;
  readonly mtimeNs: bigint;
  readonly inode: bigint;
  readonly device: bigint;
}

/** Raw bytes of one message and where they lie. */
export interface RawMessage {
  /** Unescaped (mboxrd), without the separator line and without the blank line that ends it. Valid until the next message is asked for. */
  readonly bytes: Uint8Array;
  /** Byte offset of the message (of its separator line, in an mbox) in its file, after decompression; in a repository as Extent has it. */
  readonly offset: number;
  /** Bytes from offset to the next message or the end, escapes included. */
  readonly length: number;
  /** Unix seconds of arrival as the place tells it: separator line, Maildir file name, committer; null where it does not (or says the epoch). */
  readonly placeDate: number | null;
  /** Set where `bytes` is only the beginning: the message is over the limit, or its file could not be read to its end. */
  readonly cut?: true;
  /** As in Extent. */
  readonly object?: string;
}

/** Where something lies in a file, in bytes after decompression. */
export interface Extent {
  /** In a git repository: the number of changes that stand before it in its history, which is a line from 0. */
  readonly offset: number;
  readonly length: number;
  /** In a git repository: hexadecimal name of the blob. Null or absent elsewhere. */
  readonly object?: string | null | undefined;
}

/**
 * What comes out of a source, in its order. `name` is the file's (SourceFile.name).
 * `garbage` is no message: its place goes into quarantine. `unreadable` says that the file holds more than could be read, from `offset` on.
 */
export type ReadItem =
  | ({ readonly kind: 'message'; readonly name: string } & RawMessage)
  | ({ readonly kind: 'garbage'; readonly name: string; readonly reason: string } & Extent)
  | {
      readonly kind: 'unreadable';
      readonly name: string;
      readonly offset: number;
      /** SOURCE_MISSING (gone since it was listed), SOURCE_UNREADABLE or SOURCE_CHANGED. */
      readonly error: HayrickError;
    };
