import type { SourceKind } from './source.ts';

/** Whether a source of that kind is one file with many messages, one behind the other. */
export function isMbox(kind: SourceKind): boolean {
  return kind === 'mbox' || kind === 'pipermail';
}
