import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Site } from '@hayrick/core';
import { afterEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { openSiteAt } from '../site-at.ts';
import { type RecordedRequest, replay } from './recorded-requests.ts';
import { servedFixtures, type Unpacked, unpack } from './unpack.ts';

const server = await elasticsearchServer('an index of an earlier format is opened');
const FIXTURES = servedFixtures();
/** Of what is written today, as the first test makes sure. */
const TODAY = Math.max(...FIXTURES.map(({ format }) => format));
const NEWEST = `elasticsearch-${TODAY}.br`;
/** Messages of a fixture, one of which has vanished from its source. */
const MESSAGES = 9;
const FORMAT = /"hayrick":\d+/;

interface Served {
  readonly site: Site;
  readonly unpacked: Unpacked;
  /** Behind it are the indexes of this test and no others. */
  readonly alias: string;
  /** The generation of the fixture. */
  readonly first: string;
}

let served: Served | null = null;
afterEach(async () => {
  await served?.site.close();
  if (served !== null) {
    const names = Object.keys(await told(`/${served.alias}-hayrick-*`));
    await fetch(`${server?.url}/${names.join()}`, { method: 'DELETE' });
    served.unpacked.remove();
  }
  served = null;
});

/** The site of a fixture, with its index put into the server under an alias of its own. @param format which the index says it has */
async function serve(name: string, format: number | null = null): Promise<Served> {
  const unpacked = unpack({ name });
  const alias = `test-${basename(unpacked.folder).toLowerCase()}`;
  const ours = (text: string) => text.replaceAll(unpacked.alias, alias);
  const requests = unpacked.requests.map((request): RecordedRequest => {
    const body = ours(request.body);
    const told = format === null ? body : body.replace(FORMAT, `"hayrick":${format}`);
    return { ...request, path: ours(request.path), body: told };
  });
  await replay(server?.url ?? '', requests);
  const path = join(unpacked.folder, 'settings.json');
  const settings = JSON.parse(readFileSync(path, 'utf8'));
  settings.connections.default = { engine: 'elasticsearch', url: server?.url, index: alias };
  writeFileSync(path, JSON.stringify(settings));
  const first = basename(requests[0]?.path ?? '');
  served = { site: await openSiteAt(settings, unpacked.folder), unpacked, alias, first };
  return served;
}

async function told(path: string): Promise<Record<string, { readonly mappings: object }>> {
  const answer = await fetch(`${server?.url}${path}`);
  return (await answer.json()) as Record<string, { readonly mappings: object }>;
}

/** What was found when the fixture was made is found, but for messages that a rebuild has dropped. */
async function expectFound({ site, unpacked }: Served, dropped: readonly string[] = []): Promise<void> {
  for (const [query, ids] of Object.entries(unpacked.found['default'] ?? {})) {
    const { hits } = await site.search(query, { sort: 'oldest', limit: 100 });
    const lines = hits.map(({ id, archives }) => `${id} ${archives.join()}`);
    expect([query, lines]).toEqual([query, ids.filter((line) => !dropped.includes(line))]);
  }
}

describe.skipIf(server === null)('an index on Elasticsearch', () => {
  it('is written today as the newest fixture has it', async () => {
    const { site, unpacked, alias, first } = await serve(NEWEST);
    const { [first]: recorded } = await told(`/${first}`);
    await site.rebuild({ keep: 0, workers: 1 });
    const [made = ''] = Object.keys(await told(`/${alias}`));
    const { [made]: today } = await told(`/${made}`);
    expect(made).not.toBe(first);
    expect(JSON.stringify(today?.mappings)).toContain(`"hayrick":${TODAY}`);
    // Whoever changes the mapping raises the format, and adds a fixture.
    expect(today?.mappings).toEqual({ ...recorded?.mappings, _meta: expect.anything() });
    expect(unpacked.requests.length).toBeGreaterThan(10);
  });

  it('answers as it did, and goes on with what arrives', async () => {
    const one = await serve(NEWEST);
    await expectFound(one);
    const { site, unpacked, first } = one;
    const before = await site.update();
    expect(before.totals).toMatchObject({ read: 10, indexed: 0, quarantined: 0, removed: 0 });
    const text = 'A late hedgehog.';
    appendFileSync(join(unpacked.folder, 'mail/garden.mbox'), mbox([{ id: 'late@example.org', text }]));
    const { totals, connections } = await site.update({ remove: true, workers: 1 });
    expect(totals).toMatchObject({ indexed: 1, removed: 1 });
    expect(connections).toMatchObject({ default: { documents: MESSAGES, generation: first } });
    expect((await site.count('hedgehog')).count).toBe(1);
    expect((await site.verify({ level: 'full' })).differences).toEqual([]);
  });

  it('of an older format is neither read nor written, which is said, until it is built anew beside', async () => {
    const one = await serve(NEWEST, TODAY - 1);
    const { site, first } = one;
    const OLDER = `The index ${first} was made by an older Hayrick (its format is ${TODAY - 1}, this one knows ${TODAY}). Run rebuild_index: it builds a new one beside it.`;
    const refusal = { code: 'REBUILD_NEEDED', message: OLDER };
    const whole = await told(`/${first}/_search?sort=_doc`);
    await expect(site.search('scythe')).rejects.toMatchObject(refusal);
    await expect(site.count('scythe')).rejects.toMatchObject(refusal);
    await expect(site.update()).rejects.toMatchObject(refusal);
    const [info] = await site.info();
    expect(info?.rebuildNeeded).toMatch(/run rebuild_index -u default/);
    expect(info?.generations).toMatchObject([{ name: first, state: 'live', notes: [OLDER] }]);
    const { differences } = await site.verify();
    expect(differences).toMatchObject([{ what: 'index', connection: 'default', detail: OLDER }]);
    expect(await told(`/${first}/_search?sort=_doc`)).toMatchObject({ hits: whole['hits'] });

    await site.rebuild({ workers: 1 });
    const [all = []] = Object.values(one.unpacked.found['default'] ?? {});
    const { hits } = await site.search('*', { limit: 100 });
    const gone = all.filter((line) => !hits.some(({ id }) => line.startsWith(id)));
    expect(gone).toHaveLength(1);
    await expectFound(one, gone);
    const generations = (await site.info())[0]?.generations;
    expect(generations).toMatchObject([
      { name: first, state: 'kept', notes: [OLDER] },
      { state: 'live', notes: [] },
    ]);
    await expect(site.rollback()).rejects.toMatchObject({ code: 'REBUILD_NEEDED' });
    expect((await site.verify({ level: 'full' })).differences).toEqual([]);
    await site.rebuild({ workers: 1 });
    expect(await told(`/${first}`)).toMatchObject({ status: 404 });
  });

  it('of a newer format is refused in a sentence and left as it is', async () => {
    const { site, first } = await serve(NEWEST, TODAY + 1);
    const refusal = { code: 'INDEX_TOO_NEW', message: /was made by a newer Hayrick\. Use that version/ };
    const whole = await told(`/${first}`);
    await expect(site.search('scythe')).rejects.toMatchObject(refusal);
    await expect(site.update()).rejects.toMatchObject(refusal);
    expect(await told(`/${first}`)).toEqual(whole);
  });
});
