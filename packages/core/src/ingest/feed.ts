import type { Change } from '../backend/backend.ts';
import { packedOf, unpackChanges } from '../backend/packed-changes.ts';
import type { Catalog, FreshMessage, PendingChange, PlaceFile } from '../catalog/catalog.ts';
import { LEFT_OUT } from '../catalog/verify-catalog.ts';
import { bulkUnits, itemOf } from './bulk-units.ts';
import type { Progress, SourceProblem } from './report.ts';
import { noteBuild, RESUME_FROM } from './resume.ts';
import {
  fail,
  type RetryPolicy,
  standing,
  type Target,
  withRetries,
  writeAll,
  writeAllPacked,
} from './target.ts';
import type { TextKeeper } from './text-keeper.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { BuildItem, BuildUnit, BuiltBatch, BuiltScan, FailedItem } from './worker-protocol.ts';

export interface FeedResult {
  readonly documents: number;
  readonly bytes: number;
  readonly cutTokens: number;
  readonly cutMessages: number;
  /** Messages that are not where they were; they stay in the log. */
  readonly problems: readonly SourceProblem[];
}

export interface FeedOptions {
  readonly batchMessages: number;
  readonly retry: RetryPolicy;
  /** Of the log: what stands behind it is left for a later run. Null: the log's head at the beginning. */
  readonly upTo: number | null;
  readonly texts: TextKeeper;
  readonly onProgress: (progress: Progress) => void;
}

/** Raw bytes of messages that are read again at a time while the log is drained. */
const PAGE_BYTES = 32 * 1024 * 1024;
const PAGE_MESSAGES = 1000;

/**
 * Reads every message of the catalog once and gives its document to all targets, which are new generations. Documents carry
 * their rank in (date, id) order. When it returns the targets have all that the log held when it began; a single target that a dead run has begun
 * is given what it lacks of what the log held then.
 */
export async function feedAll(
  catalog: Catalog,
  pool: WorkerPool,
  targets: readonly Target[],
  options: FeedOptions,
): Promise<FeedResult> {
  const begun = targets.length === 1 ? (targets[0]?.begun ?? null) : null;
  const head = begun?.head ?? options.upTo ?? (await catalog.head());
  const ranks = begun?.ranks ?? (await catalog.ranks(null));
  const total = await catalog.countMessages(null);
  const feed = new Feed(catalog, targets, total - (begun?.documents ?? 0), options);
  const read = begun?.read ?? new Uint8Array(ranks.length);
  if (begun === null && total >= RESUME_FROM) await noteAll(catalog, targets, { head, ranks });
  let failure: unknown = null;
  let turn: Promise<void> = Promise.resolve();
  for await (const { unit, sequential } of bulkUnits(catalog, ranks, read, head, options.batchMessages)) {
    if (failure !== null || standing(targets).length === 0) break;
    await pool.room();
    const before = turn;
    const running = pool.run(unit, async (batch) => {
      // Stretches of plain files are written in their order, so that row numbers mostly rise.
      if (!sequential) await before;
      if (batch.kind === 'built') await feed.write(batch, 0);
    });
    if (!sequential) turn = Promise.allSettled([before, running]).then(() => undefined);
    running.catch((error: unknown) => {
      failure ??= error;
    });
  }
  await pool.idle();
  await turn;
  if (failure !== null) throw failure;
  // Another run may have found them in other places meanwhile, behind ours.
  if (standing(targets).length > 0) await catalog.logUnread(read, head);
  await writeAll(catalog, targets, [], head, options.retry);
  return feed.result;
}

async function noteAll(
  catalog: Catalog,
  targets: readonly Target[],
  build: { readonly head: number; readonly ranks: Uint32Array },
): Promise<void> {
  for (const target of targets) {
    await noteBuild(catalog, target.connection, { ...build, generation: target.writer.generation });
    target.noted = true;
  }
}

/** Takes the documents of messages that are read for the first time, while they are recorded, into new generations. */
export interface FirstFeed {
  /** @param fresh as the catalog answered */
  take(built: BuiltScan, fresh: readonly (FreshMessage | null)[]): Promise<void>;
  /**
   * What was not taken as it now is (a message of several copies has changed since, or was not where it was expected) stands in the log
   * behind what the targets hold then.
   */
  end(): Promise<FeedResult>;
  /** By message key: the seqs of those that were taken, as they were then. */
  readonly taken: Float64Array;
  readonly result: FeedResult;
}

