import type { NamedPlace } from '../catalog/verify-catalog.ts';
import type { ConnectionFailure } from '../ingest/report.ts';

/** `quick`: what is stored is compared. `full`: sources are read and parsed again, engines check themselves. `deep`: the postings are compared too. */
export type Level = 'quick' | 'full' | 'deep';

/**
 * What is wrong with it.
 * - `missing`, `extra`: in the index, or in the catalog (`connection` is null then)
 * - `content`: it holds other words than those of the message; `postings`: its index says other things than it was given
 * - `place`: archives, date, arrival, size, or where it lies
 * - `facts`: what the catalog says of it is not what it says itself
 * - `thread`: it stands in a wrong one
 * - `source`: a file that was read is gone or another one
 * - `index`, `catalog`: damage that no message can be named for; `damage`: the file of the catalog cannot be trusted
 */
export type What =
  | 'missing'
  | 'extra'
  | 'content'
  | 'postings'
  | 'place'
  | 'facts'
  | 'thread'
  | 'source'
  | 'index'
  | 'catalog'
  | 'damage';

export interface Difference {
  readonly what: What;
  /** Whose index; null: the catalog, or a source. */
  readonly connection: string | null;
  readonly id: string | null;
  readonly messageId: string | null;
  /** Where the message lies, or the file. */
  readonly place: NamedPlace | null;
  /** For people. */
  readonly detail: string;
}

/** What update_index would bring: no difference. */
export interface Behind {
  /** Files that are new, or have grown. */
  readonly files: number;
  /** By connection, entries of the log that are to be applied yet. */
  readonly changes: Readonly<Record<string, number>>;
}

export interface Verification {
  readonly level: Level;
  /** By connection, documents that were looked at. */
  readonly documents: Readonly<Record<string, number>>;
  /** Messages that were read from their sources. */
  readonly read: number;
  /** At most so many as were asked for. */
  readonly differences: readonly Difference[];
  /** How many there are. */
  readonly total: number;
  readonly behind: Behind;
  /** What of `deep` an engine cannot do. */
  readonly notes: readonly string[];
  /** Sources that cannot be looked at. */
  readonly problems: readonly string[];
  readonly failures: readonly ConnectionFailure[];
  readonly seconds: number;
}

export type Tell = (difference: Difference) => void;
