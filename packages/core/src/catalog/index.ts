export { HayrickError } from '../errors.ts';
export { baseSubject } from '../message/base-subject.ts';
export { chooseDates } from '../message/dates.ts';
export type { Address, Identity } from '../message/message.ts';
export type { Deletion } from '../source/git-survey.ts';
export { isSettled } from '../source/index.ts';
export type { Compression, SourceFile, SourceKind } from '../source/source.ts';
export {
  type CurrentTextStore,
  type OpenTextStore,
  type TextBlock,
  TextPacker,
  type TextStore,
  type TextStoreOptions,
  textIn,
  withoutTexts,
} from '../store/index.ts';
export type {
  ArchiveCounts,
  ArrivalSpan,
  Catalog,
  DroppedStretch,
  FreshMessage,
  MessageHomes,
  MessageRecord,
  OpenCatalog,
  Pending,
  PendingChange,
  PlaceFile,
  PlaceRecord,
  QuarantineEnd,
  QuarantineRecord,
  ScanBatch,
  ScannedMessage,
  ScannedQuarantine,
  ScanOutcome,
  StoredField,
  StoredValues,
} from './catalog.ts';
export type { Expectation, ExpectedDocument, Scope } from './expectation.ts';
export type {
  FileCounts,
  FileRecord,
  FolderStamp,
  FoundFile,
  Look,
  SourceCounts,
  SourceRecord,
} from './file-records.ts';
export { createLinkedNames, type LinkedNames } from './linked-names.ts';
export type {
  ComponentKeys,
  ComponentPlace,
  ThreadCatalog,
  ThreadLinks,
  ThreadMember,
} from './thread-catalog.ts';
export {
  type ExpectedMessage,
  LEFT_OUT,
  type NamedPlace,
  type ReadStretch,
  type ScanDifference,
  type TableCheck,
  type ThreadDifference,
  type VerifyCatalog,
} from './verify-catalog.ts';