/** @param total messages that are expected */
export function openFirstFeed(
  catalog: Catalog,
  targets: readonly Target[],
  total: number,
  options: FeedOptions,
): FirstFeed {
  const feed = new Feed(catalog, targets, total, options);
  let seqs = new Float64Array(1024);

  function remember({ key, seq }: FreshMessage): void {
    if (key >= seqs.length) {
      const larger = new Float64Array(Math.max(key + 1, seqs.length * 2));
      larger.set(seqs);
      seqs = larger;
    }
    seqs[key] = seq;
  }

  return {
    get taken() {
      return seqs;
    },
    get result() {
      return feed.result;
    },
    async take({ documents, ranks }, fresh) {
      const wanted = new Set<number>();
      for (const [i, message] of fresh.entries()) {
        const rank = ranks[i] ?? 0;
        if (message === null || rank === 0) continue;
        remember(message);
        wanted.add(rank);
      }
      // The bytes were counted when they were scanned.
      await feed.write({ ...documents, bytes: 0, packed: packedOf(documents.packed, wanted) }, 0);
    },
    async end() {
      const head = await catalog.head();
      await catalog.logOthers(seqs);
      await writeAll(catalog, targets, [], head, options.retry);
      return feed.result;
    },
  };
}

/** Drains the log into targets that are behind, in its order. */
export async function feedChanges(
  catalog: Catalog,
  pool: WorkerPool,
  targets: readonly Target[],
  options: FeedOptions,
): Promise<FeedResult> {
  const head = options.upTo ?? (await catalog.head());
  let at = Math.min(...targets.map((t) => t.writer.applied));
  const feed = new Feed(catalog, targets, null, options);
  while (at < head && standing(targets).length > 0) {
    const next = await catalog.changes(at, Math.min(PAGE_MESSAGES, options.batchMessages));
    const page = pageOf(next.filter(({ seq }) => seq <= head));
    const last = page.at(-1);
    if (last === undefined) break;
    const removals = page.flatMap((c): Change[] =>
      c.archives.length === 0 ? [{ kind: 'remove', seq: c.seq, id: c.id }] : [],
    );
    await feed.page(pool, await unitOfPage(catalog, page), removals, last.seq);
    at = last.seq;
  }
  return feed.result;
}

/**
 * Feeds those that had an outage and were left behind, each by itself; now an outage is waited for. A new generation begins afresh.
 * @param fingerprint of what is built today
 */
export async function feedLagging(
  catalog: Catalog,
  pool: () => WorkerPool,
  targets: readonly Target[],
  options: FeedOptions & { readonly fingerprint: string },
): Promise<FeedResult[]> {
  const results: FeedResult[] = [];
  for (const target of targets) {
    if (!target.lagging || target.failure !== null) continue;
    target.lagging = false;
    try {
      if (target.loading)
        await withRetries(target, () => beginAfresh(target, options.fingerprint), options.retry);
    } catch (error) {
      fail(target, error);
      continue;
    }
    const feedOne = target.loading ? feedAll : feedChanges;
    results.push(await feedOne(catalog, pool(), [target], options));
  }
  return results;
}

async function beginAfresh(target: Target, fingerprint: string): Promise<void> {
  const { backend, writer, counts } = target;
  const made = await backend.create(fingerprint);
  target.writer = made;
  target.begun = null;
  Object.assign(counts, { added: 0, updated: 0, removed: 0 });
  await writer.close();
  await backend.drop(writer.generation);
}

/** Counts what goes by and passes it on. */
class Feed {
  readonly #catalog: Catalog;
  readonly #targets: readonly Target[];
  readonly #total: number | null;
  readonly #options: FeedOptions;
  readonly #troubles = new Map<string, Trouble>();
  #documents = 0;
  #bytes = 0;
  #cutTokens = 0;
  #cutMessages = 0;

  constructor(catalog: Catalog, targets: readonly Target[], total: number | null, options: FeedOptions) {
    this.#catalog = catalog;
    this.#targets = targets;
    this.#total = total;
    this.#options = options;
  }

