import { HayrickError } from '../errors.ts';
import { checkSupported } from '../query/requirements.ts';
import type {
  Backend,
  BackendContext,
  GenerationInspector,
  GenerationReader,
  GenerationWriter,
  Sort,
} from './backend.ts';
import { checkChanges, checkUpTo } from './check-changes.ts';
import { checkCondition, type FieldNames, fieldNames } from './check-condition.ts';
import { checkAccess, checkRequest } from './check-request.ts';
import { Gate } from './gate.ts';
import { checkScored, guardFieldQuestions } from './guard-field-questions.ts';

type Guarded = Pick<BackendContext, 'connection' | 'fields' | 'maxResults'>;

/** Names that are no paths. */
const GENERATION = /^[a-z0-9][a-z0-9._-]{0,254}$/;

/**
 * Checks once, for all engines, what they may then rely on:
 * - arguments: sort, limit, offset and place fit together; conditions name known fields and keep the limits; ids, seqs and ranks;
 * - access is given, and where nothing may be read the engine is not asked at all;
 * - capabilities, read anew at each call: what is not declared is QUERY_UNSUPPORTED;
 * - state: nothing is called after it was closed or finished; closing waits for what is under way, ends readers and writers before the
 *   backend, and happens once; a generation has one writer, is finished before it is swapped in, and is not dropped while it is written;
 * - updates come one batch at a time (the batches of a bulk build may overlap).
 *
 * And what engines need not do: whatever they throw that is no HayrickError becomes one.
 *
 * Nothing is copied, and packed batches are not taken apart.
 */
export function guardBackend(backend: Backend, context: Guarded): Backend {
  const { engine } = backend;
  const gate = new Gate({ what: `The connection ${context.connection}`, engine, around: null });
  const fields = fieldNames(context.fields);
  const open = new Set<{ close(): Promise<void> }>();
  const written = new Set<string>();

  async function stateOf(generation: string): Promise<'live' | 'building' | 'kept' | null> {
    checkName(generation);
    return (await backend.generations()).find((one) => one.name === generation)?.state ?? null;
  }

  function track<T extends { close(): Promise<void> }>(one: T): T {
    open.add(one);
    return one;
  }

  async function startWriter(
    generation: string | null,
    building: boolean,
    start: () => Promise<GenerationWriter>,
  ): Promise<GenerationWriter> {
    const busy = generation !== null && written.has(generation);
    if (busy) throw beingWritten(generation, 'Close its writer before another is opened.');
    if (generation !== null) written.add(generation);
    try {
      const writer = await start();
      written.add(writer.generation);
      const guarded: GenerationWriter = track(
        guardWriter(writer, building, { gate, engine }, () => {
          written.delete(writer.generation);
          open.delete(guarded);
        }),
      );
      return guarded;
    } catch (error) {
      if (generation !== null) written.delete(generation);
      throw error;
    }
  }

  return {
    engine: backend.engine,
    version: backend.version,
    get supports() {
      return backend.supports;
    },
    target: backend.target,
    generations: () => gate.pass(() => backend.generations()),
    create: (fingerprint) => gate.pass(() => startWriter(null, true, () => backend.create(fingerprint))),
    writer: (generation) =>
      gate.pass(async () => {
        const state = await stateOf(generation);
        return startWriter(generation, state === 'building', () => backend.writer(generation));
      }),
    swap: (generation) =>
      gate.pass(async () => {
        if ((await stateOf(generation)) === 'building') {
          throw new HayrickError(
            'ARGUMENT_INVALID',
            `Generation "${generation}" is not finished and cannot go live. Finish it, or run rebuild_index.`,
          );
        }
        await backend.swap(generation);
      }),
    drop: (generation) =>
      gate.pass(async () => {
        checkName(generation);
        if (written.has(generation)) throw beingWritten(generation, 'Close its writer before it is dropped.');
        await backend.drop(generation);
      }),
    live: () => gate.pass(() => backend.live()),
    reader: (generation) =>
      gate.pass(async () => {
        checkName(generation);
        const reader = await backend.reader(generation);
        const guarded: GenerationReader = guardReader(reader, {
          gate,
          fields,
          declared: context.fields,
          maxResults: context.maxResults,
          backend,
          closed: () => open.delete(guarded),
        });
        return track(guarded);
      }),
    inspect: (generation) =>
      gate.pass(async () => {
        checkName(generation);
        const inspector = await backend.inspect(generation);
        const guarded: GenerationInspector = guardInspector(inspector, { gate, engine }, () =>
          open.delete(guarded),
        );
        return track(guarded);
      }),
    schema: () => backend.schema(),
    close: () =>
      gate.close(async () => {
        await Promise.allSettled([...open].map((one) => one.close()));
        await backend.close();
      }),
  };
}

