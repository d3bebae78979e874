import type { TextField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { type DiffRun, type Diffs, type Message, patchIds, readDiffs } from '../message/index.ts';

/** What is indexed of a message's patches. */
export interface PatchFacts {
  /** One a text in which a diff stands. */
  readonly texts: readonly { readonly bytes: Buffer; readonly diffs: Diffs }[];
  /** Names of changed files, each once. */
  readonly files: readonly string[];
  readonly keywords: readonly (readonly [field: 'dfpre' | 'dfpost' | 'patchid', values: readonly string[]])[];
  /** Ids beyond the limits. */
  readonly cut: number;
}

const KIND_OF: Partial<Record<TextField, DiffRun['kind']>> = {
  dfa: 'removed',
  dfb: 'added',
  dfhh: 'head',
  dfctx: 'context',
};

/** Null where the message holds no patch. */
export function readPatches({ patches }: Pick<Message, 'patches'>): PatchFacts | null {
  if (patches.length === 0) return null;
  const texts = patches.map((text) => {
    const bytes = Buffer.from(text.buffer, text.byteOffset, text.byteLength);
    return { bytes, diffs: readDiffs(bytes), ids: patchIds(bytes) };
  });
  let cut = 0;
  const upTo = (most: number, lists: readonly (readonly string[])[]): readonly string[] => {
    const each = [...new Set(lists.flat())];
    cut += Math.max(0, each.length - most);
    return each.slice(0, most);
  };
  const { patchBlobs, patchIds: patchIdsKept } = LIMITS;
  const before = texts.map(({ diffs }) => diffs.before);
  const after = texts.map(({ diffs }) => diffs.after);
  const ids = texts.map((text) => text.ids);
  const keywords: PatchFacts['keywords'] = [
    ['dfpre', upTo(patchBlobs, before)],
    ['dfpost', upTo(patchBlobs, after)],
    ['patchid', upTo(patchIdsKept, ids)],
  ];
  return { texts, files: [...new Set(texts.flatMap(({ diffs }) => diffs.files))], keywords, cut };
}

/** Gives every stretch of lines that belongs into a field: each is a value of its own. */
export function eachStretch(
  { texts }: PatchFacts,
  field: TextField,
  use: (bytes: Buffer, start: number, end: number) => void,
): void {
  const kind = KIND_OF[field];
  for (const { bytes, diffs } of texts) {
    for (const run of diffs.runs) if (run.kind === kind) use(bytes, run.start, run.end);
  }
}
