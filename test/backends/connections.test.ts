import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HayrickError, type SettingsInput, type Site } from '@hayrick/core';
import type { Backend, BackendModule, GenerationWriter } from '@hayrick/core/backend';
import { backend as sqlite } from '@hayrick/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** What an engine can be out of reach at. */
const STEPS = ['open', 'generations', 'live', 'create', 'writer', 'write', 'finish', 'swap'] as const;
type Step = (typeof STEPS)[number];

/** SQLite behind a line that is cut at one kind of call, so many times. */
class Line {
  at: Step | null = null;
  times = 0;

  pass(step: Step): void {
    if (this.at !== step || this.times === 0) return;
    this.times--;
    throw new HayrickError('ENGINE_UNREACHABLE', `The line is cut at ${step}.`);
  }

  readonly module: BackendModule = {
    ...sqlite,
    engine: 'far',
    open: async (context) => {
      this.pass('open');
      return this.#backend(await sqlite.open(context));
    },
  };

  #backend(near: Backend): Backend {
    return {
      ...near,
      generations: async () => this.#through('generations', () => near.generations()),
      live: async () => this.#through('live', () => near.live()),
      create: async (fingerprint) =>
        this.#through('create', async () => this.#writer(await near.create(fingerprint))),
      writer: async (generation) =>
        this.#through('writer', async () => this.#writer(await near.writer(generation))),
      swap: async (generation) => this.#through('swap', () => near.swap(generation)),
    };
  }

  #writer(near: GenerationWriter): GenerationWriter {
    const through = <T>(step: Step, call: () => Promise<T>) => this.#through(step, call);
    return {
      generation: near.generation,
      get applied() {
        return near.applied;
      },
      write: async (changes, upTo) => through('write', () => near.write(changes, upTo)),
      finish: async () => through('finish', () => near.finish()),
      close: () => near.close(),
    };
  }

  async #through<T>(step: Step, call: () => Promise<T>): Promise<T> {
    this.pass(step);
    return call();
  }
}

let directory: string;
let line: Line;
let site: Site;
let waited: number;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-connections-'));
  writeFileSync(
    join(directory, 'garden.mbox'),
    mbox(Array.from({ length: 700 }, (_, i) => ({ id: `g${i}@example.org`, text: `scythe number${i}` }))),
  );
  line = new Line();
  waited = 0;
  site = await open({ default: { engine: 'sqlite' }, far: { engine: line.module } });
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = (connections: SettingsInput['connections'], more: Partial<SettingsInput> = {}): Promise<Site> =>
  openSiteAt(
    { dataDir: 'data', archives: { garden: { paths: ['garden.mbox'] } }, connections, ...more },
    directory,
    {
      sleep: async (milliseconds) => {
        waited += milliseconds;
      },
    },
  );
const more = (): void =>
  appendFileSync(join(directory, 'garden.mbox'), mbox([{ id: 'new@example.org', text: 'tedder' }]));
const found = async (using: string, query = '*'): Promise<number> =>
  (await site.count(query, { using })).count;

describe('a connection that cannot be reached', () => {
  it.each(STEPS.filter((step) => step !== 'writer'))(
    'for good, at %s of a first build, stops no other; the next run mends it',
    async (step) => {
      line.at = step;
      line.times = Number.POSITIVE_INFINITY;
      const report = await site.update();
      expect(report.failures).toMatchObject([{ connection: 'far', code: 'ENGINE_UNREACHABLE' }]);
      expect(report.connections['default']).toMatchObject({ added: 700, documents: 700 });
      expect(await found('default')).toBe(700);
      line.at = null;
      const next = await site.update();
      expect(next.failures).toEqual([]);
      expect([await found('far'), await found('far', 'number699')]).toEqual([700, 1]);
    },
  );

  it.each(STEPS.filter((step) => !['create', 'swap', 'finish', 'open'].includes(step)))(
    'for good, at %s of an update, stops no other; the next run mends it from the log',
    async (step) => {
      await site.update();
      more();
      line.at = step;
      line.times = Number.POSITIVE_INFINITY;
      const report = await site.update();
      expect(report.failures).toMatchObject([{ connection: 'far', code: 'ENGINE_UNREACHABLE' }]);
      expect(await found('default', 'tedder')).toBe(1);
      line.at = null;
      const next = await site.update();
      expect(next).toMatchObject({ failures: [], connections: { far: { added: 1 }, default: { added: 0 } } });
      expect(await found('far', 'tedder')).toBe(1);
    },
  );

  it('for a while is fed behind the others, which do not wait for it', async () => {
    line.at = 'write';
    line.times = 3;
    const steps: string[] = [];
    const report = await site.update({ onProgress: ({ phase }) => void steps.push(`${phase} ${waited}`) });
    expect(report).toMatchObject({
      failures: [],
      connections: { default: { added: 700 }, far: { added: 700, documents: 700 } },
    });
    // The first time it is left behind, then waited for twice: 2 and 4 seconds.
    expect(waited).toBe(6000);
    expect(steps.indexOf('index 0')).toBeLessThan(steps.indexOf('index 6000'));
    more();
    line.times = 2;
    expect(await site.update()).toMatchObject({
      failures: [],
      connections: { default: { added: 1 }, far: { added: 1, documents: 701 } },
    });
    expect(waited).toBe(8000);
  });
});

it('a connection that cannot be asked hides no other from info', async () => {
  await site.update();
  line.at = 'generations';
  line.times = Number.POSITIVE_INFINITY;
  expect(await site.info()).toMatchObject([
    { connection: 'default', documents: 700, failure: null },
    { connection: 'far', engine: 'far', documents: 0, failure: 'The line is cut at generations.' },
  ]);
  await expect(site.info({ using: ['far'] })).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
});

describe('routers', () => {
  it('say who is written and who answers, unless a connection is named', async () => {
    await site.close();
    const routers = { read: 'far', write: ['far'] };
    site = await open({ default: { engine: 'sqlite' }, far: { engine: line.module } }, { routers });
    expect(Object.keys((await site.update()).connections)).toEqual(['far']);
    expect((await site.search('scythe')).connection).toBe('far');
    await expect(site.search('scythe', { using: 'default' })).rejects.toMatchObject({
      code: 'GENERATION_NONE',
    });
    await site.update({ using: ['default'] });
    expect((await site.search('scythe', { using: 'default' })).total).toBe(700);
  });
});
