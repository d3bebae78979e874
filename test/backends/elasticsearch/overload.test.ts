import { afterAll, describe, expect, it } from 'vitest';
import { ownElasticsearchServer } from '../../elasticsearch/servers.ts';
import { startFront } from './front.ts';
import { countIn, live, makePlace, put, putsOf } from './place.ts';

const server = await ownElasticsearchServer('what is done when the server is overloaded or takes nothing', {
  // Without the second a body is taken in pieces and never found too much.
  settings: ['http.max_content_length: 2mb', 'rest.incremental_bulk: false'],
});
afterAll(() => server?.close());
const url = server?.url ?? '';

async function send(method: string, path: string, body: unknown): Promise<void> {
  const answer = await server?.ask(path, { method, body });
  if (answer?.status !== 200) throw new Error(`${method} ${path}: ${answer?.text}`);
}

/** Limits the memory of requests so that a longer body is sent back, or lifts that again. */
async function limitMemory(limit: string | null): Promise<void> {
  await send('PUT', '/_cluster/settings', {
    persistent: { 'network.breaker.inflight_requests.limit': limit },
  });
}

async function block(index: string, kind: string, on: boolean): Promise<void> {
  await send('PUT', `/${index}/_settings`, { [`index.blocks.${kind}`]: on ? true : null });
}

describe.skipIf(server === null)('on a server that has too much to do', () => {
  it('a request that is sent back whole goes again after a wait', async () => {
    await using place = await makePlace(url);
    const waits: number[] = [];
    const backend = await place.open(
      { url },
      {
        sleep: async (milliseconds) => {
          waits.push(milliseconds);
          if (waits.length === 3) await limitMemory(null);
        },
      },
    );
    const generation = await live(backend, []);
    const writer = await backend.writer(generation);
    await limitMemory('50kb');
    const outcome = await writer
      .write(putsOf(1, 100, 'journal '.repeat(200)), 100)
      .finally(() => limitMemory(null));
    expect(outcome).toMatchObject({ added: 100, refused: [] });
    expect(waits).toEqual([250, 500, 1000]);
    await writer.close();
    expect(await countIn(backend, generation)).toBe(100);
  });

  it('an overload that does not end is an outage: nothing is refused, and the log is not moved', async () => {
    await using place = await makePlace(url);
    const waits: number[] = [];
    const patient = await place.open(
      { url },
      {
        sleep: async (milliseconds) => {
          waits.push(milliseconds);
        },
      },
    );
    const generation = await live(patient, [put(1)]);
    const batch = putsOf(2, 101, 'journal '.repeat(200));
    await limitMemory('50kb');
    try {
      const writer = await patient.writer(generation);
      await expect(writer.write(batch, 101)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
      expect(writer.applied).toBe(1);
      await writer.close();
      expect(waits).toEqual([250, 500, 1000, 2000, 4000]);
      // Who is given no way to wait leaves it to the caller at once.
      const hasty = await (await place.open({ url })).writer(generation);
      await expect(hasty.write(batch, 101)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
      await hasty.close();
    } finally {
      await limitMemory(null);
    }
    expect(await countIn(patient, generation)).toBe(1);
  });

  it('a message that is too long for the server is refused, and the others are not', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const writer = await backend.create('fingerprint');
    const changes = [
      ...putsOf(1, 10, 'journal '.repeat(60_000)),
      put(11, { text: { own: 'journal '.repeat(400_000) } }),
      put(12),
    ];
    const outcome = await writer.write(changes, 12);
    expect(outcome).toMatchObject({ added: 11 });
    expect(outcome.refused).toEqual([
      { seq: 11, id: 'b'.padStart(32, '0'), reason: expect.stringContaining('2097152') },
    ]);
    await writer.finish();
    await writer.close();
    expect(await countIn(backend, writer.generation)).toBe(11);
  });

  it('what is too long for something on the way there is halved', async () => {
    await using front = await startFront(url, { longest: 300_000 });
    await using place = await makePlace(url);
    const backend = await place.open({ url: front.url });
    const writer = await backend.create('fingerprint');
    const changes = [
      ...putsOf(1, 10, 'journal '.repeat(10_000)),
      put(11, { text: { own: 'journal '.repeat(40_000) } }),
      put(12),
    ];
    const outcome = await writer.write(changes, 12);
    expect(outcome).toMatchObject({ added: 11 });
    expect(outcome.refused.map(({ seq }) => seq)).toEqual([11]);
    await writer.finish();
    await writer.close();
    expect(await countIn(backend, writer.generation)).toBe(11);
    expect(front.passed.filter(({ status }) => status === 413).length).toBeGreaterThan(2);
  });

  it.each([
    ['read_only_allow_delete', 'DISK_FULL'],
    ['write', 'ENGINE_FAILED'],
    ['read_only', 'ENGINE_FAILED'],
  ])('the block %s is no overload, but %s', async (kind, code) => {
    await using place = await makePlace(url);
    const sleep = async (): Promise<void> => {
      throw new Error('there is nothing to wait for');
    };
    const backend = await place.open({ url }, { sleep });
    const generation = await live(backend, [put(1)]);
    const writer = await backend.writer(generation);
    await block(generation, kind, true);
    try {
      await expect(writer.write([put(2)], 2)).rejects.toMatchObject({
        code,
        message: expect.stringContaining('cluster_block_exception'),
      });
      expect(writer.applied).toBe(1);
      expect(await countIn(backend, generation)).toBe(1);
    } finally {
      await block(generation, kind, false);
    }
    expect(await writer.write([put(2)], 2)).toMatchObject({ added: 1 });
    await writer.close();
    expect(await countIn(backend, generation)).toBe(2);
  });
});
