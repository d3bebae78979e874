import type { Backend, Change, GenerationWriter, WriteOutcome } from '../backend/backend.ts';
import { type PackedChanges, unpackChanges } from '../backend/packed-changes.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import type { ConnectionFailure } from './report.ts';
import type { BegunBuild } from './resume.ts';
import { mayBeOfOneMessage, writeAround } from './write-around.ts';

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
  /** What a dead run has built of it; null: it begins empty. */
  begun: BegunBuild | null;
  /** It is written down how far it goes: what there is of it when this run breaks off, the next one goes on with. */
  noted: boolean;
  /** It had an outage while others went on: it is fed by itself behind them. */
  lagging: boolean;
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
  const all = standing(targets);
  await Promise.all(
    all.map((target) => {
      // Another connection may be further behind.
      if (!target.loading && target.writer.applied >= upTo) return undefined;
      const wanted = target.loading ? changes : changes.filter((c) => c.seq > target.writer.applied);
      const batch = wanted.flatMap((change) => scoped(change, target));
      const write = () => target.writer.write(batch, upTo, retry);
      return writeOne(
        catalog,
        target,
        { write, upTo, changes: () => batch },
        { ...retry, alone: all.length === 1 },
      );
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
  const all = standing(targets);
  const takesPacked = ({ writer, everything }: Target) => everything && writer.writePacked !== undefined;
  const others = all.filter((target) => !takesPacked(target));
  const changes = others.length === 0 ? [] : [...unpackChanges(packed)];
  await Promise.all(
    all.map((target) => {
      const { writer } = target;
      const writePacked = takesPacked(target) ? writer.writePacked?.bind(writer) : undefined;
      const unpacked = () =>
        (writePacked === undefined ? changes : [...unpackChanges(packed)]).flatMap((change) =>
          scoped(change, target),
        );
      const write =
        writePacked === undefined
          ? () => writer.write(unpacked(), upTo, retry)
          : // The engine takes the bytes over: it is sent a copy, so that it can be written again.
            () => writePacked({ ...packed, bytes: packed.bytes.slice() }, upTo, retry);
      return writeOne(
        catalog,
        target,
        { write, upTo, changes: unpacked },
        { ...retry, alone: all.length === 1 },
      );
    }),
  );
}

/** Those that are written now. */
export function standing(targets: readonly Target[]): readonly Target[] {
  return targets.filter((t) => t.failure === null && !t.lagging);
}

interface TargetBatch {
  readonly write: () => Promise<WriteOutcome>;
  readonly upTo: number;
  /** What is written, to be written in parts. */
  readonly changes: () => readonly Change[];
}

async function writeOne(
  catalog: Catalog,
  target: Target,
  batch: TargetBatch,
  retry: RetryPolicy & { readonly alone: boolean },
): Promise<void> {
  const insist = (write: () => Promise<WriteOutcome>) =>
    retry.alone ? withRetries(target, write, retry) : write();
  try {
    const outcome = await insist(batch.write).catch((error: unknown) => {
      retry.signal?.throwIfAborted();
      if (!mayBeOfOneMessage(error)) throw error;
      const { writer, loading } = target;
      retry.log('warn', `${target.connection}: ${error.message} Looking for the messages it fails on.`);
      return writeAround(
        (part, upTo) => insist(() => writer.write(part, upTo, retry)),
        batch.changes(),
        batch.upTo,
        ({ seq }) => (loading ? writer.applied : Math.max(writer.applied, seq)),
        error,
      );
    });
    target.counts.added += outcome.added;
    target.counts.updated += outcome.updated;
    target.counts.removed += outcome.removed;
    await quarantineRefused(catalog, target, outcome);
    if (!target.loading) await catalog.accepted(target.connection, takenOf(batch.changes(), outcome));
  } catch (error) {
    retry.signal?.throwIfAborted();
    // While it is waited for, the others would wait too.
    if (!retry.alone && isOutage(error, target)) {
      target.lagging = true;
      retry.log('warn', `${target.connection}: ${error.message} The others go on; it follows behind them.`);
    } else fail(target, error);
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

/** Not the caller's mistake: where there are several connections the others go on. */
export function isEngineFailure(error: unknown): boolean {
  return !(error instanceof HayrickError) || error.kind === 'failed';
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

/** Does what an outage may interrupt, and waits for the outage to pass. */
export async function withRetries<T>(
  target: Pick<Target, 'connection' | 'loading'>,
  work: () => Promise<T>,
  retry: RetryPolicy,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      retry.signal?.throwIfAborted();
      if (!isOutage(error, target) || attempt > retry.maxRetries) throw error;
      const seconds = 2 ** attempt;
      retry.log('warn', `${target.connection}: ${error.message} Trying again in ${seconds} s.`);
      await retry.sleep(seconds * 1000, retry.signal);
    }
  }
}

/** A full disk takes a bulk load's open transaction with it, and with it batches that were written before: only a new build has them all. */
function isOutage(error: unknown, { loading }: Pick<Target, 'loading'>): error is HayrickError {
  if (!(error instanceof HayrickError)) return false;
  return OUTAGES.has(error.code) && !(loading && error.code === 'DISK_FULL');
}

/** Failures that may pass by themselves. */
const OUTAGES: ReadonlySet<string> = new Set(['LOCKED', 'ENGINE_UNREACHABLE', 'DISK_FULL']);

/** The messages that a connection has taken. */
function takenOf(changes: readonly Change[], { refused }: WriteOutcome): readonly string[] {
  const not = new Set(refused.map(({ id }) => id));
  return changes.flatMap((change) =>
    change.kind === 'put' && !not.has(change.document.id) ? [change.document.id] : [],
  );
}

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
