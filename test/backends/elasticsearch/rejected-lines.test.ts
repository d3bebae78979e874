import { afterAll, describe, expect, it } from 'vitest';
import { ownElasticsearchServer } from '../../elasticsearch/servers.ts';
import { startFront } from './front.ts';
import { countIn, makePlace, putsOf } from './place.ts';

// One thread that writes and one place to wait for it: what a busy cluster does, at once.
const server = await ownElasticsearchServer('what is done when the server sends back single lines', {
  settings: ['node.processors: 1', 'thread_pool.write.queue_size: 1'],
});
afterAll(() => server?.close());
const url = server?.url ?? '';

describe.skipIf(server === null)('on a server whose queue is full', () => {
  it('lines that are sent back go again by themselves until all are taken', async () => {
    await using front = await startFront(url);
    await using place = await makePlace(url);
    const waits: number[] = [];
    const backend = await place.open(
      { url: front.url, indexSettings: { number_of_shards: 8 } },
      {
        sleep: async (milliseconds) => {
          waits.push(milliseconds);
        },
      },
    );
    const writer = await backend.create('fingerprint');
    const all = Array.from({ length: 20 }, (_, i) =>
      putsOf(1 + i * 100, 100 + i * 100, 'journal '.repeat(50)),
    );
    // As in a bulk build: several batches at a time, and what fails for good comes again.
    let left = all.map((changes) => ({ changes }));
    const counts = { added: 0, updated: 0 };
    for (let round = 0; left.length > 0 && round < 50; round++) {
      const ends = await Promise.allSettled(left.map(({ changes }) => writer.write(changes, 0)));
      for (const end of ends) {
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: 'ENGINE_UNREACHABLE' });
        else {
          expect(end.value.refused).toEqual([]);
          counts.added += end.value.added;
          counts.updated += end.value.updated;
        }
      }
      left = left.filter((_, i) => ends[i]?.status === 'rejected');
    }
    expect(left).toEqual([]);
    await writer.write([], 2000);
    await writer.finish();
    await writer.close();
    expect(counts.added + counts.updated).toBeGreaterThanOrEqual(2000);
    expect(await countIn(backend, writer.generation)).toBe(2000);
    const rejected = front.passed.filter(({ answer }) => answer.includes('es_rejected_execution_exception'));
    expect(rejected.length, 'the server rejected lines').toBeGreaterThan(0);
    expect(waits.length).toBeGreaterThan(0);
  });
});
