import type { Document, KeptValues } from '../document/document.ts';
import type { DeclaredField } from '../fields/fields.ts';
import type { Condition } from '../query/condition.ts';
import type { FacetCount, FacetRequest } from './facet-questions.ts';
import type { FieldStats, OrderedPage, OrderRequest, Scoring } from './field-questions.ts';
import type { PackedChanges } from './packed-changes.ts';

/** The version of this contract. An engine module that names another is refused. */
export const CONTRACT_VERSION = 1;

export interface Abortable {
  readonly signal?: AbortSignal | undefined;
}

/** What an engine can do. A query that needs more fails before the engine is asked. */
export interface Capabilities {
  readonly phrases: boolean;
  readonly prefixes: boolean;
  readonly proximity: boolean;
  readonly fuzzy: boolean;
  /** Core may look for regular expressions: it walks through the matches of the rest of a query, and gives back those that match by their ids. */
  readonly regex: boolean;
  readonly relevance: boolean;
  /** A batch is written whole or not at all. */
  readonly atomicBatches: boolean;
  /** `ordered`: by fields. This and what follows: absent is false. */
  readonly fieldOrder?: boolean;
  /** `scoring` of a search. */
  readonly scoring?: boolean;
  readonly stats?: boolean;
  readonly facets?: boolean;
  /** `kept`: gives back values of declared fields that are `stored`. */
  readonly kept?: boolean;
  /** `raw`: takes queries in the engine's own language. */
  readonly raw?: boolean;
}

/** One entry of the change log, ready to be applied. Applying it twice is the same as once. */
export type Change =
  | {
      readonly kind: 'put';
      /** Of the log. Without meaning in a bulk build, whose seq is moved at its end. */
      readonly seq: number;
      readonly document: Document;
      /** In a bulk build: a number from 1 that no other document has and that rises with the date, not always with the id within a second. Else null. */
      readonly rank: number | null;
    }
  | { readonly kind: 'remove'; readonly seq: number; readonly id: string };

/** A change the engine will not take, whatever is retried. The others of its batch are applied. */
export interface Refusal {
  readonly seq: number;
  readonly id: string;
  readonly reason: string;
}

/** What a batch did. A change that was applied before counts as it did then or as an update. */
export interface WriteOutcome {
  readonly added: number;
  readonly updated: number;
  readonly removed: number;
  readonly refused: readonly Refusal[];
}

/**
 * The one who writes to one generation, of which there is one at a time. Batches of an update come one behind the other; those of a
 * bulk build may overlap, hold each document once and leave the seq where it is until all of them are there.
 */
export interface GenerationWriter {
  readonly generation: string;
  /** The log's seq up to which everything has been applied, as the engine itself remembers it. */
  readonly applied: number;
  /**
   * Applies changes in order and moves `applied` to `upTo`, durably over a prefix at least. Throws on an outage (retry is safe).
   * What was refused is passed over. Where a batch fails midway, the changes before that place may have been applied: it comes again.
   * @param upTo the log's seq that is reached when all of the batch is applied; never below `applied`
   */
  write(changes: readonly Change[], upTo: number, options?: Abortable): Promise<WriteOutcome>;
  /**
   * The same for changes that are packed, where an engine works in a thread of its own and unpacks them there. Takes the bytes over:
   * they may be gone afterwards. Engines without it are given unpacked changes.
   */
  writePacked?(packed: PackedChanges, upTo: number, options?: Abortable): Promise<WriteOutcome>;
  /**
   * Ends the writing: merges, indexes, counts, syncs to disk. A bulk build is then ready to be swapped in. Nothing is written afterwards.
   * Where it fails, a generation that is still building may be taken up by another writer, or dropped.
   */
  finish(options?: Abortable): Promise<void>;
  close(): Promise<void>;
}

export interface GenerationInfo {
  readonly name: string;
  readonly state: 'live' | 'building' | 'kept';
  readonly documents: number;
  readonly applied: number;
  readonly bytes: number;
  /** Of the fields and the analysis it was built with. */
  readonly fingerprint: string;
  /** Unix seconds. */
  readonly createdAt: number;
  /** What the engine has to say of itself, for index_info: rows out of date order and the like. */
  readonly notes: readonly string[];
}

export type Sort = 'relevance' | 'newest' | 'oldest';

/** Where a page in date order ended. */
export interface Position {
  readonly date: number;
  readonly id: string;
}

/** Names of the archives that may be read. Documents in none of them do not exist for the one who asks. */
export interface Access {
  readonly archives: readonly string[];
}

export interface SearchRequest {
  readonly condition: Condition;
  readonly sort: Sort;
  readonly limit: number;
  readonly offset: number;
  /** Only behind this place, in a date order; null from the start. Never with an offset or relevance. */
  readonly after: Position | null;
  /** Only by relevance, and where `supports.scoring`. */
  readonly scoring?: Scoring | undefined;
}

export interface FoundDocument extends Position {
  /** Null in a date order. */
  readonly score: number | null;
}

export interface SearchPage {
  readonly hits: readonly FoundDocument[];
}

export interface EngineExplanation {
  /** What the engine is given, for people to read. */
  readonly given: string;
  /** Documents the engine looks at to answer: its own index's candidates, before filters. */
  readonly examined: number;
}

