// Hot: once a message. bench: rebuild.
import type { ScannedMessage, ScannedQuarantine } from '../catalog/catalog.ts';
import { createDocumentBuilder } from '../document/build.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { LIMITS } from '../limits.ts';
import { chooseDates, identify, readMessage, scanMessage } from '../message/index.ts';
import { readPlaces, readSourceFile } from '../source/index.ts';
import type {
  Batch,
  BuildItem,
  BuildUnit,
  BuiltItem,
  FailedItem,
  FileTrouble,
  ScanUnit,
  Unit,
  UnitFile,
} from './worker-protocol.ts';

export type UnitRunner = (unit: Unit) => AsyncGenerator<Batch>;

/** Raw bytes after which a batch is handed on, whatever the number of its messages. */
const BATCH_BYTES = LIMITS.batchBytes;

/**
 * What a parsing thread does with a unit of work. `at` is told which message is under way, so that the host can name the
 * one a thread died of.
 */
export function createUnitRunner(fields: readonly DeclaredField[], at: Float64Array): UnitRunner {
  const headers = fields.map((f) => f.header.toLowerCase());
  const build = createDocumentBuilder(fields);
  const under = (file: number, offset: number) => {
    at[0] = file;
    at[1] = offset;
  };

  async function* scan(unit: ScanUnit): AsyncGenerator<Batch> {
    let open = new ScannedBatch();
    for (const file of unit.files) {
      open.start(file.key);
      const range = { from: unit.from, to: unit.to };
      for await (const item of readSourceFile(file, range)) {
        if (item.kind === 'unreadable') {
          open.trouble(file.key, item.error.message, item.error.code !== 'SOURCE_UNREADABLE');
          continue;
        }
        if (item.kind === 'garbage') {
          open.quarantine(item, item.reason);
        } else if (isDeadly(unit, file, item.offset)) {
          open.quarantine(item, 'reading it ended the program that reads messages');
        } else {
          under(file.key, item.offset);
          try {
            const identity = identify(scanMessage(item.bytes), headers);
            const { dateHeader, receivedHeader } = identity;
            const { received } = chooseDates({ dateHeader, receivedHeader, placeDate: item.placeDate });
            open.message({
              identity,
              offset: item.offset,
              length: item.length,
              size: item.bytes.length,
              received,
            });
          } catch (error) {
            open.quarantine(
              item,
              `parsing failed: ${error instanceof Error ? error.message : String(error)}`,
            );
          }
        }
        if (open.full) {
          yield open.batch();
          open = new ScannedBatch();
          open.start(file.key);
        }
      }
    }
    under(-1, -1);
    yield open.batch();
  }

  async function* documents(unit: BuildUnit): AsyncGenerator<Batch> {
    let built: BuiltItem[] = [];
    let failed: FailedItem[] = [];
    let bytes = 0;
    let open = 0;
    for (const { file, items } of unit.files) {
      let next = 0;
      for await (const raw of readPlaces(file, items)) {
        const item = items[next++];
        if (item === undefined) break;
        const fail = (why: FailedItem['why'], reason: string) =>
          failed.push(failure(file, item, why, reason));
        if (raw.kind === 'unreadable') fail('unreadable', raw.error.message);
        else if (raw.kind === 'garbage') fail('changed', 'no message begins at its place any more');
        else if (isDeadly(unit, file, item.offset))
          fail('failed', 'reading it ended the program that reads messages');
        else {
          under(file.key, item.offset);
          bytes += raw.bytes.length;
          open += raw.bytes.length;
          try {
            const parsed = scanMessage(raw.bytes);
            const identity = identify(parsed, headers);
            if (identity.id !== item.id) fail('changed', 'another message is at its place now');
            else {
              const message = readMessage(parsed, identity, headers);
              const { document, cutTokens } = build(message, item);
              built.push({ seq: item.seq, rank: item.rank, document, cutTokens });
            }
          } catch (error) {
            fail('failed', error instanceof Error ? error.message : String(error));
          }
        }
        if (open >= BATCH_BYTES || built.length >= LIMITS.batchMessages) {
          yield { kind: 'built', built, failed, bytes };
          [built, failed, bytes, open] = [[], [], 0, 0];
        }
      }
    }
    under(-1, -1);
    yield { kind: 'built', built, failed, bytes };
  }

  return (unit) => (unit.kind === 'scan' ? scan(unit) : documents(unit));
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

/** What was scanned since the last batch was handed on, by file. */
class ScannedBatch {
  readonly #files: {
    file: number;
    messages: ScannedMessage[];
    quarantine: ScannedQuarantine[];
    readTo: number;
  }[] = [];
  readonly #troubles: FileTrouble[] = [];
  #messages = 0;
  #bytes = 0;

  get full(): boolean {
    return this.#messages >= LIMITS.batchMessages || this.#bytes >= BATCH_BYTES;
  }

  start(file: number): void {
    this.#files.push({ file, messages: [], quarantine: [], readTo: 0 });
  }

  message(message: ScannedMessage): void {
    const file = this.#files.at(-1);
    file?.messages.push(message);
    this.#reached(message.offset);
    this.#messages++;
    this.#bytes += message.size;
  }

  quarantine({ offset, length }: { readonly offset: number; readonly length: number }, reason: string): void {
    this.#files.at(-1)?.quarantine.push({ offset, length, reason });
    this.#reached(offset);
    this.#messages++;
    this.#bytes += length;
  }

  trouble(file: number, message: string, again: boolean): void {
    this.#troubles.push({ file, message, again });
  }

  batch(): Batch {
    return { kind: 'scanned', batches: this.#files, bytes: this.#bytes, troubles: this.#troubles };
  }

  #reached(offset: number): void {
    const file = this.#files.at(-1);
    if (file !== undefined) file.readTo = Math.max(file.readTo, offset);
  }
}
