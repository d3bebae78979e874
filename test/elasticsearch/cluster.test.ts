import { afterAll, describe, expect, it } from 'vitest';
import { ownElasticsearchCluster } from './servers.ts';

const cluster = await ownElasticsearchCluster('that three nodes outlive the death of one');
afterAll(() => cluster?.close());

describe.skipIf(cluster === null)('three nodes', { timeout: 300_000 }, () => {
  it('are one cluster, which outlives the death of one and takes it back', async () => {
    const [first, second, third] = cluster?.nodes ?? [];
    if (!first || !second || !third) throw new Error('Three nodes were asked for.');
    const health = async (path: string): Promise<unknown> =>
      JSON.parse((await first.ask(`/_cluster/health${path}`)).text);
    expect(await health('')).toMatchObject({ number_of_nodes: 3, status: 'green' });
    await first.ask('/kept', { method: 'PUT', body: { settings: { number_of_replicas: 2 } } });
    await third.ask('/kept/_doc/1?wait_for_active_shards=all', { method: 'PUT', body: { text: 'hay' } });

    await third.kill();
    expect(await health('?wait_for_nodes=2&timeout=60s')).toMatchObject({ timed_out: false });
    const put = await second.ask('/kept/_doc/2?timeout=60s', { method: 'PUT', body: { text: 'straw' } });
    expect(put.status).toBe(201);

    await third.start();
    expect(await health('?wait_for_nodes=3&wait_for_status=green&timeout=60s')).toMatchObject({
      timed_out: false,
    });
    for (const id of [1, 2])
      expect(JSON.parse((await third.ask(`/kept/_doc/${id}?preference=_local`)).text)).toMatchObject({
        found: true,
      });
  });
});
