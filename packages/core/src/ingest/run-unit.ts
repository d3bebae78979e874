// Hot: once a message. bench: rebuild.

import { type ChangePacker, createChangePacker } from '../backend/packed-changes.ts';
import type { ScannedMessage, ScannedQuarantine } from '../catalog/catalog.ts';
import { type BuiltDocument, createDocumentBuilder, type PlaceFacts } from '../document/build.ts';
import { applyHook, type DocumentHook } from '../document/hook.ts';
import { LIMITS } from '../limits.ts';
import {
  attachmentsOf,
  chooseDates,
  createRemembered,
  dateOfHeader,
  type HashedIdentity,
  identify,
  type Message,
  readMessage,
  type Scan,
  scanMessage,
} from '../message/index.ts';
import { type ReadOptions, readPlaces, readSourceFile } from '../source/index.ts';
import type { Extent, RawMessage } from '../source/source.ts';
import { TextPacker, writeKeptText } from '../store/index.ts';
import { DateCollector, rankAt } from './dated-places.ts';
import type { Reads } from './report.ts';
import type {
  Batch,
  BuildItem,
  BuildUnit,
  BuiltBatch,
  DatesUnit,
  FailedItem,
  FileTrouble,
  RankedFile,
  ScannedBatch,
  ScanUnit,
  Unit,
  UnitFile,
  WorkerData,
} from './worker-protocol.ts';

/** Why a message that a parsing thread died of is in quarantine. */
const DEADLY = 'the program that reads messages died of it';

export type UnitRunner = (unit: Unit) => AsyncGenerator<Batch>;

/** Messages, and raw bytes, after which a batch is handed on: half of what a backend may be given, for each thread has several under way. */
const BATCH_MESSAGES = LIMITS.batchMessages / 2;
const BATCH_BYTES = LIMITS.batchBytes / 2;

/**
 * What a parsing thread does with a unit of work. `at` is told which message is under way, so that the host can name the
 * one a thread died of.
 * @param reads what is read is added to it
 */
