import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedSite, type Hit, type Site } from '@hayrick/core';
import type { BackendModule } from '@hayrick/core/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { mbox } from '../e2e/site.ts';

// However many hits there are, a walk holds a page of them: the engine is asked for so many at a time, each page behind the one before, and for the
// next one only when the last is used up. `bench walk` measures the memory.

const engines = await everyEngine('deep walks on Elasticsearch');
const MESSAGES = 2_600;
/** Of a stream, of an order by fields. */
const PAGE = 1_001;
const FIELD_PAGE = 5_000;

let folder: string;
let site: Site;
let asked: { readonly limit: number; readonly offset: number; readonly behind: boolean }[] = [];

/** The engine, telling which pages it is asked for. */
function watched(module: BackendModule): BackendModule {
  return {
    ...module,
    open: async (context) => {
      const opened = await module.open(context);
      return {
        ...opened,
        reader: async (name: string) => {
          const reader = await opened.reader(name);
          const note = (request: { limit: number; offset: number; after: unknown }): void => {
            asked.push({ limit: request.limit, offset: request.offset, behind: request.after !== null });
          };
          return new Proxy(reader, {
            get(target, key, receiver) {
              const member: unknown = Reflect.get(target, key, receiver);
              if (typeof member !== 'function') return member;
              return (request: Parameters<typeof note>[0], ...rest: unknown[]): unknown => {
                if (key === 'search' || key === 'ordered') note(request);
                return Reflect.apply(member, target, [request, ...rest]);
              };
            },
          });
        },
      };
    },
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hayrick-walks-'));
  const mails = Array.from({ length: MESSAGES }, (_, i) => ({
    id: `${i}@x.example`,
    date: new Date(1_577_836_800_000 + Math.floor(i / 3) * 60_000).toUTCString(),
    text: 'x'.repeat(i % 7),
  }));
  await writeFile(join(folder, 'all.mbox'), mbox(mails));
  const connections = Object.fromEntries(
    engines.map((engine) => [
      engine.name,
      { engine: watched(engine.module), ...engine.settings(join(folder, engine.name)) },
    ]),
  );
  site = await embedSite(
    {
      dataDir: join(folder, 'data'),
      archives: { all: { paths: ['all.mbox'] } },
      connections: { default: { engine: 'sqlite' }, ...connections },
    },
    { directory: folder, from: import.meta.url },
  );
  const report = await site.update({ workers: 1 });
  expect([report.failures, report.totals.indexed]).toEqual([[], MESSAGES]);
}, 120_000);
afterAll(async () => {
  await site?.close();
  for (const engine of engines) await engine.forget(join(folder, engine.name));
  await rm(folder, { recursive: true, force: true });
});

describe.each(engines.map(({ name }) => name))('%s', (using) => {
  const ways: readonly (readonly [string, () => AsyncIterable<Hit>, number])[] = [
    ['a stream', () => site.stream('*', { using, sort: 'newest', highlight: false }), PAGE],
    ['a query set by date', () => site.messages({ as: 'all' }).using(using).orderBy('date'), PAGE],
    [
      'a query set by several fields',
      () => site.messages({ as: 'all' }).using(using).orderBy('-size', 'date'),
      FIELD_PAGE,
    ],
  ];

  it.each(ways)('%s is walked page by page, and each hit comes once', async (_, walk, page) => {
    asked = [];
    const seen = new Set<string>();
    let most = 0;
    for await (const { id } of walk()) {
      seen.add(id);
      // What was asked for and is not used up yet.
      most = Math.max(most, asked.reduce((sum, { limit }) => sum + limit, 0) - seen.size);
    }
    expect(seen.size).toBe(MESSAGES);
    expect(most).toBeLessThanOrEqual(page);
    expect(asked.every(({ limit, offset }) => limit <= page && offset === 0)).toBe(true);
    expect(asked.slice(1).every(({ behind }) => behind)).toBe(true);
  });

  it.each(ways)('%s asks for no more once nobody walks on', async (_, walk, page) => {
    asked = [];
    for await (const _hit of walk()) break;
    expect(asked).toEqual([{ limit: expect.any(Number), offset: 0, behind: false }]);
    expect(asked[0]?.limit).toBeLessThanOrEqual(page);
  });

  it('pages by cursor lead through all of them', async () => {
    const seen: string[] = [];
    for (let after: string | undefined; ; ) {
      const answer = await site.search('*', { using, after, sort: 'oldest', limit: 700, highlight: false });
      seen.push(...answer.hits.map(({ id }) => id));
      if (answer.next === null) break;
      after = answer.next;
    }
    expect(new Set(seen).size).toBe(MESSAGES);
    expect(seen).toHaveLength(MESSAGES);
  });
});
