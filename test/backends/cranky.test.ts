import { type Backend, type BackendContext, guardBackend, type SearchRequest } from '@hayrick/core/backend';
import { asserting, cranky, DECLARED } from '@hayrick/core/testing';
import { expect, it } from 'vitest';
import { modelBackends } from '../doubles/model-backend.ts';

const CONTEXT: BackendContext = {
  connection: 'cranky',
  directory: '/nowhere',
  settings: {},
  fields: DECLARED,
  maxResults: 1000,
  now: () => 1,
};
const ALPHA = { archives: ['alpha'] };
const ALL: SearchRequest = {
  condition: { kind: 'all' },
  sort: 'oldest',
  limit: 1000,
  offset: 0,
  after: null,
};

async function open(seed: number, crankiness: Parameters<typeof cranky>[2]): Promise<Backend> {
  const calm = asserting(await modelBackends()(CONTEXT), CONTEXT);
  return guardBackend(asserting(cranky(calm, seed, crankiness), CONTEXT), CONTEXT);
}

function put(seq: number) {
  const id = `${((seq * 0x9e3779b1) >>> 0).toString(16).padStart(8, '0')}${seq.toString(16).padStart(24, '0')}`;
  const document = {
    id,
    archives: ['alpha'],
    date: seq,
    received: 1,
    size: 1,
    text: {},
    keywords: {},
    numbers: {},
  };
  return { kind: 'put' as const, seq, document, rank: null };
}

/** Tries until it goes well; notes what went wrong before. */
async function insist<T>(call: () => Promise<T>, troubles: string[]): Promise<T> {
  for (;;) {
    try {
      return await call();
    } catch (error) {
      const { code } = error as { code?: string };
      expect(['ENGINE_UNREACHABLE', 'LOCKED'], String(error)).toContain(code);
      troubles.push(String(code));
    }
  }
}

/** A generation without documents. One whose finishing failed is taken up by another writer, if it is not finished after all. */
async function empty(backend: Backend, troubles: string[]): Promise<string> {
  let writer = await insist(() => backend.create('fingerprint'), troubles);
  const { generation } = writer;
  for (;;) {
    const last = writer;
    const before = troubles.length;
    await last.finish().catch((error: { readonly code?: string }) => troubles.push(String(error.code)));
    await last.close();
    const all = await insist(() => backend.generations(), troubles);
    if (all.find((one) => one.name === generation)?.state === 'kept') return generation;
    expect(troubles.length).toBeGreaterThan(before);
    writer = await insist(() => backend.writer(generation), troubles);
  }
}

/** Builds, updates and asks, however often it fails; answers what is found, what was refused, and all that went wrong. */
async function story(seed: number, crankiness: Parameters<typeof cranky>[2]) {
  const troubles: string[] = [];
  const refused = new Set<string>();
  const backend = await open(seed, crankiness);
  const generation = await empty(backend, troubles);
  await insist(() => backend.swap(generation), troubles);
  const writer = await insist(() => backend.writer(generation), troubles);
  for (let first = 1; first <= 100; first += 10) {
    const batch = Array.from({ length: 10 }, (_, i) => put(first + i));
    const outcome = await insist(() => writer.write(batch, first + 9), troubles);
    for (const { id } of outcome.refused) refused.add(id);
  }
  await writer.close();
  const reader = await insist(() => backend.reader(generation), troubles);
  const found = (await insist(() => reader.search(ALL, ALPHA), troubles)).hits.map((hit) => hit.id);
  await backend.close();
  return { found, refused: [...refused], troubles, applied: writer.applied };
}

const whole = Array.from({ length: 100 }, (_, i) => put(i + 1).document.id);

it('fails often, and loses nothing for whoever tries again', async () => {
  for (const seed of [1, 2, 3]) {
    const { found, troubles, applied } = await story(seed, { outages: 0.4 });
    expect(troubles.length).toBeGreaterThan(3);
    expect(new Set(troubles)).toEqual(new Set(['ENGINE_UNREACHABLE', 'LOCKED']));
    expect([found, applied]).toEqual([whole, 100]);
  }
});

it('fails alike for the same seed, and otherwise for another', async () => {
  const crankiness = { outages: 0.4, refusals: 0.2 };
  const [first, again, other] = [
    await story(7, crankiness),
    await story(7, crankiness),
    await story(8, crankiness),
  ];
  expect(again).toEqual(first);
  expect(other.troubles).not.toEqual(first.troubles);
  expect(other.refused).not.toEqual(first.refused);
});

it('refuses about as many as it is told to, always the same, and takes all others', async () => {
  const { found, refused } = await story(5, { outages: 0.2, refusals: 0.3 });
  expect(refused.length).toBeGreaterThan(10);
  expect(refused.length).toBeLessThan(60);
  expect([...found, ...refused].toSorted()).toEqual(whole.toSorted());
});

it('in a good mood is as it was, but for the whole batches that it does not promise', async () => {
  const backend = await open(1, { outages: 0, delays: 0 });
  expect(backend.supports.atomicBatches).toBe(false);
  expect((await story(1, { outages: 0, delays: 0 })).troubles).toEqual([]);
});
