import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSite, type Report, type Site } from '@hayrick/core';
import type { BackendModule } from '@hayrick/core/backend';
import { makeSettings, systemEnvironment } from '@hayrick/core/settings';
import { asserting, type Crankiness, cranky } from '@hayrick/core/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { ARCHIVES, type Copy, MailFolder } from './mail-folder.ts';

const QUERIES = [
  '*',
  'scythe',
  'subject:quince',
  '"and number7"',
  'number*',
  'list:many OR list:dir',
  'larger:400',
];
/** Failures that a run may end with, and that the next run makes good. */
const OUTAGES: readonly string[] = ['ENGINE_UNREACHABLE', 'LOCKED'];
const MOST_RUNS = 60;

const ENGINES = await everyEngine('runs on an engine that fails at random');
const seed = Number(process.env['SEED']);
let directory: string;
let folder: MailFolder;
let logged: string[];

beforeEach(() => {
  process.stderr.write(`seed ${seed}\n`);
  directory = mkdtempSync(join(tmpdir(), 'hayrick-cranky-'));
  folder = beginning();
  logged = [];
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The archives as they are at first. */
function beginning(): MailFolder {
  rmSync(join(directory, 'mail'), { recursive: true, force: true });
  const begun = new MailFolder(directory);
  begun.appendPlain(copies(0, 40));
  begun.rewritePacked(copies(30, 20));
  begun.writeLoose('first.eml', { mail: 2, day: 2 });
  begun.writeMany('first.mbox', copies(50, 10));
  return begun;
}

function copies(first: number, count: number): Copy[] {
  return Array.from({ length: count }, (_, i) => ({ mail: first + i, day: i % 12 }));
}

/** The engine in a bad mood, with either side of it held to the contract. */
function moody(engine: BackendModule, crankiness: Crankiness): BackendModule {
  return {
    ...engine,
    open: async (context) => {
      const calm = asserting(await engine.open(context), context);
      return asserting(cranky(calm, seed, crankiness), context);
    },
  };
}

/** A site of that name whose clock is handed in: waiting takes no time. */
async function open(name: string, engine: TestEngine, crankiness: Crankiness | null = null): Promise<Site> {
  const dataDir = join(directory, name);
  const module = crankiness === null ? engine.module : moody(engine.module, crankiness);
  const environment = systemEnvironment({ variables: {}, cwd: directory, uid: null });
  const input = {
    archives: ARCHIVES,
    connections: { default: { engine: module, batchSize: 7, ...engine.settings(dataDir) } },
    dataDir,
  };
  let now = Date.UTC(2026, 0, 1);
  return openSite(makeSettings(input, directory, environment).settings, {
    now: () => now,
    resolveFrom: [import.meta.url],
    log: (_, message) => logged.push(message),
    sleep: async (milliseconds) => {
      now += milliseconds;
    },
  });
}

/** Runs until a run fails in nothing; what it fails in must pass by itself. */
async function insist(run: () => Promise<Report>): Promise<Report> {
  for (let runs = 1; runs <= MOST_RUNS; runs++) {
    // Where nothing else is left to do, a run throws.
    const failures = await run().then(
      (report) => (report.failures.length === 0 ? report : report.failures),
      (error: unknown) => [error as { readonly code: string; readonly message: string }],
    );
    if (!Array.isArray(failures)) return failures as Report;
    for (const { code, message } of failures) expect(OUTAGES, message).toContain(code);
  }
  throw new Error(`no run of ${MOST_RUNS} went well`);
}

/** Puts the site through an archive's life. */
async function live(site: Site): Promise<void> {
  const workers = 1;
  await insist(() => site.update({ workers }));
  folder.appendPlain(copies(100, 15));
  folder.deliver({ mail: 70, day: 3 });
  folder.rewritePacked(copies(35, 20));
  await insist(() => site.update({ workers, remove: true }));
  await insist(() => site.rebuild({ workers }));
  folder.rewritePlain([...copies(5, 30), ...copies(100, 20)]);
  folder.writeMany('second.mbox', copies(120, 12));
  await insist(() => site.update({ workers, remove: true }));
}

/** What people can see of a site through an engine in its right mind. */
async function seen(name: string, engine: TestEngine): Promise<unknown> {
  const site = await open(name, engine);
  const hits: unknown[] = [];
  for await (const { id, archives, date, subject } of site.stream('*', {
    sort: 'oldest',
    highlight: false,
  })) {
    hits.push({ id, archives, date, subject });
  }
  const totals: Record<string, number> = {};
  for (const query of QUERIES) totals[query] = (await site.count(query)).count;
  const [info] = await site.info();
  const quarantined = await site.quarantine();
  await site.close();
  const states = info?.generations.map((one) => one.state).toSorted();
  return { hits, totals, documents: info?.documents, lag: info?.lag, states, quarantined };
}

describe.each(ENGINES)('a site on $name', (engine) => {
  it('that fails time and again ends where an undisturbed one does', async () => {
    const calm = await open('calm', engine, { outages: 0, delays: 0 });
    await live(calm);
    expect(logged.filter((message) => message.includes('Trying again'))).toEqual([]);
    await calm.close();
    const expected = await seen('calm', engine);
    folder = beginning();

    const troubled = await open('troubled', engine, { outages: 0.15 });
    await live(troubled);
    await troubled.close();
    expect(logged.filter((message) => message.includes('Trying again'))).not.toEqual([]);
    expect(await seen('troubled', engine)).toEqual(expected);
  });

  it('that refuses some mail has just that in quarantine, until it takes it', async () => {
    const undisturbed = await open('calm', engine);
    expect((await undisturbed.update({ workers: 1 })).failures).toEqual([]);
    const all = await Array.fromAsync(undisturbed.stream('*', { highlight: false }));
    await undisturbed.close();

    const picky = await open('picky', engine, { outages: 0.1, refusals: 0.3 });
    await insist(() => picky.update({ workers: 1 }));
    const quarantined = await picky.quarantine();
    await picky.close();
    const calm = await open('picky', engine);
    const taken = await Array.fromAsync(calm.stream('*', { highlight: false }));
    expect(quarantined.length).toBeGreaterThan(0);
    expect(quarantined.map((one) => one.connection)).toEqual(quarantined.map(() => 'default'));
    expect(taken.length + quarantined.length).toBe(all.length);
    expect((await calm.rebuild({ workers: 1 })).failures).toEqual([]);
    expect(await Array.fromAsync(calm.stream('*', { highlight: false }))).toEqual(all);
    expect(await calm.quarantine()).toEqual([]);
    await calm.close();
  });

  it('that breaks down over some mail has just that in quarantine, and all else in its index', async () => {
    const undisturbed = await open('calm', engine);
    expect((await undisturbed.update({ workers: 1 })).failures).toEqual([]);
    const all = await Array.fromAsync(undisturbed.stream('*', { highlight: false }));
    await undisturbed.close();

    const troubled = await open('troubled', engine, { outages: 0.1, breakdowns: 0.15 });
    await insist(() => troubled.update({ workers: 1 }));
    const first = await troubled.quarantine();
    folder.appendPlain(copies(100, 15));
    await insist(() => troubled.update({ workers: 1 }));
    const quarantined = await troubled.quarantine();
    const told = (one: { readonly key: number; readonly id: string | null }) => [one.key, one.id];
    expect(quarantined.slice(0, first.length).map(told)).toEqual(first.map(told));
    expect(new Set(quarantined.map((one) => one.reason))).toEqual(
      new Set(['The engine is in a bad mood and broke down over a message.']),
    );
    await troubled.close();
    const calm = await open('troubled', engine);
    const taken = await Array.fromAsync(calm.stream('*', { highlight: false }));
    expect(first.length).toBeGreaterThan(0);
    expect(quarantined.length).toBeGreaterThanOrEqual(first.length);
    expect(taken.length + quarantined.length).toBe(all.length + 15);
    const ids = taken.map((one) => one.id);
    expect(quarantined.filter(({ id }) => id === null || ids.includes(id))).toEqual([]);
    await calm.close();
  });

  it('that takes nothing at all has nothing in quarantine', async () => {
    const broken = await open('broken', engine, { outages: 0, breakdowns: 1 });
    await expect(failed(() => broken.update({ workers: 1 }))).resolves.toMatchObject([
      { code: 'ENGINE_FAILED' },
    ]);
    expect(await broken.quarantine()).toEqual([]);
    await broken.close();
  });
});

/** What a run failed in, told or thrown. */
async function failed(run: () => Promise<Report>): Promise<readonly unknown[]> {
  return run().then(
    (report) => report.failures,
    (error: unknown) => [error],
  );
}
