/** What Hayrick can read, recognised by content. mh, public-inbox and pipermail have names in the settings and readers to come. */
export type SourceKind = 'mbox' | 'maildir' | 'eml';
export type Compression = 'none' | 'gzip';

/** Where raw messages lie: one mbox file, one Maildir or one folder of .eml files. */
export interface Source {
  readonly kind: SourceKind;
  /** Absolute. A file for mbox, a folder for the others. */
  readonly path: string;
}

/** One file of a source as found on disk. An mbox source has one, with the empty name. */
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
  /** Byte offset of the message (of its separator line, in an mbox) in its file, after decompression. */
  readonly offset: number;
  /** Bytes from offset to the next message or the end, escapes included. */
  readonly length: number;
  /** Unix seconds of arrival as the place tells it: separator line, Maildir file name; null where it does not (or says the epoch). */
  readonly placeDate: number | null;
}