/** Reads one generation, whatever is swapped meanwhile. When it was dropped, answers or throws GENERATION_NONE. */
export interface GenerationReader {
  readonly generation: string;
  readonly fingerprint: string;
  /** The state a cursor of relevance order is good for: changes with every write. */
  state(): Promise<string>;
  search(request: SearchRequest, access: Access, options?: Abortable): Promise<SearchPage>;
  /** Exact. */
  count(condition: Condition, access: Access, options?: Abortable): Promise<number>;
  explain(condition: Condition, access: Access): Promise<EngineExplanation>;
  /** Where `supports.fieldOrder`. */
  ordered?(request: OrderRequest, access: Access, options?: Abortable): Promise<OrderedPage>;
  /** Where `supports.stats`. Exact, but for the rounding of sums. */
  stats?(field: string, condition: Condition, access: Access, options?: Abortable): Promise<FieldStats>;
  /** Where `supports.facets`: one list a question, in the order of `topValues`; over all matches, however many there are. */
  facets?(
    request: FacetRequest,
    access: Access,
    options?: Abortable,
  ): Promise<readonly (readonly FacetCount[])[]>;
  /** Where `supports.kept`: of these documents, one a document, null where it is not here or may not be read. */
  kept?(ids: readonly string[], access: Access, options?: Abortable): Promise<readonly (KeptValues | null)[]>;
  /**
   * Where `supports.raw`: ids of at most so many of the documents that match a query in the engine's own language, in any order. What the query
   * says cannot widen `access`. QUERY_INVALID where the engine does not understand it.
   */
  raw?(query: unknown, limit: number, access: Access, options?: Abortable): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** A document as an engine has it, less its words: what verify_index compares with what it should have. */
export interface StoredDocument {
  readonly id: string;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  /** Sorted. */
  readonly archives: readonly string[];
  /** As it came with the document; null where the engine sees at a glance that a part of the document is missing. */
  readonly digest?: number | null | undefined;
}

/** What an engine finds wrong in itself. */
export interface Damage {
  /** The document that is to be put again; null: the generation is to be built anew. */
  readonly id: string | null;
  /** For people. */
  readonly what: string;
}

/** Looks at all of a generation, whoever may read it: for those who look after an index, never for those who search. */
export interface GenerationInspector {
  readonly generation: string;
  /** In the order of ids, behind that id, at most so many: fewer only at the end. Read from where the engine keeps it, not from what it remembers. */
  stored(after: string | null, limit: number, options?: Abortable): Promise<readonly StoredDocument[]>;
  /** The engine's own check of all that it keeps. What it cannot read at all may be thrown as INDEX_DAMAGED. */
  check(options?: Abortable): Promise<readonly Damage[]>;
  /** Where the engine can read back what it has indexed: what of these documents it has otherwise. Documents that it does not hold are passed over. */
  compare?(documents: readonly Document[], options?: Abortable): Promise<readonly Damage[]>;
  close(): Promise<void>;
}

/**
 * One opened connection to an engine. Core calls it through `guardBackend`, which says what an engine may rely on. A failure that may pass by
 * itself is thrown as HayrickError ENGINE_UNREACHABLE or LOCKED, so that it is tried again; a full disk as DISK_FULL.
 */
export interface Backend {
  /** The engine's name in settings. */
  readonly engine: string;
  /** Of the engine itself: "SQLite 3.54.1". */
  readonly version: string;
  readonly supports: Capabilities;
  /** Two connections with the same target would write over each other: refused. */
  readonly target: string;
  generations(): Promise<readonly GenerationInfo[]>;
  /** A new, empty generation beside the live one, under a name that none had before, dropped ones included. */
  create(fingerprint: string): Promise<GenerationWriter>;
  /** Continues a generation. */
  writer(generation: string): Promise<GenerationWriter>;
  /** Makes a finished generation the live one, at once for all readers that open later. */
  swap(generation: string): Promise<void>;
  /** Takes a generation away with all it holds, the live one included: then nothing is live. */
  drop(generation: string): Promise<void>;
  /** The live generation, or null where there is none. */
  live(): Promise<string | null>;
  reader(generation: string): Promise<GenerationReader>;
  /** GENERATION_NONE, INDEX_DAMAGED. */
  inspect(generation: string): Promise<GenerationInspector>;
  /** DDL or mapping and analysis. */
  schema(): string;
  close(): Promise<void>;
}

export interface BackendContext {
  readonly connection: string;
  /** Absolute; the engine's own folder, made on first use. */
  readonly directory: string;
  /** Keys of the connection in the settings that are not core's. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly fields: readonly DeclaredField[];
  /** How far offset and limit of a request reach at most. */
  readonly maxResults: number;
  /** Unix seconds. */
  readonly now: () => number;
  /** Seconds that the engine has for an answer; its own default where absent. */
  readonly timeout?: number | undefined;
  /** For the engine's client, unchecked. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
  /** The id of the catalog that feeds the connection, by which an engine that several sites share tells them apart. */
  readonly site?: (() => Promise<string>) | undefined;
  /** Waits between attempts within one call; an engine that is given none leaves trying again to core. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** What an engine's module exports as `backend`. */
export interface BackendModule {
  readonly contractVersion: number;
  readonly engine: string;
  /** Names of the connection keys the engine takes. */
  readonly settings: readonly string[];
  open(context: BackendContext): Promise<Backend>;
}
