import { rm } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ask } from '../../elasticsearch/request.ts';
import { elasticsearchServer } from '../../elasticsearch/servers.ts';
import { startFront } from './front.ts';
import { build, countIn, live, makePlace, put, putsOf } from './place.ts';

const server = await elasticsearchServer("that other people's indexes are left alone");
const url = server?.url ?? '';

async function send(method: string, path: string, body?: unknown): Promise<unknown> {
  const { status, text } = await ask(url, path, { method, body });
  if (status >= 300) throw new Error(`${method} ${path}: ${text}`);
  return JSON.parse(text);
}

/** An index of somebody else's that holds one document; deleted at the end. */
async function someonesIndex(name: string, body: object = {}) {
  await send('PUT', `/${name}`, { settings: { number_of_replicas: 0 }, ...body });
  await send('PUT', `/${name}/_doc/1?refresh=true`, { theirs: true });
  return {
    look: async () =>
      [await send('GET', `/${name}`), await send('GET', `/${name}/_search?version=true&sort=_doc`)].map(
        plain,
      ),
    [Symbol.asyncDispose]: async () => void (await send('DELETE', `/${name}`)),
  };
}

/** Without what changes by itself. */
function plain(answer: unknown): string {
  return JSON.stringify(answer).replace(/"took":\d+/, '');
}

const FOREIGN = { code: 'INDEX_FOREIGN', message: expect.stringMatching(/Nothing was touched/) };

