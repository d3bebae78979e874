import type { Backend, Change, GenerationWriter, WriteOutcome } from '../backend/backend.ts';
import { type PackedChanges, unpackChanges } from '../backend/packed-changes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { ConnectionFailure } from './report.ts';

/** A connection that is being written, and what has become of it. One that fails is left behind; the others go on. */
export interface Target {
  readonly connection: string;
  readonly backend: Backend;
  /** Another one once a new generation is loaded and goes on as a live one does. */
  writer: GenerationWriter;
  /** A new generation, built from nothing. */
  readonly bulk: boolean;
  /** It is being loaded: documents come with ranks, in no order of the log. */
  loading: boolean;
  /** Whether documents of an archive belong into this connection. */
  readonly inScope: (archive: string) => boolean;
  /** It takes all archives. */
  readonly everything: boolean;
  readonly counts: { added: number; updated: number; removed: number };
  failure: ConnectionFailure | null;
  /** The generation is whole: nothing more is written. */
  finished: boolean;
}

export interface RetryPolicy {
  /** Times that an outage is retried, after 2^n seconds. */
  readonly maxRetries: number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  readonly signal?: AbortSignal | undefined;
  readonly log: (level: 'warn', message: string) => void;
}

/** Gives changes to every target that still stands, at the same time. */
export async function writeAll(
  catalog: Catalog,
  targets: readonly Target[],
  changes: readonly Change[],
  upTo: number,
  retry: RetryPolicy,
): Promise<void> {
  await Promise.all(
    standing(targets).map((target) => {
      // Another connection may be further behind.
      if (!target.loading && target.writer.applied >= upTo) return undefined;
      const wanted = target.loading ? changes : changes.filter((c) => c.seq > target.writer.applied);
      const forTarget = wanted.flatMap((change) => scoped(change, target));
      return writeOne(catalog, target, () => target.writer.write(forTarget, upTo, retry), retry);
    }),
  );
}

/** The same for the packed documents of a bulk build, which are left packed where that is enough. */
export async function writeAllPacked(
  catalog: Catalog,
  targets: readonly Target[],
  packed: PackedChanges,
  upTo: number,
  retry: RetryPolicy,
): Promise<void> {
  const [only, ...others] = standing(targets);
  if (only === undefined) return;
  const writePacked = only.writer.writePacked?.bind(only.writer);
  if (writePacked === undefined || others.length > 0 || !only.everything) {
    return writeAll(catalog, targets, [...unpackChanges(packed)], upTo, retry);
  }
  // The engine takes the bytes over: it is sent a copy, so that an outage can be retried.
  const write = () => writePacked({ ...packed, bytes: packed.bytes.slice() }, upTo, retry);
  return writeOne(catalog, only, write, retry);
}

function standing(targets: readonly Target[]): readonly Target[] {
  return targets.filter((t) => t.failure === null);
}

async function writeOne(
  catalog: Catalog,
  target: Target,
  write: () => Promise<WriteOutcome>,
  retry: RetryPolicy,
): Promise<void> {
  try {
    const outcome = await withRetries(target, write, retry);
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
  target.failure = failureOf(target.connection, error);
}

export function failureOf(connection: string, error: unknown): ConnectionFailure {
  return {
    connection,
    code: error instanceof HayrickError ? error.code : 'ENGINE_FAILED',
    message: error instanceof Error ? error.message : String(error),
  };
}

/** The change as the connection should see it: without archives it does not take. */
function scoped(change: Change, { inScope, loading }: Target): Change[] {
  const { seq } = change;
  if (change.kind === 'remove') return loading ? [] : [change];
  const { document, rank } = change;
  const archives = document.archives.filter(inScope);
  if (archives.length === 0) return loading ? [] : [{ kind: 'remove', seq, id: document.id }];
  const same = archives.length === document.archives.length;
  return [
    { kind: 'put', seq, document: same ? document : { ...document, archives }, rank: loading ? rank : null },
  ];
}

async function withRetries<T>(target: Target, work: () => Promise<T>, retry: RetryPolicy): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      retry.signal?.throwIfAborted();
      const outage = error instanceof HayrickError && mayPass(error, target);
      if (!outage || attempt > retry.maxRetries) throw error;
      const seconds = 2 ** attempt;
      retry.log('warn', `${target.connection}: ${error.message} Trying again in ${seconds} s.`);
      await retry.sleep(seconds * 1000, retry.signal);
    }
  }
}

/** A full disk takes a bulk load's open transaction with it, and with it batches that were written before: only a new build has them all. */
function mayPass({ code }: HayrickError, { loading }: Target): boolean {
  return OUTAGES.has(code) && !(loading && code === 'DISK_FULL');
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
