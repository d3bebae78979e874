import type { Sort } from '../backend/backend.ts';
import type { Address, Attachment, MessageProblem } from '../message/message.ts';
import type { QueryProblem } from '../query/query.ts';

/** Who asks: everyone's rights, the public's, or a name in an archive's `readers`. */
export type Who = string;

export interface SearchOptions {
  readonly using?: string | undefined;
  readonly as?: Who | undefined;
  /** Only these archives. Unknown (or unreadable) names are errors of the caller. */
  readonly archives?: readonly string[] | undefined;
  readonly sort?: Sort | undefined;
  readonly limit?: number | undefined;
  readonly offset?: number | undefined;
  /** A cursor of an earlier answer to the same query and sort. */
  readonly after?: string | undefined;
  /** One hit a thread, its best under the sort. With `offset`, not with `after`. */
  readonly threads?: boolean | undefined;
  /** Values counted over all matches; not where hits are streamed. */
  readonly facets?: readonly FacetAsked[] | undefined;
  /** Snippets with the words marked; default true. */
  readonly highlight?: boolean | undefined;
  /** Problems of the query are an error. */
  readonly strict?: boolean | undefined;
  /** Told the problems of the query before the first hit, where an answer is streamed and has no other place for them. */
  readonly onProblems?: ((problems: readonly QueryProblem[]) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * `archive`, `from`, `year`, `month`, `list`, `has`, `mime` or a declared keyword, written `FIELD` or `FIELD:N`. `limit`, or N: so many
 * values at most, of those with the largest counts; default 20, at most 1,000.
 */
export type FacetAsked = string | { readonly field: string; readonly limit?: number | undefined };

export interface FacetValue {
  readonly value: string;
  /** Exact. */
  readonly count: number;
  /** Of an address: the name that it has in the newest message that may be read and gives one; null: none of its newest 100 does. */
  readonly label?: string | null;
}

export interface SnippetPiece {
  readonly text: string;
  readonly match: boolean;
}

/** Of readable messages alone. */
export interface HitThread {
  /** thread:ID finds it again, also when it has grown. */
  readonly id: string;
  readonly size: number;
  /** By (date, id), from 1. */
  readonly position: number;
  /** Its messages that match; only where threads are asked for. */
  readonly matched?: number;
}

export interface Hit {
  readonly id: string;
  readonly messageId: string;
  /** Readable ones only. */
  readonly archives: readonly string[];
  readonly subject: string;
  readonly from: readonly Address[];
  /** ISO 8601, UTC, whole seconds. */
  readonly date: string;
  readonly score: number | null;
  /** Null without highlighting, and where the source no longer holds what was indexed. */
  readonly snippet: readonly SnippetPiece[] | null;
  readonly thread: HitThread;
  readonly attachments: readonly string[];
}

/** The shape of `--format json`, `format: 1` apart. */
export interface SearchAnswer {
  readonly query: string;
  readonly connection: string;
  readonly sort: Sort;
  readonly total: number;
  readonly totalRelation: 'eq' | 'gte';
  /** Threads with a match; only where threads are asked for. `total` counts messages all the same. */
  readonly totalThreads?: number;
  readonly tookMs: number;
  readonly hits: readonly Hit[];
  /** By field, in the order asked for; the largest counts first, equal ones by value. */
  readonly facets: Readonly<Record<string, readonly FacetValue[]>>;
  readonly next: string | null;
  readonly problems: readonly QueryProblem[];
}

export interface CountAnswer {
  readonly query: string;
  readonly connection: string;
  readonly count: number;
  readonly problems: readonly QueryProblem[];
}

export interface ExplainPart {
  /** The part in the normal form's notation. */
  readonly part: string;
  /** Null for anyone but `all`. */
  readonly matches: number | null;
}

/** A part of a query as it was typed, with its place, what it means and what it finds by itself. */
export interface ExplainClause {
  readonly kind: 'and' | 'or' | 'not' | 'thread' | 'term';
  /** UTF-16 code units from the start of the query. */
  readonly at: number;
  readonly length: number;
  readonly typed: string;
  /** Of a term, in the normal form's notation. Null: it was left out, or joins what stands below it. */
  readonly meaning: string | null;
  /** By itself, within the archives that were chosen. Null for anyone but `all`, and where it was left out or would take too long. */
  readonly matches: number | null;
  /** Whether it holds for the message that was asked for, and why; null where none was, or the clause was left out. */
  readonly message: { readonly matches: boolean; readonly why: string } | null;
  readonly of: readonly ExplainClause[];
}

export interface ExplainAnswer {
  readonly query: string;
  readonly connection: string;
  /** How the query was read, printed back. */
  readonly read: string;
  /** The same as a tree; null where nothing is left to search for. */
  readonly tree: ExplainClause | null;
  readonly normalForm: string;
  /** What the engine is given; null for anyone but `all`, since it tells of how much there is. */
  readonly engine: string | null;
  /** Documents the engine looks at to answer; null for anyone but `all`. */
  readonly examined: number | null;
  readonly parts: readonly ExplainPart[];
  readonly problems: readonly QueryProblem[];
  /** Only with a message asked for: which part matches it. */
  readonly message: {
    readonly id: string;
    readonly matches: boolean;
    readonly parts: readonly { readonly part: string; readonly matches: boolean }[];
  } | null;
}

export interface ShownPlace {
  readonly archive: string;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
}

/** One message. Of a file that can be sought its text is mailparser's; of a packed one what was kept of it: without list footers and encoded blocks. */
export interface ShownMessage {
  readonly id: string;
  readonly messageId: string;
  readonly archives: readonly string[];
  readonly subject: string;
  readonly from: readonly Address[];
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly date: string;
  readonly received: string;
  readonly size: number;
  readonly text: string;
  readonly attachments: readonly Attachment[];
  readonly places: readonly ShownPlace[];
  readonly problems: readonly MessageProblem[];
  /** The message as it was sent; null unless it was asked for. */
  readonly raw: Uint8Array | null;
}

export interface ConnectionInfo {
  readonly connection: string;
  readonly engine: string;
  readonly version: string;
  readonly target: string;
  readonly live: string | null;
  readonly documents: number;
  readonly bytes: number;
  /** Changes in the log that the live generation has not applied. */
  readonly lag: number;
  /** Non-null: why its engine cannot be asked. Nothing else is known of it then. */
  readonly failure: string | null;
  /** Non-null: fields or analysis no longer fit, and what to do. */
  readonly rebuildNeeded: string | null;
  readonly fields: readonly string[];
  readonly capabilities: Readonly<Record<string, boolean>>;
  readonly generations: readonly {
    readonly name: string;
    readonly state: 'live' | 'building' | 'kept';
    readonly documents: number;
    readonly bytes: number;
    readonly createdAt: string;
    readonly notes: readonly string[];
  }[];
}

export interface QuarantineEntry {
  readonly key: number;
  /** Of the message; null where none could be made out. */
  readonly id: string | null;
  readonly archive: string;
  readonly path: string;
  readonly offset: number;
  readonly length: number;
  /** Null: it failed before any connection was asked. */
  readonly connection: string | null;
  readonly reason: string;
  /** ISO 8601. */
  readonly at: string;
}
