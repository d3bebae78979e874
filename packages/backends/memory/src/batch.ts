import type { Change, Document, WriteOutcome } from '@hayrick/core/backend';
import type { Batch } from './journal-frames.ts';

export interface PlannedBatch {
  readonly batch: Batch;
  readonly outcome: WriteOutcome;
  /** More than before, or fewer. */
  readonly growth: number;
}

/** What changes come down to when they are applied in their order: the last word on each id, and what happened on the way. */
export function planBatch(changes: Iterable<Change>, isKnown: (id: string) => boolean): PlannedBatch {
  const last = new Map<string, Document | null>();
  const counts = { added: 0, updated: 0, removed: 0 };
  for (const change of changes) {
    const id = change.kind === 'put' ? change.document.id : change.id;
    const before = last.get(id);
    const known = before === undefined ? isKnown(id) : before !== null;
    if (change.kind === 'put') {
      counts[known ? 'updated' : 'added']++;
      last.set(id, change.document);
    } else if (known) {
      counts.removed++;
      last.set(id, null);
    }
  }
  const put = [...last.values()].filter((document) => document !== null);
  const remove = [...last].flatMap(([id, document]) => (document === null && isKnown(id) ? [id] : []));
  const outcome = { ...counts, refused: [] };
  return { batch: { put, remove }, outcome, growth: counts.added - counts.removed };
}
