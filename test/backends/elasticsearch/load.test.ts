import { createAnalyzer } from '@hayrick/core/analysis';
import { describe, expect, it } from 'vitest';
import { ask } from '../../elasticsearch/request.ts';
import { elasticsearchServer } from '../../elasticsearch/servers.ts';
import { startFront } from './front.ts';
import { ACCESS, countIn, live, makePlace, put, putsOf } from './place.ts';

const server = await elasticsearchServer('loads and updates of an index');
const url = server?.url ?? '';

async function look(path: string): Promise<Record<string, unknown>> {
  return JSON.parse((await ask(url, path)).text) as Record<string, unknown>;
}

async function settingsOf(index: string): Promise<unknown> {
  const answer = await look(`/${index}/_settings?flat_settings=true`);
  return (answer[index] as { readonly settings: unknown }).settings;
}

async function metaOf(index: string): Promise<unknown> {
  const answer = await look(`/${index}/_mapping`);
  return (answer[index] as { readonly mappings: { readonly _meta: unknown } }).mappings._meta;
}

describe.skipIf(server === null)('on a real server', () => {
  it('a load does without refreshes and copies, which come back when it ends', async () => {
    await using place = await makePlace(url);
    const indexSettings = { number_of_replicas: 2, refresh_interval: '30s', number_of_shards: 2 };
    const backend = await place.open({ url, indexSettings });
    const writer = await backend.create('fingerprint');
    await writer.write(putsOf(1, 3), 3);
    expect(await settingsOf(writer.generation)).toMatchObject({
      'index.refresh_interval': '-1',
      'index.number_of_replicas': '0',
      'index.number_of_shards': '2',
      'index.max_result_window': '10001',
    });
    await writer.finish();
    await writer.close();
    expect(await settingsOf(writer.generation)).toMatchObject({
      'index.refresh_interval': '30s',
      'index.number_of_replicas': '2',
    });
    expect(await countIn(backend, writer.generation)).toBe(3);
  });

  it('without settings of the site the defaults of the server come back', async () => {
    await using place = await makePlace(url);
    const generation = await live(await place.open({ url }), [put(1)]);
    const settings = await settingsOf(generation);
    expect(settings).toMatchObject({ 'index.number_of_replicas': '1', 'index.number_of_shards': '1' });
    expect(settings).not.toHaveProperty(['index.refresh_interval']);
  });

  it('the mapping says whose the index is, what it was built with, and whether it is whole', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url }, { site: async () => 'abcd1234' });
    const writer = await backend.create('fields-7');
    const meta = {
      site: 'abcd1234',
      connection: 'cluster',
      index: place.index,
      fingerprint: 'fields-7',
      createdAt: 1_700_000_000,
    };
    expect(await metaOf(writer.generation)).toMatchObject({ ...meta, state: 'building' });
    await writer.finish();
    await writer.close();
    expect(await metaOf(writer.generation)).toMatchObject({ ...meta, state: 'complete' });
  });

  it('no text is kept in what documents are fetched by', async () => {
    await using place = await makePlace(url);
    const generation = await live(await place.open({ url }), [
      put(1, { text: { own: 'secretword' }, keywords: { mid: ['a@b'] } }),
    ]);
    const found = JSON.stringify(await look(`/${generation}/_search?q=_id:${'1'.padStart(32, '0')}`));
    expect(found).toContain('"archives":["alpha"]');
    expect(found).not.toMatch(/secretword|a@b/);
  });

  it('a batch that is longer than a body goes in several, two under way at a time', async () => {
    await using front = await startFront(url);
    await using place = await makePlace(url);
    const backend = await place.open({ url: front.url });
    const words = 'journal '.repeat(60_000).trim();
    const writer = await backend.create('fingerprint');
    const outcome = await writer.write(putsOf(1, 60, words), 60);
    await writer.finish();
    await writer.close();
    expect(outcome).toEqual({ added: 60, updated: 0, removed: 0, refused: [] });
    const sizes = front.passed.filter(({ path }) => path.includes('/_bulk')).map(({ body }) => body.length);
    expect(sizes.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(8 * 1024 * 1024);
    expect(await countIn(backend, writer.generation)).toBe(60);
  });

  it('an older change that arrives behind a newer one changes nothing', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, [put(1), put(2)]);
    const writer = await backend.writer(generation);
    const id = '1'.padStart(32, '0');
    await writer.write([put(9, { id, text: { own: 'young' } })], 9);
    await writer.close();
    // As a request that was given up for lost and comes through after all.
    const late = `{"delete":{"_id":"${id}","version":5,"version_type":"external_gte"}}\n`;
    await fetch(`${url}/${generation}/_bulk?refresh=true`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-ndjson' },
      body: late,
    });
    const young = { kind: 'phrase', fields: ['own'], items: [{ kind: 'token', token: 'young' }] } as const;
    expect(await countIn(backend, generation, young)).toBe(1);
  });

  it('half a batch that is refused does not keep the other half', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, []);
    const writer = await backend.writer(generation);
    const changes = Array.from({ length: 40 }, (_, i) =>
      put(i + 1, { text: i % 2 === 0 ? { own: 'journal' } : { unheardOf: 'journal' } }),
    );
    const { refused, ...counts } = await writer.write(changes, 40);
    expect(counts).toEqual({ added: 20, updated: 0, removed: 0 });
    expect(refused.map(({ seq }) => seq)).toEqual(
      changes.map(({ seq }) => seq).filter((seq) => seq % 2 === 0),
    );
    expect(refused[0]).toMatchObject({
      id: '2'.padStart(32, '0'),
      reason: expect.stringContaining('unheardOf'),
    });
    expect(writer.applied).toBe(40);
    await writer.close();
    expect(await countIn(backend, generation)).toBe(20);
  });

  it.each(['before', 'behind'] as const)(
    'a body whose connection is cut %s the server takes it is sent again',
    async (where) => {
      let bodies = 0;
      await using front = await startFront(url, {
        cut: (path) => (path.includes('/_bulk') && ++bodies === 2 ? where : null),
      });
      await using place = await makePlace(url);
      const backend = await place.open({ url: front.url });
      const writer = await backend.create('fingerprint');
      for (let seq = 1; seq <= 30; seq += 10) await writer.write(putsOf(seq, seq + 9), seq + 9);
      await writer.finish();
      await writer.close();
      expect(bodies).toBe(2);
      expect(front.passed.filter(({ path }) => path.includes('/_bulk'))).toHaveLength(
        where === 'before' ? 3 : 4,
      );
      expect(await countIn(backend, writer.generation)).toBe(30);
    },
  );

  it('a node that is down is done without, and bodies may be compressed', async () => {
    await using gone = await startFront(url);
    await using place = await makePlace(url);
    const { url: dead } = gone;
    await gone[Symbol.asyncDispose]();
    const backend = await place.open({ nodes: [dead, url], compression: true });
    const generation = await live(backend, putsOf(1, 50));
    for (let i = 0; i < 4; i++) expect(await countIn(backend, generation)).toBe(50);
  });

  it('results beyond the window that the index was made with are reached all the same', async () => {
    await using place = await makePlace(url);
    const made = await place.open({ url }, { maxResults: 7 });
    const generation = await live(made, putsOf(1, 30));
    const backend = await place.open({ url }, { maxResults: 100 });
    const reader = await backend.reader(generation);
    const dates = async (sort: 'oldest' | 'newest' | 'relevance', offset: number, limit: number) => {
      const request = { condition: { kind: 'all' }, sort, offset, limit, after: null } as const;
      return (await reader.search(request, ACCESS)).hits.map(({ date }) => date);
    };
    const all = Array.from({ length: 30 }, (_, i) => i + 1);
    expect(await dates('oldest', 0, 100)).toEqual(all);
    expect(await dates('newest', 0, 100)).toEqual(all.toReversed());
    expect(await dates('relevance', 0, 100)).toEqual(all);
    expect(await dates('oldest', 3, 20)).toEqual(all.slice(3, 23));
    expect(await dates('oldest', 16, 10)).toEqual(all.slice(16, 26));
    expect(await dates('newest', 25, 75)).toEqual(all.toReversed().slice(25));
    expect(await dates('oldest', 50, 10)).toEqual([]);
    await reader.close();
  });

  it("the terms in the index are the analyser's tokens", async () => {
    const analyzer = createAnalyzer();
    const texts = [
      "Don't stop: running über Ärger, naïve café, ﬁle ①②, x_y-z, foo::bar, 3.14, a@b.example.org",
      '内核开发 kernel 内 커널 ไทย हिन्दी مرحبا Привет ΛΌΓΟΣ 𐐨𐐲 \ue000 e\u0301 \u0301x ¶ ª',
      `${'x'.repeat(200)} ${'é'.repeat(100)} \u00a0\u2003\u3000 zero\u200bwidth soft\u00adhyphen`,
    ];
    const tokens = texts.map((text) => {
      analyzer.begin(1000);
      analyzer.addString(text);
      analyzer.boundary();
      analyzer.addString('next value');
      return analyzer.end();
    });
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(
      backend,
      tokens.map((own, i) => put(i + 1, { text: { own } })),
    );
    // The same index, with its terms laid open.
    await ask(url, `/${generation}/_mapping`, {
      method: 'PUT',
      body: {
        properties: { text: { properties: { own: { type: 'text', analyzer: 'tokens', fielddata: true } } } },
      },
    });
    const { text } = await ask(url, `/${generation}/_search`, {
      method: 'POST',
      body: { size: 0, aggs: { terms: { terms: { field: 'text.own', size: 1000 } } } },
    });
    const { aggregations } = JSON.parse(text) as {
      aggregations: { terms: { buckets: { key: string; doc_count: number }[] } };
    };
    const expected = new Map<string, number>();
    for (const own of tokens)
      for (const token of new Set(own.split(' '))) expected.set(token, (expected.get(token) ?? 0) + 1);
    const stored = aggregations.terms.buckets.map(({ key, doc_count: count }) => [key, count] as const);
    expect(stored.toSorted()).toEqual([...expected].toSorted());
  });
});
