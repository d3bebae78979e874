import type { Backend, Change, GenerationWriter, WriteOutcome } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { ConnectionFailure } from './report.ts';
import type { BuiltItem } from './worker-protocol.ts';

/** A connection that is being written, and what has become of it. One that fails is left behind; the others go on. */
export interface Target {
  readonly connection: string;
  readonly backend: Backend;
  readonly writer: GenerationWriter;
  /** A new generation, built from nothing. */
  readonly bulk: boolean;
  /** Whether documents of an archive belong into this connection. */
  readonly inScope: (archive: string) => boolean;
  readonly counts: { added: number; updated: number; removed: number };
  failure: ConnectionFailure | null;
}

export interface RetryPolicy {
  /** Times that an outage is retried, after 2^n seconds. */
  readonly maxRetries: number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly log: (level: 'warn', message: string) => void;
}

/** A document to be put, as built, or a message to be removed. */
export type TargetChange =
  | ({ readonly kind: 'put' } & BuiltItem)
  | { readonly kind: 'remove'; readonly seq: number; readonly id: string };

/** Gives a batch to every target that still stands, at the same time. */
export async function writeAll(
  catalog: Catalog,
  targets: readonly Target[],
  changes: readonly TargetChange[],
  upTo: number,
  retry: RetryPolicy,
): Promise<void> {
  await Promise.all(
    targets
      .filter((t) => t.failure === null)
      .map((target) => writeOne(catalog, target, changes, upTo, retry)),
  );
}

async function writeOne(
  catalog: Catalog,
  target: Target,
  changes: readonly TargetChange[],
  upTo: number,
  retry: RetryPolicy,
): Promise<void> {
  const wanted = target.bulk ? changes : changes.filter((c) => c.seq > target.writer.applied);
  const forTarget = wanted.flatMap((change) => scoped(change, target));
  try {
    const outcome = await withRetries(target, () => target.writer.write(forTarget, upTo, retry), retry);
    target.counts.added += outcome.added;
    target.counts.updated += outcome.updated;
    target.counts.removed += outcome.removed;
    await quarantineRefused(catalog, target, outcome);
  } catch (error) {
    retry.signal?.throwIfAborted();
    fail(target, error);
  }
}

/** Remembers that a connection failed; its log is drained by a later run. */
export function fail(target: Target, error: unknown): void {
  target.failure = {
    connection: target.connection,
    code: error instanceof HayrickError ? error.code : 'ENGINE_FAILED',
    message: error instanceof Error ? error.message : String(error),
  };
}

/** The change as the connection should see it: without archives it does not take. */
function scoped(change: TargetChange, { inScope, bulk }: Target): Change[] {
  const { seq } = change;
  if (change.kind === 'remove') return bulk ? [] : [{ kind: 'remove', seq, id: change.id }];
  const { document, rank } = change;
  const archives = document.archives.filter(inScope);
  if (archives.length === 0) return bulk ? [] : [{ kind: 'remove', seq, id: document.id }];
  const same = archives.length === document.archives.length;
  return [
    { kind: 'put', seq, document: same ? document : { ...document, archives }, rank: bulk ? rank : null },
  ];
}

async function withRetries<T>(target: Target, work: () => Promise<T>, retry: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      retry.signal?.throwIfAborted();
      const outage = error instanceof HayrickError && OUTAGES.has(error.code);
      if (!outage || attempt > retry.maxRetries) throw error;
      const seconds = 2 ** attempt;
      retry.log('warn', `${target.connection}: ${error.message} Trying again in ${seconds} s.`);
      await retry.sleep(seconds * 1000, retry.signal);
    }
  }
}

/** Failures that may pass by themselves. */
const OUTAGES: ReadonlySet<string> = new Set(['LOCKED', 'ENGINE_UNREACHABLE', 'DISK_FULL']);

async function quarantineRefused(
  catalog: Catalog,
  { connection }: Target,
  { refused }: WriteOutcome,
): Promise<void> {
  if (refused.length === 0) return;
  const messages = new Map((await catalog.messages(refused.map((r) => r.id))).map((m) => [m.id, m]));
  for (const { id, reason } of refused) {
    const message = messages.get(id);
    if (message !== undefined) await catalog.quarantineMessage(message.key, connection, reason);
  }
}