export function createUnitRunner(
  { fields, patched, store, hook }: Omit<WorkerData, 'at' | 'hook'> & { readonly hook: DocumentHook | null },
  at: Float64Array,
  reads: Reads,
): UnitRunner {
  const headers = fields.map((f) => f.header.toLowerCase());
  const builder = createDocumentBuilder(fields, patched);
  /** Null: the hook leaves it out. */
  const build = (message: Message, facts: PlaceFacts): BuiltDocument | null => {
    const indexed = hook === null ? message : applyHook(hook, message, facts);
    return indexed === null ? null : builder(indexed, facts);
  };
  const packers = { changes: createChangePacker(), texts: new TextPacker() };
  const keeps = ({ compression }: UnitFile) =>
    store === 'always' || (store === 'auto' && compression !== 'none');
  const remembered = createRemembered();
  const under = (file: number, offset: number) => {
    at[0] = file;
    at[1] = offset;
  };

  /** No message is to blame for what happens while the file is read or the host is waited for. */
  const idle = () => under(-1, -1);

  async function* dates(unit: DatesUnit): AsyncGenerator<Batch> {
    const files: DateCollector[] = [];
    let bytes = 0;
    for (const file of unit.files) {
      const found = new DateCollector(file.key);
      files.push(found);
      for await (const item of readSourceFile(file, { ...rangeOf(unit), counters: reads })) {
        if (item.kind !== 'message' || isDeadly(unit, file, item.offset)) continue;
        under(file.key, item.offset);
        found.add(item.offset, dateOfHeader(item.bytes, item.placeDate));
        bytes += item.bytes.length;
        idle();
      }
    }
    yield { kind: 'dates', files: files.map(({ file, places }) => ({ file, ...places })), bytes };
  }

  async function* scan(unit: ScanUnit): AsyncGenerator<Batch> {
    let open = new OpenScan(unit.ranked === null ? null : packers);
    for (const [i, file] of unit.files.entries()) {
      const ranked = unit.ranked?.[i] ?? null;
      open.start(file.key);
      for await (const item of readSourceFile(file, { ...rangeOf(unit), counters: reads })) {
        if (item.kind === 'unreadable') {
          open.trouble(file.key, item.error.message, item.error.code !== 'SOURCE_UNREADABLE');
          continue;
        }
        if (item.kind === 'garbage') {
          open.quarantine(item, item.reason);
        } else if (isDeadly(unit, file, item.offset)) {
          open.quarantine(item, DEADLY);
        } else {
          under(file.key, item.offset);
          scanItem(open, file, ranked, item);
          idle();
        }
        if (open.full) {
          yield open.batch();
          open = new OpenScan(unit.ranked === null ? null : packers);
          open.start(file.key);
        }
      }
    }
    yield open.batch();
  }

  function scanItem(open: OpenScan, file: UnitFile, ranked: RankedFile | null, item: RawMessage): void {
    const { offset, length, bytes, placeDate, object } = item;
    const size = bytes.length;
    let parsed: Scan;
    reads.messagesParsed++;
    let identity: HashedIdentity;
    try {
      parsed = scanMessage(bytes, remembered);
      identity = identify(parsed, headers);
    } catch (error) {
      open.quarantine(item, `parsing failed: ${messageOf(error)}`);
      return;
    }
    const { dateHeader, receivedHeader } = identity;
    const { date, received } = chooseDates({ dateHeader, receivedHeader, placeDate });
    open.message({ identity, offset, length, size, received, object });
    const rank = ranked === null ? 0 : rankAt(ranked.places, offset, date);
    if (ranked === null || rank === 0) return;
    const { id } = identity;
    const archives = [ranked.archive];
    const place = { offset, length, object: object ?? null };
    const built = { seq: 0, id, rank, ...place, archives, date, received, size };
    try {
      const message = readMessage(parsed, identity, headers);
      const text = keeps(file) ? writeKeptText(message, attachmentsOf(parsed)) : null;
      const document = build(message, built);
      // What is left out is found again in the log, and told from there.
      if (document !== null) open.document(built, document, text);
    } catch (error) {
      open.fail(failure(file, built, 'failed', messageOf(error)), rank);
    }
  }

  async function* documents(unit: BuildUnit): AsyncGenerator<Batch> {
    let open = new OpenBatch(packers);
    for (const { file, items } of unit.files) {
      let next = 0;
      for await (const raw of readPlaces(file, items, { counters: reads })) {
        const item = items[next++];
        if (item === undefined) break;
        const fail = (why: FailedItem['why'], reason: string) => open.fail(failure(file, item, why, reason));
        if (raw.kind === 'unreadable') fail('unreadable', raw.error.message);
        else if (raw.kind === 'garbage') fail('changed', 'no message begins at its place any more');
        else if (isDeadly(unit, file, item.offset)) fail('failed', DEADLY);
        else {
          under(file.key, item.offset);
          reads.messagesParsed++;
          try {
            const parsed = scanMessage(raw.bytes, remembered);
            const identity = identify(parsed, headers);
            if (identity.id === item.id) {
              const message = readMessage(parsed, identity, headers);
              const text = keeps(file) ? writeKeptText(message, attachmentsOf(parsed)) : null;
              const document = build(message, item);
              if (document === null) open.leaveOut(item, raw.bytes.length);
              else open.add(item, document, text, raw.bytes.length);
            } else {
              fail('changed', 'another message is at its place now');
            }
          } catch (error) {
            fail('failed', messageOf(error));
          }
          idle();
        }
        if (open.full) {
          yield open.batch();
          open = new OpenBatch(packers);
        }
      }
    }
    yield open.batch();
  }

  return (unit) => {
    switch (unit.kind) {
      case 'scan':
        return scan(unit);
      case 'dates':
        return dates(unit);
      case 'build':
        return documents(unit);
    }
  };
}

