import { type GenerationWriter, HayrickError, type WriteOutcome } from '@hayrick/core/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ownElasticsearchServer } from '../../elasticsearch/servers.ts';
import { countIn, live, makePlace, putsOf } from './place.ts';

const server = await ownElasticsearchServer('what a server that is killed has kept');
afterAll(() => server?.close());
const url = server?.url ?? '';

/** Writes as core does: what an outage interrupted comes again, here once the server is back. */
async function writeUntilTaken(
  writer: GenerationWriter,
  first: number,
  last: number,
  back: () => Promise<void>,
): Promise<WriteOutcome> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await writer.write(putsOf(first, last), 0);
    } catch (error) {
      if (!(error instanceof HayrickError) || error.code !== 'ENGINE_UNREACHABLE' || attempt > 5) throw error;
      await back();
    }
  }
}

describe.skipIf(server === null)('a server that is killed and comes back', () => {
  beforeAll(() => server?.start());

  it('in the midst of a load: all that was sent is there in the end, each once', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const writer = await backend.create('fingerprint');
    let restart: Promise<void> | null = null;
    const back = async (): Promise<void> => {
      restart ??= server === null ? Promise.resolve() : server.kill().then(() => server.start());
      await restart;
    };
    let written = 0;
    const batches = Array.from({ length: 40 }, (_, i) => 1 + i * 100);
    for (let at = 0; at < batches.length; at += 4) {
      const some = batches.slice(at, at + 4);
      const running = Promise.all(some.map((first) => writeUntilTaken(writer, first, first + 99, back)));
      // Bodies are on their way while it dies.
      if (at === 16) await Promise.allSettled([running, server?.kill()]);
      for (const outcome of await running) {
        expect(outcome.refused).toEqual([]);
        written += outcome.added + outcome.updated;
      }
    }
    expect(restart, 'the kill met a body').not.toBeNull();
    expect(written).toBe(4000);
    await writer.write([], 4000);
    await writer.finish();
    await writer.close();
    await backend.swap(writer.generation);
    expect(await countIn(backend, writer.generation)).toBe(4000);
    expect(await backend.generations()).toMatchObject([{ state: 'live', documents: 4000, applied: 4000 }]);
  });

  it('what was acknowledged in an update outlives it, and so does how far the log was applied', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, putsOf(1, 10));
    const writer = await backend.writer(generation);
    await writer.write(putsOf(11, 20), 20);
    const last = Promise.allSettled([writer.write(putsOf(21, 30), 30)]);
    await server?.kill();
    const [end] = await last;
    await writer.close();
    await server?.start();
    const again = await backend.writer(generation);
    expect(again.applied).toBe(end?.status === 'fulfilled' ? 30 : again.applied);
    expect(again.applied).toBeGreaterThanOrEqual(20);
    await again.write(putsOf(again.applied + 1, 40), 40);
    await again.close();
    expect(await countIn(backend, generation)).toBe(40);
  });

  it('a reader says that it is away, and answers again afterwards', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, putsOf(1, 10));
    const reader = await backend.reader(generation);
    await server?.stop();
    await expect(reader.count({ kind: 'all' }, { archives: ['alpha'] })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
    await expect(backend.live()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await server?.start();
    expect(await reader.count({ kind: 'all' }, { archives: ['alpha'] })).toBe(10);
    await reader.close();
  });
});
