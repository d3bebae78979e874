import type {
  Access,
  Change,
  Condition,
  Damage,
  DeclaredField,
  Document,
  EngineExplanation,
  ErrorCode,
  FacetCount,
  FacetRequest,
  FieldStats,
  KeptValues,
  OrderedPage,
  OrderRequest,
  PackedChanges,
  SearchPage,
  SearchRequest,
  StoredDocument,
  WriteOutcome,
} from '@hayrick/core/backend';

/** What a thread of this backend is started with. */
export interface ThreadData {
  readonly role: 'load' | 'update' | 'read' | 'inspect';
  /** Of the generation's database file. */
  readonly path: string;
  readonly fields: readonly DeclaredField[];
}

/** A batch's outcome, and the seq that is now safely applied. */
export interface Written {
  readonly outcome: WriteOutcome;
  readonly applied: number;
}

/** The calls a thread answers, by role. Everything crosses by structured clone. */
export interface ThreadCalls {
  write(changes: Iterable<Change>, upTo: number): Written;
  writePacked(packed: PackedChanges, upTo: number): Written;
  finish(): void;
  search(request: SearchRequest, access: Access): SearchPage;
  count(condition: Condition, access: Access): number;
  explain(condition: Condition, access: Access): EngineExplanation;
  ordered(request: OrderRequest, access: Access): OrderedPage;
  stats(field: string, condition: Condition, access: Access): FieldStats;
  facets(request: FacetRequest, access: Access): readonly (readonly FacetCount[])[];
  kept(ids: readonly string[], access: Access): readonly (KeptValues | null)[];
  raw(query: unknown, limit: number, access: Access): readonly string[];
  state(): string;
  /** Answers when the index is open to be read. */
  opened(): void;
  stored(after: string | null, limit: number): readonly StoredDocument[];
  check(): readonly Damage[];
  compare(documents: readonly Document[]): readonly Damage[];
  close(): void;
}

export type CallName = keyof ThreadCalls;

export interface ThreadRequest {
  readonly call: number;
  readonly name: CallName;
  readonly args: readonly unknown[];
}

export type ThreadReply =
  | { readonly call: number; readonly ok: true; readonly value: unknown }
  | { readonly call: number; readonly ok: false; readonly code: ErrorCode | null; readonly message: string };
