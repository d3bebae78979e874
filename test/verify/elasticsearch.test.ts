import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask } from '../elasticsearch/request.ts';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { inShort, MESSAGES, makeVerifiedSite, type VerifiedSite } from './verified-site.ts';

const server = await elasticsearchServer('damage to an index on Elasticsearch');
const url = server?.url ?? '';
const INDEX = `verify-${process.pid}`;

describe.skipIf(server === null)('an index on Elasticsearch', () => {
  let site: VerifiedSite;
  beforeAll(async () => {
    site = await makeVerifiedSite({ default: { engine: 'elasticsearch', url, index: INDEX } });
  }, 120_000);
  afterAll(async () => {
    const alias = JSON.parse((await ask(url, `/_alias/${INDEX}`)).text) as Record<string, unknown>;
    for (const name of Object.keys(alias)) await ask(url, `/${name}`, { method: 'DELETE' });
    site?.remove();
  });

  const send = async (method: string, path: string, body?: unknown): Promise<void> => {
    const { status, text } = await ask(url, `/${INDEX}/${path}`, { method, body });
    expect(status, text).toBeLessThan(300);
  };

  it('without damage has no differences, and what it cannot do is told', async () => {
    await site.use(async (one) => {
      const answer = await one.verify({ level: 'deep', workers: 1 });
      expect(answer).toMatchObject({ differences: [], documents: { default: MESSAGES }, failures: [] });
      expect(answer.notes).toEqual([expect.stringContaining('elasticsearch cannot compare its postings')]);
    });
  });

  it('quick finds what was deleted, written and updated in it by hand, and repair mends it', async () => {
    await send('DELETE', `_doc/${site.idOf('a1')}`);
    // What an update by the server itself writes anew has lost its words.
    await send('POST', `_update/${site.idOf('a2')}`, { doc: { size: 5 } });
    await send('POST', `_update_by_query?refresh=true&conflicts=proceed`, {
      query: { ids: { values: [site.idOf('b1')] } },
      script: { source: 'ctx._source.date = 5' },
    });
    const stray = '0'.repeat(31).concat('1');
    // The keys of its id: the smallest number, and the one above it.
    const keys = { idHigh: '-9223372036854775808', idLow: '-9223372036854775807' };
    const rest = { date: 7, received: 7, size: 7, digest: 7, archives: ['garden'] };
    await send('PUT', `_doc/${stray}`, { id: stray, ...keys, ...rest });
    await site.use(async (one) => {
      const { found, left } = await one.repair({ workers: 1 });
      expect(found.differences.map(inShort).sort()).toEqual([
        'content default a2',
        'content default b1',
        'extra default unknown',
        'missing default a1',
      ]);
      expect(left?.differences).toEqual([]);
      expect((await one.count('scythe')).count).toBe(3);
      const { hits } = await one.search('*', { limit: 50 });
      expect(hits.map(({ id }) => id).sort()).toEqual(site.ids.toSorted());
    });
  });

  it('full finds documents that are none of ours', async () => {
    await send('PUT', `_doc/stray?refresh=true`, { size: 7 });
    await site.use(async (one) => {
      const { found, left, steps } = await one.repair({ level: 'full', workers: 1 });
      expect(found.differences.map(inShort)).toContain('index default');
      expect(steps).toEqual(['default: its index is built anew beside the present one']);
      expect(left?.differences).toEqual([]);
    });
  });
});
