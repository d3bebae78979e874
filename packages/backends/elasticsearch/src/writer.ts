import type { Abortable, Change, GenerationWriter, PackedChanges, WriteOutcome } from '@hayrick/core/backend';
import { HayrickError } from '@hayrick/core/backend';
import type PQueue from 'p-queue';
import { deliver, type Tally, tooLong } from './bulk.ts';
import { type BulkBody, encodeBodies, encodePacked } from './encode.ts';
import { at, type Engine } from './engine.ts';
import { classify, serverError, translate } from './failures.ts';
import type { Generations } from './generations.ts';
import { STATE_ID } from './mapping.ts';
import type { OwnIndex } from './ownership.ts';
import { Patience, type PatienceOptions } from './patience.ts';

/** Of one bulk body; a message that is longer by itself goes alone. */
const BODY_BYTES = 8 * 1024 * 1024;

export interface WriterPlace {
  readonly engine: Engine;
  readonly generations: Generations;
  /** Shared by all writers of a connection: bounds the bodies under way. */
  readonly bodies: PQueue;
  readonly sleep: PatienceOptions['sleep'];
  /** Bytes of the longest request that the server takes. */
  contentLimit(): Promise<number>;
}

/**
 * Writes to one index. The log's seq is kept in a document of the same index, and is moved only after every line before it was
 * acknowledged, which the server does once it is on disk.
 */
export class IndexWriter implements GenerationWriter {
  readonly generation: string;
  readonly #index: OwnIndex;
  readonly #place: WriterPlace;
  readonly #building: boolean;
  #applied: number;

  constructor(index: OwnIndex, applied: number, place: WriterPlace) {
    this.generation = index.name;
    this.#index = index;
    this.#place = place;
    this.#building = index.meta.state === 'building';
    this.#applied = applied;
  }

  get applied(): number {
    return this.#applied;
  }

  async write(changes: readonly Change[], upTo: number, options: Abortable = {}): Promise<WriteOutcome> {
    const limit = Math.min(BODY_BYTES, await this.#place.contentLimit());
    const bodies = encodeBodies(changes, limit);
    return this.#write(bodies, { upTo, inTurn: repeats(changes) }, options);
  }

  async writePacked(packed: PackedChanges, upTo: number, options: Abortable = {}): Promise<WriteOutcome> {
    const limit = Math.min(BODY_BYTES, await this.#place.contentLimit());
    // Packed are the documents of a bulk build, each of which comes once.
    return this.#write(encodePacked(packed, limit), { upTo, inTurn: false }, options);
  }

  async finish(options: Abortable = {}): Promise<void> {
    if (this.#building) await this.#place.generations.complete(this.#index, options.signal);
  }

  async close(): Promise<void> {}

  async #write(
    bodies: Iterable<BulkBody>,
    { upTo, inTurn }: { readonly upTo: number; readonly inTurn: boolean },
    { signal }: Abortable,
  ): Promise<WriteOutcome> {
    signal?.throwIfAborted();
    const { engine, bodies: queue, sleep } = this.#place;
    await this.#requireIndex(signal);
    const longest = await this.#place.contentLimit();
    const tally: Tally = { added: 0, updated: 0, removed: 0, refused: [] };
    const sent: Promise<void>[] = [];
    for (const body of bodies) {
      if (body.bytes.length > longest) {
        tally.refused.push(...body.lines.map((line) => tooLong(line, longest)));
        continue;
      }
      const sending = queue.add(() => deliver(engine, this.generation, body, tally, { signal, sleep }));
      if (inTurn) await sending;
      else sent.push(sending);
    }
    // All have ended before anybody is told: what is sent again must not meet what is still under way.
    for (const end of await Promise.allSettled(sent)) if (end.status === 'rejected') throw end.reason;
    if (!this.#building || upTo !== this.#applied) await this.setApplied(upTo, signal);
    if (!this.#building) await this.#refresh(signal);
    return tally;
  }

  /** Writes down how far the log has been applied. It never goes back, whatever arrives late. */
  async setApplied(upTo: number, signal?: AbortSignal): Promise<void> {
    const { engine, sleep } = this.#place;
    const doing = `write the state of ${this.generation}`;
    const patience = new Patience(`Elasticsearch at ${engine.where} could not ${doing}`, { signal, sleep });
    for (;;) {
      const answer = await this.#putState(upTo, doing, signal);
      if (answer === 'done') break;
      await patience.wait();
    }
    this.#applied = Math.max(this.#applied, upTo);
  }

  async #putState(upTo: number, doing: string, signal?: AbortSignal): Promise<'done' | 'overload'> {
    const { engine } = this.#place;
    try {
      await engine.send({
        method: 'PUT',
        path: at(this.generation, '_doc', STATE_ID),
        query: { version: upTo + 1, version_type: 'external_gte' },
        body: { applied: upTo },
        doing,
        signal,
      });
      return 'done';
    } catch (error) {
      signal?.throwIfAborted();
      const failure = serverError(error);
      const kind = failure === null ? 'failed' : classify(failure);
      if (kind === 'superseded') return 'done';
      if (kind === 'overload') return kind;
      throw translate(error, doing, engine.where);
    }
  }

  /** What was written is found by all who ask from now on. */
  async #refresh(signal?: AbortSignal): Promise<void> {
    const doing = `refresh the index ${this.generation}`;
    await this.#place.engine.ask({ method: 'POST', path: at(this.generation, '_refresh'), doing, signal });
  }

  /** The server would make an index of that name, without a mapping, for the first line that comes. */
  async #requireIndex(signal?: AbortSignal): Promise<void> {
    if ((await this.#place.generations.applied(this.generation, signal)) !== null) return;
    throw new HayrickError(
      'GENERATION_NONE',
      `The index ${this.generation} at ${this.#place.engine.where} was deleted or emptied meanwhile. Run rebuild_index.`,
    );
  }
}

/** Whether a document is changed twice. Within a body lines are applied in order, but bodies may overtake one another. */
function repeats(changes: readonly Change[]): boolean {
  const ids = new Set(changes.map((change) => (change.kind === 'put' ? change.document.id : change.id)));
  return ids.size < changes.length;
}
