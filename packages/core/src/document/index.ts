export type { BuiltDocument, DocumentBuilder, PlaceFacts } from './build.ts';
export { createDocumentBuilder } from './build.ts';
export type { Document } from './document.ts';
export { BOUNDARY } from './document.ts';
export { compareFingerprint, documentFingerprint } from './fingerprint.ts';
export type { DocumentHook, HookChanges, HookMessage } from './hook.ts';
