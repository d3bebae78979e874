import type { Change } from '../backend/backend.ts';
import { unpackChanges } from '../backend/packed-changes.ts';
import type { Catalog, PendingChange, PlaceFile } from '../catalog/catalog.ts';
import { LIMITS } from '../limits.ts';
import type { Progress, SourceProblem } from './report.ts';
import { type RetryPolicy, type Target, writeAll, writeAllPacked } from './target.ts';
import type { WorkerPool } from './worker-pool.ts';
import type { BuildItem, BuildUnit, BuiltBatch, FailedItem } from './worker-protocol.ts';

export interface FeedResult {
  readonly documents: number;
  readonly bytes: number;
  readonly cutTokens: number;
  readonly cutMessages: number;
  /** Documents that could not be built, by archive: in quarantine. */
  readonly problems: readonly SourceProblem[];
}

export interface FeedOptions {
  readonly batchMessages: number;
  readonly retry: RetryPolicy;
  readonly onProgress: (progress: Progress) => void;
}

/** Raw bytes of messages that are read again at a time while the log is drained. */
const PAGE_BYTES = 32 * 1024 * 1024;
const PAGE_MESSAGES = 1000;

/**
 * Reads every message of the catalog once and gives its document to all targets, which are new generations. Documents carry
 * their rank in (date, id) order. When it returns the targets have all that the log held when it began.
 */
export async function feedAll(
  catalog: Catalog,
  pool: WorkerPool,
  targets: readonly Target[],
  options: FeedOptions,
): Promise<FeedResult> {
  const head = await catalog.head();
  const ranks = await catalog.ranks();
  const total = await catalog.countMessages(null);
  const feed = new Feed(catalog, targets, total, options);
  let failure: unknown = null;
  let turn: Promise<void> = Promise.resolve();
  for await (const { unit, sequential } of bulkUnits(catalog, ranks, options.batchMessages)) {
    if (failure !== null) break;
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
  if (failure !== null) throw failure;
  await writeAll(catalog, targets, [], head, options.retry);
  return feed.result;
}

/** Drains the log into targets that are behind, in its order. */
export async function feedChanges(
  catalog: Catalog,
  pool: WorkerPool,
  targets: readonly Target[],
  options: FeedOptions,
): Promise<FeedResult> {
  const head = await catalog.head();
  let at = Math.min(...targets.map((t) => t.writer.applied));
  const feed = new Feed(catalog, targets, null, options);
  while (at < head && targets.some((t) => t.failure === null)) {
    const page = pageOf(await catalog.changes(at, Math.min(PAGE_MESSAGES, options.batchMessages)));
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

/** Counts what goes by and passes it on. */
class Feed {
  readonly #catalog: Catalog;
  readonly #targets: readonly Target[];
  readonly #total: number | null;
  readonly #options: FeedOptions;
  readonly #problems: SourceProblem[] = [];
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
      problems: this.#problems,
    };
  }

  async write(batch: BuiltBatch, upTo: number): Promise<void> {
    await this.#receive(batch);
    await writeAllPacked(this.#catalog, this.#targets, batch.packed, upTo, this.#options.retry);
    this.#passed(batch.packed.spans.length);
  }

  /** Reads one page of the log and writes it as one batch. */
  async page(pool: WorkerPool, unit: BuildUnit, removals: readonly Change[], upTo: number): Promise<void> {
    const changes: Change[] = [...removals];
    if (unit.files.length > 0) {
      await pool.run(unit, async (batch) => {
        this.#options.retry.signal?.throwIfAborted();
        if (batch.kind !== 'built') return;
        changes.push(...unpackChanges(batch.packed));
        await this.#receive(batch);
      });
    }
    changes.sort((a, b) => a.seq - b.seq);
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
    for (const item of batch.failed) await this.#setAside(item);
  }

  /** A message that changed under us goes back into the log; one that cannot be parsed into quarantine. */
  async #setAside({ id, file, why, offset, length, reason }: FailedItem): Promise<void> {
    const at = await this.#catalog.file(file);
    const path = at === null ? '' : at.name === '' ? at.path : `${at.path}/${at.name}`;
    if (why === 'failed') {
      await this.#catalog.quarantinePlace(file, { offset, length, reason });
    } else {
      await this.#catalog.logAgain([id]);
    }
    const message = `message at ${offset}: ${reason}${why === 'failed' ? '' : '; run update_index'}`;
    this.#problems.push({ archive: at?.archive ?? '', path, message });
  }
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

/** All messages by file and offset: a compressed file as one unit, the rest in units of a batch. */
async function* bulkUnits(
  catalog: Catalog,
  ranks: Uint32Array,
  batchMessages: number,
): AsyncGenerator<{ readonly unit: BuildUnit; readonly sequential: boolean }> {
  let files: { file: PlaceFile; items: BuildItem[] }[] = [];
  let messages = 0;
  let bytes = 0;
  const unit = (): BuildUnit => {
    const made: BuildUnit = { kind: 'build', files, skip: [] };
    files = [];
    messages = 0;
    bytes = 0;
    return made;
  };
  for (const file of await catalog.filesToRead()) {
    const packed = file.compression !== 'none' && file.kind === 'mbox';
    if (packed && messages > 0) yield { unit: unit(), sequential: false };
    let after = -1;
    for (;;) {
      const changes = await catalog.messagesOfFile(file.key, after, PAGE_MESSAGES);
      const last = changes.at(-1);
      if (last?.place === undefined || last.place === null) break;
      after = last.place.offset;
      for (const change of changes) {
        let open = files.at(-1);
        if (open === undefined || open.file.key !== file.key) {
          open = { file, items: [] };
          files.push(open);
        }
        open.items.push(itemOf(change, ranks[change.key] ?? null));
        messages++;
        bytes += change.place?.length ?? 0;
        if (!packed && (messages >= batchMessages || bytes >= LIMITS.batchBytes * 2)) {
          yield { unit: unit(), sequential: false };
        }
      }
    }
    if (packed && messages > 0) yield { unit: unit(), sequential: true };
  }
  if (messages > 0) yield { unit: unit(), sequential: false };
}

function itemOf(
  { seq, id, place, archives, date, received, size }: PendingChange,
  rank: number | null,
): BuildItem {
  return {
    seq,
    id,
    rank,
    offset: place?.offset ?? 0,
    length: place?.length ?? 0,
    archives,
    date,
    received,
    size,
  };
}