  get result(): FeedResult {
    return {
      documents: this.#documents,
      bytes: this.#bytes,
      cutTokens: this.#cutTokens,
      cutMessages: this.#cutMessages,
      problems: [...this.#troubles.values()].map(problemOf),
    };
  }

  async write(batch: BuiltBatch, upTo: number): Promise<void> {
    await this.#receive(batch);
    await writeAllPacked(this.#catalog, this.#targets, batch.packed, upTo, this.#options.retry);
    this.#passed(batch.packed.spans.length);
  }

  /** Reads one page of the log and writes it as one batch. */
  async page(pool: WorkerPool, unit: BuildUnit, removals: readonly Change[], upTo: number): Promise<void> {
    const puts = new Map<number, Change>();
    if (unit.files.length > 0) {
      await pool.run(unit, async (batch) => {
        this.#options.retry.signal?.throwIfAborted();
        if (batch.kind !== 'built') return;
        // A page that a thread died of is built once more.
        for (const change of unpackChanges(batch.packed)) puts.set(change.seq, change);
        await this.#receive(batch);
      });
    }
    const changes = [...removals, ...puts.values()].sort((a, b) => a.seq - b.seq);
    await writeAll(this.#catalog, this.#targets, changes, upTo, this.#options.retry);
    this.#passed(changes.length - removals.length);
  }

  #passed(documents: number): void {
    this.#documents += documents;
    this.#options.onProgress({
      phase: 'index',
      done: this.#documents,
      total: this.#total,
      messages: this.#documents,
    });
  }

  async #receive(batch: BuiltBatch): Promise<void> {
    this.#options.retry.signal?.throwIfAborted();
    this.#bytes += batch.bytes;
    this.#cutTokens += batch.cutTokens;
    this.#cutMessages += batch.cutMessages;
    const leftOut = batch.leftOut.map((id) => ({ id, digest: LEFT_OUT }));
    const built =
      leftOut.length === 0 ? batch.packed.spans : batch.packed.spans.filter(({ digest }) => digest > 0);
    await this.#catalog.noteDigests([...built, ...leftOut]);
    await this.#options.texts.put(batch.texts);
    if (batch.failed.length > 0) await this.#setAside(batch.failed);
  }

  /** Messages that changed under us go back into the log; those that cannot be parsed into quarantine. */
  async #setAside(failed: readonly FailedItem[]): Promise<void> {
    for (const item of failed.filter(({ why }) => why === 'failed')) {
      await this.#catalog.quarantinePlace(item.file, item);
    }
    const again = failed.filter(({ why }) => why !== 'failed');
    if (again.length > 0) await this.#catalog.logAgain(again.map(({ id }) => id));
    for (const first of again) {
      const name = `${first.file} ${first.why}`;
      const known = this.#troubles.get(name);
      if (known === undefined) {
        this.#troubles.set(name, { first, file: await this.#catalog.file(first.file), messages: 1 });
      } else known.messages++;
    }
  }
}

/** Messages of one file that could not be read: a disk that is gone is told in a line a file. */
interface Trouble {
  readonly first: FailedItem;
  readonly file: PlaceFile | null;
  messages: number;
}

function problemOf({ first: { offset, reason }, file, messages }: Trouble): SourceProblem {
  const path = file === null ? '' : file.name === '' ? file.path : `${file.path}/${file.name}`;
  const which = messages === 1 ? `message at ${offset}` : `${messages} messages, the first at ${offset}`;
  return { archive: file?.archive ?? '', path, message: `${which}: ${reason}; run update_index` };
}

/** The log's next entries, as many as may be held in memory. */
function pageOf(changes: readonly PendingChange[]): readonly PendingChange[] {
  let bytes = 0;
  const end = changes.findIndex((c, i) => {
    bytes += c.place?.length ?? 0;
    return bytes > PAGE_BYTES && i > 0;
  });
  return end === -1 ? changes : changes.slice(0, end);
}

async function unitOfPage(catalog: Catalog, page: readonly PendingChange[]): Promise<BuildUnit> {
  const byFile = new Map<number, BuildItem[]>();
  for (const change of page) {
    if (change.place === null || change.archives.length === 0) continue;
    const items = byFile.get(change.place.file) ?? [];
    items.push(itemOf(change, null));
    byFile.set(change.place.file, items);
  }
  const files: { file: PlaceFile; items: BuildItem[] }[] = [];
  for (const [key, items] of byFile) {
    const file = await catalog.file(key);
    if (file !== null) files.push({ file, items: items.sort((a, b) => a.offset - b.offset) });
  }
  return { kind: 'build', files, skip: [] };
}
