import type { Backend } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import { type RetryPolicy, withRetries } from './target.ts';

/** The backend with its calls about generations done again when an outage interrupts them. Writers and readers are as they were. */
export function persistent(connection: string, backend: Backend, retry: RetryPolicy): Backend {
  const insist = <T>(work: () => Promise<T>): Promise<T> =>
    withRetries({ connection, loading: false }, work, retry);
  return {
    engine: backend.engine,
    version: backend.version,
    target: backend.target,
    get supports() {
      return backend.supports;
    },
    generations: () => insist(() => backend.generations()),
    create: (fingerprint) => insist(() => backend.create(fingerprint)),
    writer: (generation) => insist(() => backend.writer(generation)),
    swap: (generation) => insist(() => backend.swap(generation)),
    async drop(generation) {
      let tries = 0;
      await insist(async () => {
        tries++;
        await backend.drop(generation).catch((error: unknown) => {
          // The outage may have come behind the deed.
          if (tries === 1 || !(error instanceof HayrickError) || error.code !== 'GENERATION_NONE')
            throw error;
        });
      });
    },
    live: () => insist(() => backend.live()),
    reader: (generation) => backend.reader(generation),
    inspect: (generation) => backend.inspect(generation),
    schema: () => backend.schema(),
    close: () => backend.close(),
  };
}
