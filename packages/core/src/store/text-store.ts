/** Texts of several messages, compressed together: one zstd frame, made by a TextPacker. */
export interface TextBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Whose texts lie in it, in their order. A long text has parts in several blocks. */
  readonly ids: readonly string[];
}

/**
 * Where the readable text of messages is kept whose sources cannot be sought. It only saves time: what it lacks is read from the sources.
 * Every call is one transaction.
 */
export interface TextStore {
  /** Adds what is not there yet; a message's text never changes. */
  put(blocks: readonly TextBlock[]): Promise<void>;
  /** The blocks that hold the texts of these messages, in the order of their parts; messages without a text are left out. */
  blocksOf(ids: readonly string[]): Promise<ReadonlyMap<string, readonly Uint8Array[]>>;
  /** The seq of the change log up to which messages that were removed are gone from here. */
  followed(): Promise<number>;
  /** Drops the texts of messages, so that nothing of them is left in any file, and notes how far the change log was followed. */
  drop(ids: readonly string[], upTo: number): Promise<void>;
  /** Of one that is built anew: it is whole, and takes the place of the one before. Nothing more can be done with it. */
  commit(): Promise<void>;
  /** One that was built anew and not committed is gone, but for one that may be gone on with. */
  close(): Promise<void>;
}

/** What a store is written for. */
export type TextPurpose = 'add' | 'rebuild' | 'begin' | 'go-on';

export interface TextStoreOptions {
  /** Its own. */
  readonly folder: string;
  /** Of the catalog whose change log it follows. */
  readonly site: string;
  /**
   * `read`: null where there is none that can be read. `add`: one is made where there is none, or only one that is damaged, of another version or of another
   * catalog. `rebuild`: one is built anew, and seen by nobody before it is committed. `begin`: the same, and a process that is killed leaves it so that `go-on`
   * finds it; where there is none of this catalog that is whole, that is a `begin`.
   */
  readonly purpose: 'read' | TextPurpose;
  readonly log: (level: 'warn', message: string) => void;
}

/** @throws HayrickError DISK_FULL, LOCKED, ENGINE_FAILED */
export type OpenTextStore = (options: TextStoreOptions) => Promise<TextStore | null>;

/** Something that changes when another store has taken the place of the one that is open; null where there is none. */
export type CurrentTextStore = (folder: string) => string | null;
