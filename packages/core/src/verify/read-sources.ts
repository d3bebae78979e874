import { unpackChanges } from '../backend/packed-changes.ts';
import type { Catalog, PendingChange, PlaceFile, ScannedMessage } from '../catalog/catalog.ts';
import type { FileRecord, SourceRecord } from '../catalog/file-records.ts';
import { LEFT_OUT } from '../catalog/verify-catalog.ts';
import type { Document } from '../document/index.ts';
import { FileProgress } from '../ingest/file-progress.ts';
import type { PlannedFile } from '../ingest/plan.ts';
import type { Progress } from '../ingest/report.ts';
import { RANGE_BYTES } from '../ingest/scan.ts';
import { type Stretch, stretchesOf, unitFiles } from '../ingest/stretches.ts';
import type { WorkerPool } from '../ingest/worker-pool.ts';
import type { Batch, BuildItem, BuildUnit, BuiltBatch } from '../ingest/worker-protocol.ts';
import { isMbox } from '../source/index.ts';
import type { Tell } from './verification.ts';

export interface ReadOptions {
  readonly catalog: Catalog;
  readonly pool: WorkerPool;
  /** Files of which nothing can be said. */
  readonly unsettled: ReadonlySet<number>;
  readonly tell: Tell;
  readonly onProgress: (progress: Progress) => void;
  readonly signal?: AbortSignal | undefined;
  /** Messages that say other things of themselves than the catalog does. */
  readonly onFacts: (message: ScannedMessage) => void;
  /** What is to be done with the documents that were built of messages; null: nothing. They come with the seq of their message. */
  readonly onDocuments: ((documents: readonly SeqDocument[]) => Promise<void>) | null;
}

export interface SeqDocument {
  readonly seq: number;
  readonly document: Document;
}

/** Files that are read together, and messages of one that are built together. */
const FILES_AT_ONCE = 2000;
const PAGE = 500;

/** Reads everything again and compares it with the catalog. @returns how many messages were read */
export async function readSources(options: ReadOptions): Promise<number> {
  const { catalog, signal } = options;
  const counter = { messages: 0 };
  for (const source of await catalog.sources()) {
    for (let after: string | null = null; ; ) {
      signal?.throwIfAborted();
      const files: readonly FileRecord[] = await catalog.files(source.key, after, FILES_AT_ONCE);
      const settled = files.filter(({ key, complete }) => complete && !options.unsettled.has(key));
      // Names of blobs are digests of what they hold: what a repository keeps at a place is what was read there.
      if (source.kind !== 'public-inbox') await compareFiles(options, source, settled);
      const places = settled.map((file) => placeFile(source, file));
      await compareDocuments(options, places, counter);
      after = files.at(-1)?.name ?? null;
      if (files.length < FILES_AT_ONCE) break;
    }
  }
  return counter.messages;
}

function placeFile({ archive, kind, path }: SourceRecord, { key, name, compression }: FileRecord): PlaceFile {
  return { key, archive, kind, path, name, compression };
}

async function compareFiles(
  options: ReadOptions,
  source: SourceRecord,
  files: readonly FileRecord[],
): Promise<void> {
  const planned = files.map((file): PlannedFile => {
    const { size } = file;
    return {
      file: placeFile(source, file),
      archive: source.archive,
      size,
      from: 0,
      why: 'changed',
      history: null,
    };
  });
  const states = planned.map((file) => new FileProgress(file, RANGE_BYTES));
  await inParallel(options.pool, stretchesOf(states), (stretch) => compareStretch(options, stretch));
}

async function inParallel<T>(
  pool: WorkerPool,
  all: Iterable<T> | AsyncIterable<T>,
  work: (one: T) => Promise<void>,
): Promise<void> {
  const running: Promise<void>[] = [];
  let failure: { readonly error: unknown } | null = null;
  for await (const one of all) {
    if (failure !== null) break;
    await pool.room();
    running.push(
      work(one).catch((error: unknown) => {
        failure ??= { error };
      }),
    );
  }
  await Promise.all(running);
  if (failure !== null) throw (failure as { readonly error: unknown }).error;
}