function rangeOf({ from, to, history }: ScanUnit | DatesUnit): ReadOptions {
  return { from, to, stretch: history };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isDeadly({ skip }: Unit, file: UnitFile, offset: number): boolean {
  return skip.some((place) => place.file === file.key && place.offset === offset);
}

function failure(file: UnitFile, item: BuildItem, why: FailedItem['why'], reason: string): FailedItem {
  return {
    seq: item.seq,
    id: item.id,
    file: file.key,
    offset: item.offset,
    length: item.length,
    why,
    reason,
  };
}

interface Packers {
  readonly changes: ChangePacker;
  readonly texts: TextPacker;
}

/** Documents built since the last batch was handed on. */
class OpenBatch {
  readonly #packers: Packers;
  readonly #failed: FailedItem[] = [];
  readonly #leftOut: string[] = [];
  #bytes = 0;
  #cutTokens = 0;
  #cutMessages = 0;

  constructor(packers: Packers) {
    this.#packers = packers;
  }

  get full(): boolean {
    return this.#packers.changes.count >= BATCH_MESSAGES || this.#bytes >= BATCH_BYTES;
  }

  /** @param text what is to be kept of it */
  add(
    { id, seq, rank }: BuildItem,
    { document, cutTokens }: BuiltDocument,
    text: Uint8Array | null,
    bytes: number,
  ): void {
    this.#packers.changes.add({ kind: 'put', seq, rank, document });
    this.#bytes += bytes;
    this.#cutTokens += cutTokens;
    if (cutTokens > 0) this.#cutMessages++;
    if (text !== null) this.#packers.texts.add(id, text);
  }

  /** What was in the index before goes out of it; a bulk build has nothing of it. */
  leaveOut({ id, seq, rank }: BuildItem, bytes: number): void {
    this.#leftOut.push(id);
    this.#bytes += bytes;
    if (rank === null) this.#packers.changes.add({ kind: 'remove', seq, id });
  }

  fail(item: FailedItem): void {
    this.#failed.push(item);
  }

  batch(): BuiltBatch {
    return {
      kind: 'built',
      packed: this.#packers.changes.take(),
      texts: this.#packers.texts.take(),
      failed: this.#failed,
      leftOut: this.#leftOut,
      bytes: this.#bytes,
      cutTokens: this.#cutTokens,
      cutMessages: this.#cutMessages,
    };
  }
}

/** What was scanned since the last batch was handed on, by file. */
class OpenScan {
  readonly #files: {
    file: number;
    messages: ScannedMessage[];
    quarantine: ScannedQuarantine[];
    readTo: number;
  }[] = [];
  readonly #troubles: FileTrouble[] = [];
  readonly #documents: OpenBatch | null;
  readonly #ranks: number[] = [];
  #messages = 0;
  #bytes = 0;

  /** @param packers where documents are built as well */
  constructor(packers: Packers | null) {
    this.#documents = packers === null ? null : new OpenBatch(packers);
  }

  get full(): boolean {
    return this.#messages >= BATCH_MESSAGES || this.#bytes >= BATCH_BYTES;
  }

  start(file: number): void {
    this.#files.push({ file, messages: [], quarantine: [], readTo: 0 });
  }

  message(message: ScannedMessage): void {
    const file = this.#files.at(-1);
    file?.messages.push(message);
    if (this.#documents !== null) this.#ranks.push(0);
    this.#reached(message.offset);
    this.#messages++;
    this.#bytes += message.size;
  }

  /** Of the message that came last. */
  document(item: BuildItem, built: BuiltDocument, text: Uint8Array | null): void {
    this.#documents?.add(item, built, text, item.size);
    this.#ranks[this.#ranks.length - 1] = item.rank ?? 0;
  }

  fail(item: FailedItem, rank: number): void {
    this.#documents?.fail(item);
    this.#ranks[this.#ranks.length - 1] = rank;
  }

  quarantine({ offset, length, object }: Extent, reason: string): void {
    this.#files.at(-1)?.quarantine.push({ offset, length, reason, object });
    this.#reached(offset);
    this.#messages++;
    this.#bytes += length;
  }

  trouble(file: number, message: string, again: boolean): void {
    this.#troubles.push({ file, message, again });
  }

  batch(): ScannedBatch {
    const built =
      this.#documents === null ? null : { documents: this.#documents.batch(), ranks: this.#ranks };
    return { kind: 'scanned', batches: this.#files, bytes: this.#bytes, troubles: this.#troubles, built };
  }

  #reached(offset: number): void {
    const file = this.#files.at(-1);
    if (file !== undefined) file.readTo = Math.max(file.readTo, offset);
  }
}
