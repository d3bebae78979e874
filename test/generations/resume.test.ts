import type { SettingsInput } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { COMMITTED, expectOrder, type LargeSite, MANY, makeLargeSite } from './large-site.ts';

const ENGINES = await everyEngine('a rebuild that is killed and gone on with');

let at: LargeSite;
beforeEach(() => {
  at = makeLargeSite();
});
afterEach(() => at.remove());

const inputOf = (engine: TestEngine): SettingsInput => ({
  archives: { list: { paths: ['*.mbox'] } },
  connections: { default: { engine: engine.name, ...engine.settings(at.directory) } },
  dataDir: 'data',
});

it.each(ENGINES)(
  'a rebuild that is killed at 70 % is gone on with, and parses at most the rest and a batch again ($name)',
  async (engine) => {
    const input = inputOf(engine);
    const first = await at.open(input);
    await first.update();
    const before = (await first.info())[0]?.live;
    await at.kill(input, MANY * 0.7, { workers: 2 });

    // What arrives meanwhile is indexed, and the unfinished generation is left alone.
    at.add('0.mbox', MANY, 10);
    const again = await at.open(input);
    const generations = (await again.info())[0]?.generations ?? [];
    expect(generations).toMatchObject([{ state: 'live' }, { state: 'building' }]);
    expect(generations[1]?.notes.at(-1)).toMatch(/left unfinished: the next rebuild_index goes on with it/);
    expect(await again.update()).toMatchObject({
      connections: { default: { added: 10, generation: before } },
    });
    expect((await again.info())[0]?.generations.map((g) => g.name)).toEqual(generations.map((g) => g.name));

    const report = await again.rebuild();
    expect(report).toMatchObject({
      failures: [],
      connections: { default: { documents: MANY + 10, generation: generations[1]?.name } },
    });
    expect(at.logged.join('\n')).toMatch(/left unfinished with \d+ documents; the rest is added to it/);
    expect(report.reads.messagesParsed).toBeLessThanOrEqual(MANY * 0.3 + COMMITTED + 10);
    expect(report.reads.messagesParsed).toBeGreaterThan(0);
    expect((await again.count('scythe')).count).toBe(MANY + 10);
    await expectOrder(again);
    expect((await again.info())[0]?.generations.map((g) => g.state)).toEqual(['kept', 'live']);
    await engine.forget(at.directory);
  },
  600_000,
);
