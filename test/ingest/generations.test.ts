import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Site } from '@hayrick/core';
import type { BackendModule, Change } from '@hayrick/core/backend';
import { backend as sqlite } from '@hayrick/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** The engine of docs/write-a-backend.md. */
const FILES = fileURLToPath(new URL('../../examples/engine-files/engine.ts', import.meta.url));
type Engine = Pick<TestEngine, 'name' | 'settings'> & { readonly module: BackendModule | string };
const ENGINES: readonly Engine[] = [
  ...(await everyEngine('goes back to earlier generations')),
  { name: 'files', module: FILES, settings: () => ({}) },
];
const SQLITE: Engine = { name: 'sqlite', module: sqlite, settings: () => ({}) };
const MAIL = ['a', 'b', 'c'].map((id) => ({ id: `${id}@example.org`, text: `scythe ${id}` }));

let directory: string;
let open: Site[];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-generations-'));
  open = [];
});
afterEach(async () => {
  for (const site of open) await site.close();
  rmSync(directory, { recursive: true, force: true });
});

async function siteOf(
  { module, settings }: Engine,
  messages: typeof MAIL,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Site> {
  writeFileSync(join(directory, 'list.mbox'), mbox(messages));
  const connection = { engine: module, ...settings(join(directory, 'data')), ...more };
  const archives = { list: { paths: ['list.mbox'] } };
  const input = { archives, connections: { default: connection }, dataDir: 'data' };
  const site = await openSiteAt(input, directory);
  open.push(site);
  return site;
}

/** The states of all generations, the oldest first, and which of them is live. */
async function standing(site: Site): Promise<{ readonly states: string; readonly live: number }> {
  const [info] = await site.info();
  const generations = info?.generations ?? [];
  const states = generations.map(({ state }) => state).join(' ');
  return { states, live: generations.findIndex(({ state }) => state === 'live') };
}

const count = async (site: Site): Promise<number> => (await site.count('scythe')).count;

describe.each(ENGINES)('$name', (engine) => {
  it('goes back to the generation before, and an update brings what that lacks', async () => {
    const site = await siteOf(engine, MAIL.slice(0, 2));
    await site.update();
    await expect(site.rollback()).rejects.toMatchObject({ code: 'GENERATION_NONE' });
    await site.rebuild();
    writeFileSync(join(directory, 'list.mbox'), mbox(MAIL));
    await site.update();
    expect(await count(site)).toBe(3);

    const [planned] = await site.rollback({ dryRun: true });
    expect(await count(site)).toBe(3);
    const [done] = await site.rollback();
    expect(done).toEqual(planned);
    expect(done).toMatchObject({ connection: 'default', documents: 2, lag: 1 });
    expect(await standing(site)).toEqual({ states: 'live kept', live: 0 });
    expect(await count(site)).toBe(2);
    expect(await site.update()).toMatchObject({ connections: { default: { added: 1, documents: 3 } } });
    expect(await count(site)).toBe(3);

    // What was gone back from can be gone to by its name, and catches up.
    await expect(site.rollback()).rejects.toThrow(/has no generation that is older.*name one with --to/s);
    await site.rollback({ to: done?.from ?? '' });
    expect(await standing(site)).toEqual({ states: 'kept live', live: 1 });
    expect(await count(site)).toBe(3);
    await expect(site.rollback({ to: done?.from ?? '' })).rejects.toThrow(/is live already/);
    await expect(site.rollback({ to: 'g77' })).rejects.toMatchObject({ code: 'GENERATION_NONE' });
  });

  it('keeps as many as told: first the one that was live before', async () => {
    const site = await siteOf(engine, MAIL);
    await site.update();
    await site.rebuild({ keep: 2 });
    await site.rebuild({ keep: 2 });
    expect((await standing(site)).states).toBe('kept kept live');
    await site.rollback();
    const before = (await site.info())[0]?.live;
    await site.rebuild({ keep: 1 });
    // The one that was gone back from is newer, and was not answering.
    expect((await site.info())[0]?.generations.map(({ name }) => name)).toContain(before);
    expect((await standing(site)).states).toBe('kept live');
    await site.rebuild({ keep: 0 });
    expect((await standing(site)).states).toBe('live');
  });

  it('leaves a generation unswapped, tells of it, and makes it live when told', async () => {
    const site = await siteOf(engine, MAIL.slice(0, 2));
    await site.update();
    writeFileSync(join(directory, 'list.mbox'), mbox(MAIL));
    const { connections } = await site.rebuild({ commit: false });
    const made = connections['default']?.generation ?? '';
    expect(await count(site)).toBe(2);
    expect((await site.info())[0]?.generations).toMatchObject([
      { state: 'live', documents: 2 },
      { name: made, state: 'kept', documents: 3, notes: [expect.stringContaining(`--to ${made}`)] },
    ]);
    await expect(site.rollback()).rejects.toMatchObject({ code: 'GENERATION_NONE' });
    await site.rollback({ to: made });
    expect(await count(site)).toBe(3);
    await site.rollback();
    expect(await count(site)).toBe(2);
    // A rebuild makes another one all the same.
    await site.rebuild();
    expect(await count(site)).toBe(3);
    expect((await site.info())[0]?.live).not.toBe(made);
  });

  it('gives no generation the name of one before, whatever became of it', async () => {
    const site = await siteOf(engine, MAIL);
    const names = new Set<string>();
    await site.update();
    for (let i = 0; i < 3; i++) {
      const { connections } = await site.rebuild({ commit: i === 1, keep: 0 });
      names.add(connections['default']?.generation ?? '');
      await site.clear();
    }
    expect(names.size).toBe(3);
  });
});

describe('a build that does not fit the catalog', () => {
  /** An engine that does something of its own with what is written into new generations. */
  function spoilt(spoil: (id: string, date: number) => { readonly date: number } | null): Engine {
    const module: BackendModule = {
      ...sqlite,
      open: async (context) => {
        const whole = await sqlite.open(context);
        return {
          ...whole,
          async create(fingerprint) {
            const writer = await whole.create(fingerprint);
            return {
              generation: writer.generation,
              get applied() {
                return writer.applied;
              },
              write: (changes, upTo, options) =>
                writer.write(
                  changes.flatMap((change): Change[] => {
                    if (change.kind === 'remove') return [change];
                    const { document } = change;
                    const kept = spoil(document.id, document.date);
                    return kept === null ? [] : [{ ...change, document: { ...document, ...kept } }];
                  }),
                  upTo,
                  options,
                ),
              finish: (options) => writer.finish(options),
              close: () => writer.close(),
            };
          },
        };
      },
    };
    return { ...SQLITE, module };
  }

  it.each([
    ['for a message is missing', () => null, /it holds 0 documents, and the catalog has 3/],
    ['for a date is another', (_: string, date: number) => ({ date: date + 1 }), /has another date/],
  ] as const)('is refused by name %s; the one before answers on', async (_, spoil, text) => {
    const whole = await siteOf(SQLITE, MAIL);
    await whole.update();
    const site = await siteOf(spoilt(spoil), MAIL);
    const report = await site.rebuild();
    expect(report.failures).toMatchObject([{ connection: 'default', code: 'BUILD_UNFIT', message: text }]);
    expect(await standing(site)).toEqual({ states: 'live', live: 0 });
    expect(await count(site)).toBe(3);
  });
});