describe.skipIf(server === null)('on a server that others use too', () => {
  it('an index that bears the name of the alias is refused and left alone', async () => {
    await using place = await makePlace();
    await using theirs = await someonesIndex(place.index);
    const before = await theirs.look();
    await expect(place.open({ url })).rejects.toMatchObject(FOREIGN);
    expect(await theirs.look()).toEqual(before);
  });

  it("an alias of somebody else's is refused and left alone", async () => {
    await using place = await makePlace();
    await using theirs = await someonesIndex(`${place.index}-other`, { aliases: { [place.index]: {} } });
    const before = await theirs.look();
    await expect(place.open({ url })).rejects.toMatchObject(FOREIGN);
    expect(await theirs.look()).toEqual(before);
  });

  it("another site's index behind the alias is refused, at the latest before one is made beside it", async () => {
    await using place = await makePlace(url);
    await using other = await makePlace(null, place.index);
    const first = await place.open({ url }, { site: async () => 'aaaa1111' });
    const generation = await live(first, [put(1)]);
    await expect(other.open({ url }, { site: async () => 'bbbb2222' })).rejects.toMatchObject({
      ...FOREIGN,
      message: expect.stringContaining('aaaa1111'),
    });
    // Where nobody tells the site, the fingerprint of what is to be built does.
    const untold = await other.open({ url });
    expect(await untold.live()).toBeNull();
    await expect(untold.create('0123 catalog=bbbb2222')).rejects.toMatchObject(FOREIGN);
    expect((await first.generations()).map(({ name }) => name)).toEqual([generation]);
    expect(await first.live()).toBe(generation);
  });

  it('another connection of the same site is refused', async () => {
    await using place = await makePlace(url);
    const site = async () => 'aaaa1111';
    await live(await place.open({ url }, { site }), [put(1)]);
    await expect(place.open({ url }, { site, connection: 'copy' })).rejects.toMatchObject({
      ...FOREIGN,
      message: expect.stringContaining('"cluster"'),
    });
  });

  it('indexes that are named like ours and are not ours are neither listed, nor read, nor taken, nor dropped', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url }, { site: async () => 'aaaa1111' });
    const name = `${place.index}-hayrick-aaaa1111-1`;
    await using theirs = await someonesIndex(name);
    const before = await theirs.look();
    expect(await backend.generations()).toEqual([]);
    for (const act of [backend.reader, backend.writer, backend.swap, backend.drop])
      await expect(act(name)).rejects.toMatchObject({ code: 'GENERATION_NONE' });
    expect(await live(backend, [put(1)])).toBe(`${place.index}-hayrick-aaaa1111-2`);
    expect(await theirs.look()).toEqual(before);
  });

  it('an alias that somebody leads elsewhere meanwhile is refused from then on', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, [put(1)]);
    await using theirs = await someonesIndex(`${place.index}-other`);
    const alias = { alias: place.index };
    const lead = (from: string, to: string) =>
      send('POST', '/_aliases', {
        actions: [{ remove: { index: from, ...alias } }, { add: { index: to, ...alias } }],
      });
    await lead(generation, `${place.index}-other`);
    const before = await theirs.look();
    await expect(backend.live()).rejects.toMatchObject(FOREIGN);
    await expect(backend.create('fingerprint')).rejects.toMatchObject(FOREIGN);
    await expect(backend.swap(generation)).rejects.toMatchObject(FOREIGN);
    expect(await theirs.look()).toEqual(before);
    await lead(`${place.index}-other`, generation);
  });

  it('an index that is deleted under a writer is not made anew by what is written', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const generation = await live(backend, [put(1)]);
    const writer = await backend.writer(generation);
    const reader = await backend.reader(generation);
    await send('DELETE', `/${generation}`);
    await expect(writer.write([put(2)], 2)).rejects.toMatchObject({ code: 'GENERATION_NONE' });
    await expect(reader.count({ kind: 'all' }, { archives: ['alpha'] })).rejects.toMatchObject({
      code: 'GENERATION_NONE',
    });
    expect((await ask(url, `/${generation}`)).status).toBe(404);
  });

  it('an index that is dropped while generations are listed is none of them', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const first = await live(backend, [put(1)]);
    const second = await live(backend, [put(1)]);
    expect((await backend.generations()).map(({ name }) => name)).toEqual([first, second]);
    await using front = await startFront(url, {
      before: async (path) => {
        if (path.startsWith(`/${first}/_count`)) await send('DELETE', `/${first}`);
      },
    });
    const other = await place.open({ url: front.url });
    expect((await other.generations()).map(({ name }) => name)).toEqual([second]);
  });

  it('an index that a dead run asked for is a generation as soon as it is there, though it is not ready', async () => {
    await using place = await makePlace(url);
    const backend = await place.open({ url });
    const first = await live(backend, [put(1)]);
    const { mappings } =
      ((await send('GET', `/${first}`)) as Record<string, { mappings: { _meta: object } }>)[first] ?? {};
    const late = first.replace(/\d+$/, '7');
    await send('PUT', `/${late}?wait_for_active_shards=0`, {
      settings: { 'index.routing.allocation.require._name': 'nobody', number_of_replicas: 0 },
      mappings: { _meta: { ...mappings?._meta, state: 'building' } },
    });
    expect(await backend.generations()).toMatchObject([
      { name: first, documents: 1 },
      { name: late, state: 'building', documents: 0 },
    ]);
    await backend.drop(late);
    expect((await backend.generations()).map(({ name }) => name)).toEqual([first]);
  });

  it('a folder or a catalog that is lost does not lose the index', async () => {
    await using place = await makePlace(url);
    const site = async () => 'aaaa1111';
    const generation = await live(await place.open({ url }, { site }), [put(1)]);
    // The catalog is made anew and bears another name: the folder remembers.
    expect(await (await place.open({ url }, { site: async () => 'bbbb2222' })).live()).toBe(generation);
    await rm(place.directory, { recursive: true });
    expect(await (await place.open({ url }, { site })).live()).toBe(generation);
    // With neither, the first build tells by its fingerprint.
    const untold = await place.open({ url });
    expect(await untold.live()).toBeNull();
    const writer = await untold.create('0123 catalog=aaaa1111');
    await writer.close();
    expect(writer.generation).toBe(`${place.index}-hayrick-aaaa1111-2`);
    expect(await untold.live()).toBe(generation);
  });

  it('one target is told in one way, however it is written', async () => {
    await using place = await makePlace();
    const written = [{ url: `${url}/` }, { url: url.replace('http', 'HTTP') }, { nodes: [url] }];
    const opened = await Promise.all(written.map((settings) => place.open(settings)));
    expect(new Set(opened.map(({ target }) => target))).toEqual(new Set([`${url}/${place.index}`]));
  });

  it.each([
    ['a swap', 'POST', '/_aliases'],
    ['a deletion', 'DELETE', '/t'],
  ])('%s whose answer is lost is done all the same', async (_, asked, begin) => {
    let cuts = 0;
    await using place = await makePlace(url);
    const made = await place.open({ url });
    const old = await live(made, putsOf(1, 5));
    const fresh = await build(made, putsOf(1, 6));
    await using front = await startFront(url, {
      cut: (path, method) => (method === asked && path.startsWith(begin) && cuts++ === 0 ? 'behind' : null),
    });
    const backend = await place.open({ url: front.url });
    await backend.swap(fresh);
    expect(await backend.live()).toBe(fresh);
    await backend.drop(old);
    expect((await backend.generations()).map(({ name }) => name)).toEqual([fresh]);
    expect(cuts).toBeGreaterThan(0);
  });

  it('writes, swaps and deletions name our indexes in full', async () => {
    await using front = await startFront(url);
    await using place = await makePlace(url);
    const backend = await place.open({ url: front.url });
    const old = await live(backend, putsOf(1, 5));
    const fresh = await live(backend, putsOf(1, 5));
    const writer = await backend.writer(fresh);
    await writer.write([put(6), { kind: 'remove', seq: 7, id: '1'.padStart(32, '0') }], 7);
    await writer.close();
    expect(await countIn(backend, fresh)).toBe(5);
    await backend.drop(old);
    const changing = front.passed.filter(
      ({ method, path }) => method !== 'GET' && !/\/_(?:search|count)\b/.test(path),
    );
    expect(changing.length).toBeGreaterThan(10);
    for (const { path, body } of changing) {
      const [, first = ''] = path.split(/[/?]/);
      if (first === '_aliases') expect(body).not.toContain('*');
      else expect([old, fresh]).toContain(decodeURIComponent(first));
    }
    const swaps = changing.filter(({ path }) => path.startsWith('/_aliases'));
    expect(swaps.map(({ body }) => (JSON.parse(body) as { actions: unknown[] }).actions)).toEqual([
      [{ add: { index: old, alias: place.index } }],
      [
        { remove: { index: old, alias: place.index, must_exist: true } },
        { add: { index: fresh, alias: place.index } },
      ],
    ]);
  });
});
