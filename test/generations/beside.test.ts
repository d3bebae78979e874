import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Site } from '@hayrick/core';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as memory } from '@hayrick/memory';
import { backend as sqlite } from '@hayrick/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { Gate, gated } from './gated.ts';

let directory: string;
let open: Site[];
let gate: Gate;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-beside-'));
  open = [];
  gate = new Gate();
});
afterEach(async () => {
  gate.open();
  for (const site of open) await site.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Messages of these numbers are what there is. */
function write(first: number, last: number, name = 'list.mbox'): void {
  const mails = Array.from({ length: last - first + 1 }, (_, i) => ({
    id: `${first + i}@example.org`,
    text: `scythe number${first + i}`,
  }));
  writeFileSync(join(directory, name), mbox(mails));
}

/** One over the same data as the others, as another process would open it. */
async function site(
  connections: Readonly<Record<string, BackendModule>>,
  told: string[] = [],
): Promise<Site> {
  const engines = Object.entries(connections).map(([name, engine]) => [name, { engine }] as const);
  const input = {
    archives: { list: { paths: ['list.mbox'] } },
    connections: { default: { engine: 'sqlite' }, ...Object.fromEntries(engines) },
    dataDir: 'data',
  };
  const opened = await openSiteAt(input, directory, { log: (message) => told.push(message) });
  open.push(opened);
  return opened;
}

const count = async (at: Site, using = 'default'): Promise<number> =>
  (await at.count('scythe', { using })).count;
const locks = (): string[] => readdirSync(join(directory, 'data/locks'));

describe('a rebuild of one connection', () => {
  it('leaves another one free to be updated, and has in the end what was read for that', async () => {
    write(1, 5);
    const connections = { second: gated(memory, gate) };
    const one = await site(connections);
    const other = await site(connections);
    await one.update();
    const arrived = gate.shut();
    const rebuilding = one.rebuild({ using: ['second'] });
    await arrived;
    write(1, 7);
    expect(await other.update({ using: ['default'] })).toMatchObject({
      totals: { read: 7, indexed: 2 },
      connections: { default: { added: 2, documents: 7 } },
    });
    expect(await count(other)).toBe(7);
    expect(await count(other, 'second')).toBe(5);
    gate.open();
    expect(await rebuilding).toMatchObject({ failures: [], connections: { second: { documents: 7 } } });
    expect(await count(other, 'second')).toBe(7);
    expect(locks()).toEqual([]);
  });
});

describe.each([
  ['sqlite', sqlite],
  ['memory', memory],
])('while a connection on %s is rebuilt', (_, engine) => {
  it('what it is updated with is in both generations', async () => {
    write(1, 5);
    const one = await site({ default: gated(engine, gate) });
    const other = await site({ default: engine });
    await one.update();
    const before = (await one.info())[0]?.live ?? '';
    const arrived = gate.shut();
    const rebuilding = one.rebuild();
    await arrived;
    const made = (await other.info())[0]?.generations.at(-1);
    expect(made?.state).toBe('building');
    expect(made?.notes.at(-1)).toMatch(/^being built by rebuild_index \(process \d+ on .*\) since 20/);
    write(1, 7);
    expect(await other.update()).toMatchObject({
      connections: { default: { added: 2, generation: before } },
    });
    expect(await count(other)).toBe(7);
    await expect(other.rebuild()).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(
        /"default" is being written by rebuild_index \(process \d+ on .*\) since/,
      ),
    });
    await expect(other.clear()).rejects.toMatchObject({ code: 'LOCKED' });
    write(2, 7);
    await other.update({ remove: true });
    expect(await count(other)).toBe(6);
    gate.open();
    expect(await rebuilding).toMatchObject({ failures: [], connections: { default: { documents: 6 } } });
    const [info] = await other.info();
    expect(info).toMatchObject({ lag: 0, documents: 6 });
    expect(info?.live).not.toBe(before);
    expect(await count(other)).toBe(6);
    await other.rollback();
    expect(await count(other)).toBe(6);
    expect(locks()).toEqual([]);
  });
});

describe('an update that is under way while its connection is rebuilt', () => {
  it('ends in the generation it began with, which is dropped by a later rebuild only', async () => {
    write(1, 5);
    const one = await site({ default: gated(sqlite, gate) });
    const told: string[] = [];
    const other = await site({}, told);
    await one.update();
    const before = (await one.info())[0]?.live ?? '';
    write(1, 7);
    const arrived = gate.shut();
    const updating = one.update();
    await arrived;
    await expect(other.update()).rejects.toMatchObject({
      code: 'LOCKED',
      message: expect.stringMatching(/"default" is being written by update_index \(process/),
    });
    expect(await other.rebuild({ keep: 0 })).toMatchObject({ connections: { default: { documents: 7 } } });
    expect(told.join()).toContain(`generation ${before} is still being written`);
    expect(await count(other)).toBe(7);
    gate.open();
    expect(await updating).toMatchObject({ failures: [], connections: { default: { generation: before } } });
    expect((await other.info())[0]?.generations).toMatchObject([{ name: before, documents: 7 }, {}]);
    await other.rebuild({ keep: 0 });
    expect((await other.info())[0]?.generations).toHaveLength(1);
    expect(await other.update()).toMatchObject({ connections: { default: { added: 0, updated: 0 } } });
  });

  it('goes on in the new one, where that came while the sources were read', async () => {
    write(1, 5);
    const one = await site({});
    const other = await site({});
    await one.update();
    write(1, 7);
    let rebuilt: Promise<unknown> | null = null;
    // The rebuild cannot read before the update has, and swaps while that is on its way.
    const onProgress = (): void => {
      rebuilt ??= other.rebuild({ keep: 0 });
    };
    await one.update({ onProgress });
    await rebuilt;
    expect(await count(one)).toBe(7);
    expect(await one.update()).toMatchObject({ totals: { indexed: 0 } });
    expect((await one.info())[0]).toMatchObject({ documents: 7, lag: 0 });
  });
});

it('messages that move in their file while all are read for a rebuild are in it once', async () => {
  const MANY = 3500;
  const GONE = 700;
  write(1, MANY);
  const one = await site({ default: gated(sqlite, gate) });
  const other = await site({});
  await one.update();
  const arrived = gate.shut();
  const rebuilding = one.rebuild({ workers: 1, batchSize: 50 });
  await arrived;
  // All that follow move forward, some of them behind where the rebuild is.
  write(GONE + 1, MANY);
  await other.update({ remove: true });
  gate.open();
  expect(await rebuilding).toMatchObject({
    failures: [],
    connections: { default: { documents: MANY - GONE } },
  });
  expect(await count(other)).toBe(MANY - GONE);
  for (const number of [GONE, GONE + 1, 1000, 2000, MANY]) {
    expect((await other.count(`number${number}`)).count, String(number)).toBe(number === GONE ? 0 : 1);
  }
});
