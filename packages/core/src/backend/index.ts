export type { Document, KeptValues } from '../document/document.ts';
export { BOUNDARY } from '../document/document.ts';
export type { ErrorCode } from '../errors.ts';
export { HayrickError, unreachable } from '../errors.ts';
export type { DeclaredField, FieldName, KeywordField, NumberField, TextField } from '../fields/fields.ts';
export {
  BARE_FIELDS,
  FIELDS,
  KEYWORD_FIELDS,
  NUMBER_FIELDS,
  PATCH_TEXT_FIELDS,
  TEXT_FIELDS,
} from '../fields/fields.ts';
export { LIMITS } from '../limits.ts';
export type { Condition, PhraseItem } from '../query/condition.ts';
export type {
  Abortable,
  Access,
  Backend,
  BackendContext,
  BackendModule,
  Capabilities,
  Change,
  Damage,
  EngineExplanation,
  FoundDocument,
  GenerationInfo,
  GenerationInspector,
  GenerationReader,
  GenerationWriter,
  Position,
  Refusal,
  SearchPage,
  SearchRequest,
  Sort,
  StoredDocument,
  WriteOutcome,
} from './backend.ts';
export { CONTRACT_VERSION } from './backend.ts';
export { FILE_MODE, FOLDER_MODE, replaceFile, syncToDisk } from './durable-files.ts';
export { expandFuzzy } from './expand-fuzzy.ts';
export {
  compareTexts,
  FACET_FIELDS,
  type FacetCount,
  type FacetQuestion,
  type FacetRequest,
  facetFields,
  isWholeAddress,
  openPeriods,
  topValues,
} from './facet-questions.ts';
export type {
  FieldStats,
  OrderedDocument,
  OrderedPage,
  OrderKey,
  OrderPlace,
  OrderRequest,
  OrderValue,
  Scoring,
} from './field-questions.ts';
export { type GenerationFolders, generationFolders, generationNone } from './generation-folders.ts';
export { guardBackend } from './guard.ts';
export {
  type ChangePacker,
  createChangePacker,
  type PackedChange,
  type PackedChanges,
  unpackChanges,
  unpackWithoutTexts,
} from './packed-changes.ts';