async function compareStretch(options: ReadOptions, stretch: Stretch): Promise<void> {
  const { catalog, pool, tell, signal } = options;
  const files = unitFiles(stretch);
  const { from, to, history } = stretch;
  const named = new Map(stretch.files.map((file) => [file.key, { archive: file.archive, path: file.path }]));
  const reached = new Map(files.map(({ key }) => [key, from]));
  const broken = new Set<number>();

  async function compare(
    file: number,
    upTo: number | null,
    messages: readonly ScannedMessage[],
  ): Promise<void> {
    const start = reached.get(file) ?? from;
    if (upTo !== null) reached.set(file, upTo);
    const at = named.get(file);
    if (at === undefined || broken.has(file)) return;
    for (const found of await catalog.compareStretch({ file, from: start, to: upTo, messages })) {
      const { what, id, messageId, offset, detail } = found;
      const place = { ...at, offset };
      tell({ what: what === 'unknown' ? 'missing' : what, connection: null, id, messageId, place, detail });
      const message = messages.find((one) => one.offset === offset);
      if (what === 'facts' && message !== undefined) options.onFacts(message);
    }
  }

  await pool.run({ kind: 'scan', files, from, to, history, skip: [], ranked: null }, async (batch: Batch) => {
    signal?.throwIfAborted();
    if (batch.kind !== 'scanned') return;
    for (const { file, message, again } of batch.troubles) {
      broken.add(file);
      // It has another name by now, or was told of where stamps are compared.
      if (again) continue;
      const place = { archive: '', path: '', ...named.get(file), offset: 0 };
      tell({
        what: 'source',
        connection: null,
        id: null,
        messageId: null,
        place,
        detail: `it cannot be read: ${message}`,
      });
    }
    for (const { file, messages } of batch.batches) {
      const last = messages.at(-1);
      if (last !== undefined) await compare(file, last.offset + 1, messages);
    }
  });
  for (const { key } of files) await compare(key, to, []);
}

/** Builds the documents of the messages whose first copy is in these files, and compares their digests with those of what was built before. */
async function compareDocuments(
  options: ReadOptions,
  files: readonly PlaceFile[],
  counter: { messages: number },
): Promise<void> {
  const { pool, signal, onProgress } = options;
  const named = new Map(files.map((file) => [file.key, file]));
  await inParallel(pool, unitsOf(options, files), async (unit) => {
    await pool.run(unit, async (batch) => {
      signal?.throwIfAborted();
      if (batch.kind !== 'built') return;
      await compareBuilt(options, named, batch);
      counter.messages += batch.packed.spans.length;
      const { messages } = counter;
      onProgress({ phase: 'index', done: messages, total: null, messages });
    });
  });
}

/** A packed file as one unit, since it can only be unpacked from its beginning; of the rest so many messages. */
async function* unitsOf({ catalog }: ReadOptions, files: readonly PlaceFile[]): AsyncGenerator<BuildUnit> {
  let open: { file: PlaceFile; items: BuildItem[] }[] = [];
  let count = 0;
  const unit = (): BuildUnit => {
    const made: BuildUnit = { kind: 'build', files: open, skip: [] };
    open = [];
    count = 0;
    return made;
  };
  for (const file of files) {
    const packed = file.compression !== 'none' && isMbox(file.kind);
    if (packed && count > 0) yield unit();
    let reached = 0;
    for (let after = -1; ; ) {
      const page: readonly PendingChange[] = await catalog.messagesOfFile(file.key, after, PAGE);
      const last = page.at(-1)?.place;
      if (last === undefined || last === null) break;
      after = last.offset;
      // Places that lie within one another cannot be read together; they are told of where files are compared.
      const items = page.flatMap(itemOf).filter(({ offset, length, object }) => {
        if (object === null && offset < reached) return false;
        reached = offset + length;
        return true;
      });
      const before = open.at(-1);
      if (before?.file.key === file.key) before.items.push(...items);
      else open.push({ file, items });
      count += items.length;
      if (!packed && count >= PAGE) yield unit();
    }
    if (packed && count > 0) yield unit();
  }
  if (count > 0) yield unit();
}

function itemOf({ place, seq, id, archives, date, received, size }: PendingChange): readonly BuildItem[] {
  if (place === null) return [];
  const { offset, length, object } = place;
  return [{ seq, id, rank: null, offset, length, object, archives, date, received, size }];
}

async function compareBuilt(
  { catalog, tell, onDocuments }: ReadOptions,
  files: ReadonlyMap<number, PlaceFile>,
  { packed, failed, leftOut }: BuiltBatch,
): Promise<void> {
  const left = new Set(leftOut);
  const ids = [...packed.spans, ...failed].map(({ id }) => id);
  const expected = new Map((await catalog.expectedOf(ids)).map((one) => [one.id, one]));
  for (const { id, digest } of packed.spans) {
    const message = expected.get(id);
    if (
      message === undefined ||
      message.digest === null ||
      message.digest === (left.has(id) ? LEFT_OUT : digest)
    )
      continue;
    const { messageId, place } = message;
    const detail = 'another document was built of it than is built of it now';
    tell({ what: 'content', connection: null, id, messageId, place, detail });
  }
  for (const { id, file, why, reason } of failed) {
    // In files it was found before; what cannot be parsed was set aside.
    if (why === 'failed' || files.get(file)?.kind !== 'public-inbox') continue;
    const { messageId = null, place = null } = expected.get(id) ?? {};
    tell({ what: 'place', connection: null, id, messageId, place, detail: reason });
  }
  if (onDocuments === null) return;
  const documents = [...unpackChanges(packed)].flatMap((change) =>
    change.kind === 'put' ? [{ seq: change.seq, document: change.document }] : [],
  );
  await onDocuments(documents);
}
