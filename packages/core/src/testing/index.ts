export {
  condition as arbitraryCondition,
  type Kinds as ConditionKinds,
  namingOnly,
} from './arbitraries/conditions.ts';
export {
  ARCHIVES,
  backendDocument,
  DECLARED,
  oracleDocument as arbitraryDocument,
  oracleDocuments as arbitraryDocuments,
} from './arbitraries/documents.ts';
export type { OpenBackend, Subject } from './conformance/rig.ts';
export { backendConformance, type ConformanceSubject, showFact } from './conformance/suite.ts';
export { type ArchiveFacts, countMatches, surveyArchive } from './oracle/archive-oracle.ts';
export { type FacetView, facetCounts } from './oracle/facet-counts.ts';
export { compareOrdered, orderValues, statsOf } from './oracle/field-order.ts';
export { matches, mayRead, type OracleDocument } from './oracle/matches.ts';
export { oracleDocument, type PlaceFacts } from './oracle/oracle-document.ts';
export { referenceTokens } from './oracle/reference-analyser.ts';
export { asserting } from './wrappers/asserting.ts';
export { ContractBreach } from './wrappers/breach.ts';
export { type Crankiness, cranky } from './wrappers/cranky.ts';
