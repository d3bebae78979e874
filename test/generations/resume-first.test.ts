import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SettingsInput } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { COMMITTED, expectOrder, type LargeSite, MANY, makeLargeSite } from './large-site.ts';

const ENGINES = await everyEngine('a first build that is killed and gone on with');

let at: LargeSite;
beforeEach(() => {
  at = makeLargeSite();
});
afterEach(() => at.remove());

const SQLITE = { name: 'sqlite', settings: () => ({}) };
const inputOf = (engine: Pick<TestEngine, 'name' | 'settings'>): SettingsInput => ({
  archives: { list: { paths: ['*.mbox'] } },
  connections: { default: { engine: engine.name, ...engine.settings(at.directory) } },
  dataDir: 'data',
});

/** Messages whose texts are kept. */
function keptTexts(): unknown {
  const db = new DatabaseSync(join(at.directory, 'data/store/texts-1.db'), { readOnly: true });
  const row = db.prepare('SELECT count(DISTINCT id) AS n FROM holder').get();
  db.close();
  return row?.['n'];
}

it.each(ENGINES)(
  'the very first build is gone on with as well: what it has recorded and indexed is not read again ($name)',
  async (engine) => {
    const lists = { list: { paths: ['*.mbox'] }, other: { paths: ['other/*.mbox'] } };
    const keeps = engine.name === 'sqlite';
    const input: SettingsInput = {
      ...inputOf(engine),
      archives: lists,
      store: keeps ? 'always' : 'never',
    };
    // Copies: in the other archive, and twice in the same.
    mkdirSync(join(at.directory, 'other'));
    at.add('other/0.mbox', 0, 150);
    at.add('other/0.mbox', MANY, 50);
    at.add('1.mbox', 20_000, 100);
    const all = MANY + 50;
    await at.kill(input, all * 0.7, { workers: 2 });

    // What arrives meanwhile comes with the rest.
    at.add('1.mbox', all, 10);
    const again = await at.open(input);
    const generations = (await again.info())[0]?.generations ?? [];
    expect(generations).toMatchObject([{ state: 'building' }]);
    expect(generations[0]?.notes.at(-1)).toMatch(/left unfinished: the next rebuild_index goes on with it/);

    const report = await again.update();
    expect(report).toMatchObject({
      failures: [],
      problems: [],
      connections: { default: { documents: all + 10, generation: generations[0]?.name } },
    });
    expect(at.logged.join('\n')).toMatch(/left unfinished with \d+ documents; the rest is added to it/);
    expect(report.reads.messagesParsed).toBeLessThanOrEqual(all * 0.3 + COMMITTED + 500);
    expect(report.reads.messagesParsed).toBeGreaterThan(0);
    expect((await again.count('scythe')).count).toBe(all + 10);
    expect((await again.count('list:other')).count).toBe(200);
    expect((await again.count('list:other list:list')).count).toBe(150);
    await expectOrder(again);
    // Hardly any stand beside the order in which the others are kept.
    expect((await again.info())[0]?.generations).toMatchObject([
      { state: 'live', notes: engine.name === 'sqlite' ? ['10 documents arrived out of date order'] : [] },
    ]);
    expect(await again.verify()).toMatchObject({ differences: [] });
    expect(existsSync(join(at.directory, 'data/spool/first-build'))).toBe(false);
    if (keeps) expect(keptTexts()).toBe(all + 10);
    expect(await again.update()).toMatchObject({ reads: { messagesParsed: 0 } });
    await engine.forget(at.directory);
  },
  600_000,
);

it('a first build is gone on with where other connections are built, or were built, beside it', async () => {
  const input = inputOf(SQLITE);
  const connections = { ...input.connections, ram: { engine: 'memory' }, more: { engine: 'memory' } };
  const several: SettingsInput = { ...input, connections };
  await at.kill(several, MANY * 0.7, { workers: 2, using: ['default'] });
  const again = await at.open(several);
  await again.update({ using: ['more'] });
  const generation = (await again.info())[0]?.generations[0]?.name;
  const report = await again.update();
  expect(report).toMatchObject({
    failures: [],
    connections: { default: { documents: MANY, generation }, ram: { documents: MANY }, more: { added: 0 } },
  });
  expect(at.logged.join('\n')).toMatch(
    /default: .* left unfinished with \d+ documents; the rest is added to it/,
  );
  // All of it for the one that was empty.
  expect(report.reads.messagesParsed).toBeLessThanOrEqual(MANY * 1.3 + COMMITTED);
  for (const using of ['default', 'ram', 'more'])
    expect((await again.count('scythe', { using })).count).toBe(MANY);
  await expectOrder(again);
  expect(await again.verify()).toMatchObject({ differences: [] });
}, 600_000);

it('a first build begins afresh, and says so, where mail has left its place', async () => {
  const input = inputOf(SQLITE);
  await at.kill(input, MANY * 0.2, { workers: 2 });
  const path = join(at.directory, '0.mbox');
  const text = readFileSync(path, 'utf8');
  writeFileSync(path, text.slice(text.indexOf('From a', 1)));
  const again = await at.open(input);
  expect(await again.update()).toMatchObject({
    connections: { default: { documents: MANY - 1 } },
    failures: [],
  });
  expect(at.logged.join('\n')).toMatch(/left unfinished and is dropped; what it held is built afresh/);
  expect((await again.count('scythe')).count).toBe(MANY - 1);
  await expectOrder(again);
  expect(await again.verify()).toMatchObject({ differences: [] });
}, 600_000);
