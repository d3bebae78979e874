import { type ChildProcess, spawn } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { cp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HayrickError, type Site } from '@hayrick/core';
import Database from 'better-sqlite3';
import PQueue from 'p-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../e2e/command.ts';
import { mailText, mbox } from '../e2e/site.ts';
import { FROM_SOURCES } from '../from-sources.ts';
import { openSiteAt } from '../site-at.ts';

/** Processes at the same time. */
const AT_ONCE = 2;
/** Bytes of a line of the log of points. */
const LINE = 32;
const POINTS = new URL('crash-points.ts', import.meta.url).href;
const CLI = `${REPOSITORY}packages/cli/bin/hayrick.js`;

/** What can be found, or that there is no index. */
type State = readonly string[] | 'no index';

interface Command {
  readonly argv: readonly string[];
  /** Makes the data folder that the command begins with what it is. */
  readonly prepare?: (folder: string) => unknown;
  /** Several changes one after the other: who looks in between may find some of them. */
  readonly inSteps?: true;
  /** What is done after the kill, by a program that finds what was left. */
  readonly next: (site: Site) => Promise<unknown>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  rebuild_index: { argv: ['rebuild_index', '--noinput'], next: (site) => site.rebuild() },
  update_index: { argv: ['update_index'], inSteps: true, next: (site) => site.update() },
  'update_index --remove': {
    argv: ['update_index', '--remove'],
    inSteps: true,
    next: (site) => site.update({ remove: true }),
  },
  repair_index: {
    argv: ['repair_index'],
    prepare: damage,
    inSteps: true,
    next: async (site) => {
      await site.repair();
      await site.update({ remove: true });
    },
  },
  rollback_index: {
    argv: ['rollback_index', '--noinput'],
    prepare: rebuildBoth,
    next: (site) => site.update({ remove: true }),
  },
  clear_index: { argv: ['clear_index', '--noinput'], next: (site) => site.clear() },
};

const directory = mkdtempSync(join(tmpdir(), 'hayrick-crash-'));
const cache = join(directory, 'cache');
const old = join(directory, 'old');
let folders = 0;

