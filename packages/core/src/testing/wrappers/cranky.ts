import { setImmediate } from 'node:timers/promises';
import {
  type Backend,
  type Change,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
  type Refusal,
  unpackChanges,
  type WriteOutcome,
} from '../../backend/index.ts';
import { wrapFieldQuestions } from './field-questions.ts';
import { randomFrom } from './random.ts';

/** How likely each trouble is, from 0 to 1. */
export interface Crankiness {
  /** An outage, before or after the call has had its effect, or midway through a batch. Default 0.2. */
  readonly outages?: number;
  /** An item is refused: always the same ones for a seed, as a real engine would. Default 0. */
  readonly refusals?: number;
  /** An item that fails its whole batch, whatever else is in it: always the same ones for a seed. Default 0. */
  readonly breakdowns?: number;
  /** An answer that comes a few turns of the event loop late. Default 0.5. */
  readonly delays?: number;
}

/** Tells breakdowns from refusals. */
const BREAKDOWN = 0x5bd1e995;
/** The most turns of the event loop that an answer comes late. */
const MOST_TURNS = 5;

/**
 * The backend in a bad mood: it fails at random in every way that the contract allows, and in no other. The same seed and the same calls
 * fail alike. It declares no atomic batches, since outages may leave a part of one.
 */
export function cranky(backend: Backend, seed: number, crankiness: Crankiness = {}): Backend {
  const { outages = 0.2, refusals = 0, breakdowns = 0, delays = 0.5 } = crankiness;
  const random = randomFrom(seed);

  async function late(): Promise<void> {
    if (random() >= delays) return;
    for (let turns = Math.ceil(random() * MOST_TURNS); turns > 0; turns--) await setImmediate();
  }

  /** Fails before the effect, or after it, or not at all. */
  async function moody<T>(call: () => Promise<T>): Promise<T> {
    await late();
    const mood = random();
    if (mood < outages / 2) throw outage(random());
    const answer = await call();
    await late();
    if (mood < outages) throw outage(random());
    return answer;
  }

  /** From 0 to 1, always the same for a message. */
  function fateOf(id: string, salt: number): number {
    return randomFrom(seed ^ salt ^ Number.parseInt(id.slice(0, 8), 16))();
  }

  const breaksDown = (change: Change): boolean =>
    change.kind === 'put' && fateOf(change.document.id, BREAKDOWN) < breakdowns;

  function refusalOf(change: Change): Refusal[] {
    if (change.kind !== 'put' || refusals === 0) return [];
    const { id } = change.document;
    return fateOf(id, 0) < refusals
      ? [{ seq: change.seq, id, reason: 'a cranky engine will not have it' }]
      : [];
  }

  function writerOf(writer: GenerationWriter, building: boolean): GenerationWriter {
    /** A part that was applied is a batch of its own; one of a bulk build reaches no seq yet. */
    async function writePart(
      part: readonly Change[],
      options: Parameters<GenerationWriter['write']>[2],
    ): Promise<void> {
      const reached = building ? 0 : (part.at(-1)?.seq ?? 0);
      await writer.write(part, Math.max(writer.applied, reached), options);
    }

    async function write(
      changes: readonly Change[],
      upTo: number,
      options: Parameters<GenerationWriter['write']>[2],
    ): Promise<WriteOutcome> {
      const refused = changes.flatMap(refusalOf);
      const taken = changes.filter((change) => refusalOf(change).length === 0);
      const broken = taken.findIndex(breaksDown);
      const before = broken === -1 ? taken : taken.slice(0, broken);
      if (random() < outages / 2) {
        await writePart(before.slice(0, Math.floor(random() * before.length)), options);
        throw outage(random());
      }
      if (broken !== -1) {
        if (random() < 0.5) await writePart(before, options);
        throw new HayrickError('ENGINE_FAILED', 'The engine is in a bad mood and broke down over a message.');
      }
      const outcome = await moody(() => writer.write(taken, upTo, options));
      return { ...outcome, refused: [...outcome.refused, ...refused] };
    }
    return {
      generation: writer.generation,
      get applied() {
        return writer.applied;
      },
      write,
      ...(writer.writePacked === undefined
        ? {}
        : { writePacked: (packed, upTo, options) => write([...unpackChanges(packed)], upTo, options) }),
      finish: (options) => moody(() => writer.finish(options)),
      close: () => writer.close(),
    };
  }

  function readerOf(reader: GenerationReader): GenerationReader {
    return {
      generation: reader.generation,
      fingerprint: reader.fingerprint,
      state: () => moody(() => reader.state()),
      search: (...asked) => moody(() => reader.search(...asked)),
      count: (...asked) => moody(() => reader.count(...asked)),
      explain: (...asked) => moody(() => reader.explain(...asked)),
      ...wrapFieldQuestions(reader, (_, ask) => moody(ask)),
      close: () => reader.close(),
    };
  }

  /** What was opened before an outage is closed again: nobody else could. */
  async function opened<T extends { close(): Promise<void> }>(open: () => Promise<T>): Promise<T> {
    await late();
    const mood = random();
    if (mood < outages / 2) throw outage(random());
    const one = await open();
    if (mood >= outages) return one;
    await one.close();
    throw outage(random());
  }

  return {
    engine: backend.engine,
    version: backend.version,
    get supports() {
      return { ...backend.supports, atomicBatches: false };
    },
    target: backend.target,
    generations: () => moody(() => backend.generations()),
    create: async (fingerprint) => writerOf(await opened(() => backend.create(fingerprint)), true),
    async writer(generation) {
      const state = (await backend.generations()).find((one) => one.name === generation)?.state;
      return writerOf(await opened(() => backend.writer(generation)), state === 'building');
    },
    swap: (generation) => moody(() => backend.swap(generation)),
    drop: (generation) => moody(() => backend.drop(generation)),
    live: () => moody(() => backend.live()),
    reader: async (generation) => readerOf(await opened(() => backend.reader(generation))),
    async inspect(generation) {
      const inspector = await opened(() => backend.inspect(generation));
      const compare = inspector.compare?.bind(inspector);
      return {
        generation: inspector.generation,
        stored: (...asked) => moody(() => inspector.stored(...asked)),
        check: (...asked) => moody(() => inspector.check(...asked)),
        ...(compare === undefined ? {} : { compare: (...asked) => moody(() => compare(...asked)) }),
        close: () => inspector.close(),
      };
    },
    schema: () => backend.schema(),
    close: () => backend.close(),
  };
}

/** Which of the outages it is. */
function outage(choice: number): HayrickError {
  return choice < 0.5
    ? new HayrickError('ENGINE_UNREACHABLE', 'The engine is in a bad mood and does not answer. Try again.')
    : new HayrickError('LOCKED', 'The engine is in a bad mood and busy with itself. Try again.');
}
