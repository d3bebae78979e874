import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedSite, HayrickError, type Site } from '@hayrick/core';
import { backend } from '@hayrick/sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';

// Work is counted and not time: what the engine is asked for a message that may not be read, and what is waited for before one is told, must be what
// it is for a message that there is not. How long it takes is measured by `bench unreadable`.

let folder: string;
let site: Site;
let done: unknown[] = [];

/** The engine, telling what it is asked and what it answers. */
const watched = {
  ...backend,
  open: async (context: Parameters<typeof backend.open>[0]) => {
    const opened = await backend.open(context);
    return {
      ...opened,
      reader: async (name: string) => {
        const reader = await opened.reader(name);
        return new Proxy(reader, {
          get(target, key, receiver) {
            const member: unknown = Reflect.get(target, key, receiver);
            if (typeof member !== 'function') return member;
            return async (...given: unknown[]) => {
              // In the order in which it is asked: answers to what is asked at the same time come in any.
              const asked: unknown[] = [String(key), given];
              done.push(asked);
              const answer: unknown = await Reflect.apply(member, target, given);
              asked.push(answer);
              return answer;
            };
          },
        });
      },
    };
  },
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hayrick-alike-'));
  const thread = (archive: string) =>
    Array.from({ length: 50 }, (_, i) => ({
      id: `${i}@${archive}.example`,
      headers: i === 0 ? [] : [`In-Reply-To: <${i - 1}@${archive}.example>`],
    }));
  for (const name of ['open', 'shut']) await writeFile(join(folder, `${name}.mbox`), mbox(thread(name)));
  site = await embedSite(
    {
      dataDir: join(folder, 'data'),
      archives: { open: { paths: ['open.mbox'], access: 'public' }, shut: { paths: ['shut.mbox'] } },
      connections: { default: { engine: watched } },
    },
    {
      directory: folder,
      from: import.meta.url,
      now: () => 1_700_000_000_000,
      sleep: async (milliseconds) => void done.push(['sleep', milliseconds]),
    },
  );
  expect((await site.update({ workers: 1 })).failures).toEqual([]);
});
afterAll(async () => {
  await site?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What is done to answer, names aside. */
async function workOf(id: string, as: string, ask: (id: string, as: string) => Promise<unknown>) {
  done = [];
  const told = await ask(id, as).catch((error: unknown) => {
    if (error instanceof HayrickError) return [error.code, error.message];
    throw error;
  });
  return JSON.stringify([told, done], (key, value: unknown) => (key === 'tookMs' ? 0 : value)).replaceAll(
    id,
    'ID',
  );
}

it.each<[string, (id: string, as: string) => Promise<unknown>]>([
  ['show', (id, as) => site.show(id, { as })],
  ['thread', (id, as) => site.thread(id, { as })],
  ['thread as an mbox', (id, as) => Array.fromAsync(site.threadMbox(id, { as }))],
  ['explain of a message', (id, as) => site.explain('some', { as, for: id })],
  ['search mid:', (id, as) => site.search(`mid:${id}`, { as, facets: ['from', 'list'] })],
  ['search refs:', (id, as) => site.search(`refs:${id}`, { as })],
  ['count thread:', (id, as) => site.count(`thread:${id}`, { as })],
  ['count thread:{}', (id, as) => site.count(`thread:{mid:${id}}`, { as })],
  ['a filter by thread', (id, as) => site.messages({ as }).filter({ thread: id }).facet('from')],
])('%s: as much is done for a message that may not be read as for one that there is not', async (_, ask) => {
  const absent = await workOf('no@shut.example', 'public', ask);
  for (const i of [0, 7, 49]) expect(await workOf(`${i}@shut.example`, 'public', ask)).toBe(absent);
  // To one who may read it, it is there.
  expect(await workOf('7@shut.example', 'all', ask)).not.toBe(await workOf('no@shut.example', 'all', ask));
});

it('what is not there is told in even steps to those who may not read everything, and at once to those who may', async () => {
  const show = (id: string, as: string) => site.show(id, { as });
  expect(await workOf('no@shut.example', 'public', show)).toContain('sleep');
  expect(await workOf('no@shut.example', 'all', show)).not.toContain('sleep');
});