beforeAll(async () => {
  const mail = join(directory, 'mail');
  for (const folder of ['dir/new', 'dir/cur', 'dir/tmp']) mkdirSync(join(mail, folder), { recursive: true });
  const some = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => ({
      id: `m${from + i}@example.org`,
      subject: `scythe ${from + i}`,
    }));
  writeFileSync(join(mail, 'a.mbox'), mbox(some(0, 4)));
  for (const one of some(4, 7)) writeFileSync(join(mail, `dir/new/1580${one.id}`), mailText(one));
  mkdirSync(old);
  const archives = { box: { paths: [join(mail, 'a.mbox')] }, dir: { paths: [join(mail, 'dir')] } };
  const settings = { archives, connections: { default: { engine: 'sqlite' } } };
  writeFileSync(join(old, 'settings.json'), JSON.stringify(settings), { mode: 0o600 });
  await within(old, (site) => site.update());
  // Two more, and one that is gone.
  appendFileSync(join(mail, 'a.mbox'), mbox(some(7, 9)));
  rmSync(join(mail, 'dir/new/1580m4@example.org'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe.each(Object.entries(COMMANDS))('%s', (_, { argv, prepare, inSteps = false, next }) => {
  it('killed before anything that it does to the disk, loses nothing', { timeout: 900_000 }, async () => {
    const begin = await copyOf(old);
    await prepare?.(begin);
    const before = await stateOf(begin);
    const undisturbed = await copyOf(begin);
    const log = join(undisturbed, 'points');
    expect(await run(undisturbed, argv, { CRASH_LOG: log })).toMatchObject({ status: 0, signal: null });
    const done = await stateOf(undisturbed);
    await within(undisturbed, next);
    const after = await stateOf(undisturbed);
    const points = pointsOf(log);
    expect(points.length).toBeGreaterThan(3);

    const wrong: string[] = [];
    let kills = 0;
    const queue = new PQueue({ concurrency: AT_ONCE });
    await queue.addAll(
      points.map((label, i) => async () => {
        const folder = await copyOf(begin);
        const env = { CRASH_LOG: join(folder, 'points'), CRASH_AT: String(i + 1) };
        const { signal } = await run(folder, argv, env);
        const between = await stateOf(folder);
        await within(folder, next);
        const end = await stateOf(folder);
        const told = (what: string) =>
          wrong.push(`point ${i + 1} of ${points.length}, before ${label}: ${what}`);
        if (signal === 'SIGKILL') kills++;
        if (!inSteps && ![before, done].some((state) => same(state, between)))
          told(`between: ${String(between)}`);
        if (!same(end, after)) told(`at the end: ${String(end)}`);
        for (const name of leftovers(folder, end)) told(`left: ${name}`);
        rmSync(folder, { recursive: true, force: true });
      }),
    );
    expect(wrong).toEqual([]);
    // Threads share the work: of two runs one may do a thing or two less.
    expect(kills).toBeGreaterThanOrEqual(points.length - 3);
  });
});

function copyOf(folder: string): Promise<string> {
  const copy = join(directory, `site${folders++}`);
  return cp(folder, copy, { recursive: true }).then(() => copy);
}

async function within<T>(folder: string, work: (site: Site) => Promise<T>): Promise<T> {
  const settings = JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
  const site = await openSiteAt(settings, folder);
  try {
    return await work(site);
  } finally {
    await site.close();
  }
}

/** As another program sees it. */
function stateOf(folder: string): Promise<State> {
  return within(folder, async (site) => {
    try {
      const { hits } = await site.search('scythe', { sort: 'oldest', limit: 100, highlight: false });
      const { count } = await site.count('*');
      return [...hits.map(({ id, archives }) => `${id} ${archives.join()}`).sort(), String(count)];
    } catch (error) {
      if (error instanceof HayrickError && error.code === 'GENERATION_NONE') return 'no index';
      throw error;
    }
  });
}

function same(a: State, b: State): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The command line as a process of its own, whose points are counted. */
function run(folder: string, argv: readonly string[], env: Readonly<Record<string, string>>): Promise<Run> {
  const flags = [...FROM_SOURCES, '--import', POINTS];
  const child: ChildProcess = spawn(process.execPath, [...flags, CLI, ...argv, '-v', '0'], {
    cwd: folder,
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: cache, ...env },
    stdio: 'ignore',
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve({ status, signal }));
  });
}

function pointsOf(log: string): readonly string[] {
  const text = readFileSync(log, 'utf8');
  return Array.from({ length: text.length / LINE }, (_, i) => text.slice(i * LINE, (i + 1) * LINE).trim());
}

/** What is no pointer and no generation, and the generations of an index that was emptied. */
function leftovers(folder: string, end: State): readonly string[] {
  const indexes = join(folder, 'data/indexes/default');
  const names = existsSync(indexes) ? readdirSync(indexes) : [];
  return names.filter(
    (name) => !/^(?:CURRENT(?:\.new)?|LAST|g\d+)$/.test(name) || (end === 'no index' && /^g\d/.test(name)),
  );
}

/** A document is missing from the index. */
function damage(folder: string): void {
  const indexes = join(folder, 'data/indexes/default');
  const live = readFileSync(join(indexes, 'CURRENT'), 'utf8').trim();
  const db = new Database(join(indexes, live, 'index.db'));
  const row = db.prepare('SELECT min(row) FROM doc').pluck().get();
  for (const table of ['words', 'aside', 'keywords'])
    db.prepare(`DELETE FROM ${table} WHERE rowid = ?`).run(row);
  db.prepare('DELETE FROM doc WHERE row = ?').run(row);
  db.close();
}

/** Two generations, the newer one with what has arrived. */
function rebuildBoth(folder: string): Promise<unknown> {
  return within(folder, (site) => site.rebuild());
}
