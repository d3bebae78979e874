export type { Capabilities, Sort } from './backend/backend.ts';
export type { DocumentHook, HookChanges, HookMessage } from './document/index.ts';
export { type ErrorCode, type ErrorKind, HayrickError } from './errors.ts';
export { type DeclaredField, FIELDS, type FieldName } from './fields/fields.ts';
export type { ArchiveOutlook, ConnectionOutlook, FileOutlook, UpdatePlan } from './ingest/plan-update.ts';
export type {
  ConnectionCounts,
  ConnectionFailure,
  Counts,
  Progress,
  Reads,
  Report,
  SourceProblem,
} from './ingest/report.ts';
export { LIMITS } from './limits.ts';
export type { Address } from './message/message.ts';
export { didYouMean } from './nearest.ts';
export type { QueryProblem } from './query/query.ts';
export type {
  Columns,
  DateValue,
  FacetName,
  Filter,
  MessageHit,
  NoFields,
  OwnField,
  OwnFields,
  OwnFieldsOf,
  QuerySet,
  ReadOptions,
  SelectionJson,
  Stats,
  StoredValues,
} from './query-set/index.ts';
export type {
  ConnectionInfo,
  CountAnswer,
  ExplainAnswer,
  ExplainClause,
  ExplainPart,
  FacetAsked,
  FacetValue,
  Hit,
  HitThread,
  QuarantineEntry,
  SearchAnswer,
  SearchOptions,
  ShownMessage,
  ShownPlace,
  SnippetPiece,
  Who,
} from './search/answers.ts';
export type { MissingMessage, ShownThread, ThreadEntry, ThreadMessage } from './search/shown-thread.ts';
export { defineSettings, type Settings, type SettingsInput } from './settings/settings.ts';
export { type EmbedOptions, embedSite } from './site/embed.ts';
export { openSite } from './site/open-site.ts';
export type {
  Ambient,
  QuarantineSelection,
  RebuildOptions,
  RetryReport,
  RollbackChoice,
  RollbackReport,
  RunOptions,
  Site,
  UpdateOptions,
} from './site/site.ts';
export type { RepairOptions, VerifyOptions } from './site/verifying.ts';
export type { RepairReport } from './verify/repair.ts';
export type { Behind, Difference, Level, Verification, What } from './verify/verification.ts';