function guardWriter(
  writer: GenerationWriter,
  building: boolean,
  around: { readonly gate: Gate; readonly engine: string },
  closed: () => void,
): GenerationWriter {
  const what = `The writer of generation ${writer.generation}`;
  const gate = new Gate({ what, engine: around.engine, around: around.gate });
  let finished = false;
  let turn: Promise<unknown> = Promise.resolve();

  /** In a generation that is kept up to date one batch builds on the other. */
  function inTurn<T>(write: () => Promise<T>): Promise<T> {
    if (building) return write();
    const running = turn.then(write, write);
    turn = running;
    return running;
  }

  function checkWriting(): void {
    if (!finished || gate.closed) return;
    throw new HayrickError(
      'CLOSED',
      `Generation ${writer.generation} is finished: this writer takes nothing more.`,
    );
  }

  const standing = (): { building: boolean; applied: number } => ({ building, applied: writer.applied });
  const writePacked = writer.writePacked?.bind(writer);
  return {
    generation: writer.generation,
    get applied() {
      return writer.applied;
    },
    write: (changes, upTo, options) =>
      gate.pass(async () => {
        checkWriting();
        return inTurn(async () => {
          options?.signal?.throwIfAborted();
          checkChanges(changes, upTo, standing());
          return writer.write(changes, upTo, options);
        });
      }, options),
    ...(writePacked === undefined
      ? {}
      : {
          writePacked: (packed, upTo, options) =>
            gate.pass(async () => {
              checkWriting();
              return inTurn(async () => {
                options?.signal?.throwIfAborted();
                checkUpTo(upTo, standing());
                return writePacked(packed, upTo, options);
              });
            }, options),
        }),
    async finish(options) {
      checkWriting();
      options?.signal?.throwIfAborted();
      // Nothing more is let in, and what is under way ends before.
      finished = true;
      await gate.quiet();
      return gate.pass(() => writer.finish(options), options);
    },
    close: () => gate.close(() => writer.close().finally(closed)),
  };
}

interface ReaderGuard {
  readonly gate: Gate;
  readonly fields: FieldNames;
  readonly declared: BackendContext['fields'];
  readonly maxResults: number;
  readonly backend: Backend;
  readonly closed: () => void;
}

function guardReader(reader: GenerationReader, guard: ReaderGuard): GenerationReader {
  const { fields, maxResults, backend } = guard;
  const what = `The reader of generation ${reader.generation}`;
  const gate = new Gate({ what, engine: backend.engine, around: guard.gate });
  return {
    generation: reader.generation,
    fingerprint: reader.fingerprint,
    state: () => gate.pass(() => reader.state()),
    search: (request, access, options) =>
      gate.pass(async () => {
        options?.signal?.throwIfAborted();
        checkAccess(access);
        checkRequest(request, maxResults);
        checkSort(request.sort, backend);
        checkScored(request, backend, fields);
        checkCondition(request.condition, fields);
        checkSupported(request.condition, backend.supports, backend.engine);
        if (request.limit === 0 || access.archives.length === 0) return { hits: [] };
        return reader.search(request, access, options);
      }, options),
    count: (condition, access, options) =>
      gate.pass(async () => {
        options?.signal?.throwIfAborted();
        checkAccess(access);
        checkCondition(condition, fields);
        checkSupported(condition, backend.supports, backend.engine);
        return access.archives.length === 0 ? 0 : reader.count(condition, access, options);
      }, options),
    explain: (condition, access) =>
      gate.pass(async () => {
        checkAccess(access);
        checkCondition(condition, fields);
        checkSupported(condition, backend.supports, backend.engine);
        return reader.explain(condition, access);
      }),
    ...guardFieldQuestions(reader, { ...guard, gate }),
    close: () => gate.close(() => reader.close().finally(guard.closed)),
  };
}

function guardInspector(
  inspector: GenerationInspector,
  around: { readonly gate: Gate; readonly engine: string },
  closed: () => void,
): GenerationInspector {
  const what = `The inspector of generation ${inspector.generation}`;
  const gate = new Gate({ what, engine: around.engine, around: around.gate });
  const compare = inspector.compare?.bind(inspector);
  return {
    generation: inspector.generation,
    stored: (after, limit, options) =>
      gate.pass(async () => {
        options?.signal?.throwIfAborted();
        return inspector.stored(after, limit, options);
      }, options),
    check: (options) => gate.pass(() => inspector.check(options), options),
    ...(compare === undefined
      ? {}
      : { compare: (documents, options) => gate.pass(() => compare(documents, options), options) }),
    close: () => gate.close(() => inspector.close().finally(closed)),
  };
}

function checkSort(sort: Sort, { supports, engine }: Backend): void {
  if (sort !== 'relevance' || supports.relevance) return;
  throw new HayrickError(
    'QUERY_UNSUPPORTED',
    `The engine "${engine}" does not support order by relevance. Sort by newest or oldest, or ask another connection.`,
  );
}

function checkName(generation: string): void {
  if (GENERATION.test(generation)) return;
  throw new HayrickError(
    'GENERATION_NONE',
    `There is no generation "${generation}". Run rebuild_index to make one.`,
  );
}

function beingWritten(generation: string, advice: string): HayrickError {
  return new HayrickError('LOCKED', `Generation "${generation}" is being written by this program. ${advice}`);
}
