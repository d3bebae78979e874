import { fieldNames } from '../../backend/check-condition.ts';
import type { Backend, BackendContext, GenerationInfo } from '../../backend/index.ts';
import { assertingInspector } from './asserting-inspector.ts';
import { assertingReader } from './asserting-reader.ts';
import { assertingWriter } from './asserting-writer.ts';
import { answered, isCount, passed } from './breach.ts';
import { Watch } from './watch.ts';

const STATES: ReadonlySet<string> = new Set(['live', 'building', 'kept']);
const NAME = /^[a-z0-9][a-z0-9._-]{0,254}$/;

/**
 * Checks the contract from both sides while a backend is used: what core may pass to an engine, and what an engine may answer. Throws
 * ContractBreach, which says who broke it. Stands between the guard and the engine: `guardBackend(asserting(backend, context), context)`.
 */
export function asserting(backend: Backend, context: Pick<BackendContext, 'fields'>): Backend {
  const watch = new Watch('the backend', null);
  const fields = fieldNames(context.fields);
  const made = new Map<string, string>();
  const written = new Set<string>();

  for (const [what, text] of Object.entries({
    engine: backend.engine,
    version: backend.version,
    target: backend.target,
  })) {
    answered(typeof text === 'string' && text !== '', () => `its ${what} is ${JSON.stringify(text)}`);
  }

  async function generations(): Promise<readonly GenerationInfo[]> {
    const all = await backend.generations();
    for (const one of all) checkInfo(one);
    answered(new Set(all.map((one) => one.name)).size === all.length, () => 'two generations of one name');
    answered(all.filter((one) => one.state === 'live').length <= 1, () => 'two live generations');
    for (const { name, fingerprint } of all) {
      // A generation that cannot be read tells none.
      const before = made.get(name);
      answered(
        before === undefined || fingerprint === '' || fingerprint === before,
        () => `${name} was made with the fingerprint ${before} and tells ${fingerprint}`,
      );
    }
    return all;
  }

  function openWriter(building: boolean, writer: Awaited<ReturnType<Backend['writer']>>) {
    const { generation } = writer;
    answered(NAME.test(generation), () => `a generation is called ${JSON.stringify(generation)}`);
    passed(!written.has(generation), () => `${generation} has two writers`);
    written.add(generation);
    const closed = (): void => {
      written.delete(generation);
    };
    return assertingWriter(writer, { building, fields, around: watch, closed });
  }

  return {
    engine: backend.engine,
    version: backend.version,
    get supports() {
      return backend.supports;
    },
    target: backend.target,
    generations: () => watch.call('generations', generations),
    create: (fingerprint) =>
      watch.call('create', async () => {
        const names = new Set((await backend.generations()).map((one) => one.name));
        const writer = await backend.create(fingerprint);
        answered(!names.has(writer.generation), () => `${writer.generation} was there before it was made`);
        answered(writer.applied === 0, () => `a new generation has applied ${writer.applied}`);
        made.set(writer.generation, fingerprint);
        return openWriter(true, writer);
      }),
    writer: (generation) =>
      watch.call('writer', async () => {
        const state = (await backend.generations()).find((one) => one.name === generation)?.state;
        const writer = await backend.writer(generation);
        answered(
          writer.generation === generation,
          () => `asked for ${generation} it opens ${writer.generation}`,
        );
        return openWriter(state === 'building', writer);
      }),
    swap: (generation) =>
      watch.call('swap', async () => {
        const state = (await backend.generations()).find((one) => one.name === generation)?.state;
        passed(state !== 'building', () => `${generation} goes live unfinished`);
        await backend.swap(generation);
        const live = await backend.live();
        answered(live === generation, () => `${generation} was swapped in, and ${live} is live`);
      }),
    drop: (generation) =>
      watch.call('drop', async () => {
        passed(!written.has(generation), () => `${generation} is dropped under its writer`);
        await backend.drop(generation);
        const left = (await backend.generations()).map((one) => one.name);
        answered(!left.includes(generation), () => `${generation} was dropped and is still there`);
      }),
    live: () =>
      watch.call('live', async () => {
        const live = await backend.live();
        answered(live === null || NAME.test(live), () => `${JSON.stringify(live)} is live`);
        return live;
      }),
    reader: (generation) =>
      watch.call('reader', async () => {
        const reader = await backend.reader(generation);
        answered(
          reader.generation === generation,
          () => `asked for ${generation} it reads ${reader.generation}`,
        );
        const before = made.get(generation) ?? reader.fingerprint;
        answered(reader.fingerprint === before, () => `${generation} is read with another fingerprint`);
        return assertingReader(reader, { backend, fields, around: watch });
      }),
    inspect: (generation) =>
      watch.call('inspect', async () => {
        const inspector = await backend.inspect(generation);
        answered(
          inspector.generation === generation,
          () => `asked for ${generation} it looks at ${inspector.generation}`,
        );
        return assertingInspector(inspector, watch);
      }),
    schema: () => backend.schema(),
    close: () => watch.close(() => backend.close()),
  };
}

function checkInfo({ name, state, documents, applied, bytes, createdAt, notes }: GenerationInfo): void {
  answered(NAME.test(name), () => `a generation is called ${JSON.stringify(name)}`);
  answered(STATES.has(state), () => `the generation ${name} is ${state}`);
  for (const [what, count] of Object.entries({ documents, applied, bytes, createdAt })) {
    answered(isCount(count), () => `${what} of the generation ${name} is ${count}`);
  }
  answered(Array.isArray(notes), () => `the generation ${name} has no notes`);
}
