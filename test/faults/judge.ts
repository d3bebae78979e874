// A program that uses the packages as they were built: looks at sites that another process was killed over, and goes on with them.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { embedSite, HayrickError, type Site } from '@hayrick/core';

/** What is done with a site, one after the other. */
export type Step =
  | 'clear'
  | 'rebuild'
  | 'remove'
  | 'repair'
  | 'rollback'
  | 'settle'
  | 'state'
  | 'update'
  | 'verify';

/** What can be found: a line a message, and how many match; or that there is no index. */
export type State = readonly string[] | 'no index';

export type Task =
  | { readonly kind: 'do'; readonly folder: string; readonly steps: readonly Step[] }
  /** Searches again and again, from now on. */
  | { readonly kind: 'watch'; readonly folder: string }
  | { readonly kind: 'watched' };

export type Told =
  /** States as they were met, and what verifying found. */
  | {
      readonly kind: 'done';
      readonly states: readonly State[];
      readonly wrong: readonly string[];
      readonly left: readonly string[];
    }
  | { readonly kind: 'watching' }
  /** Each different state once, in the order in which they were seen. */
  | { readonly kind: 'seen'; readonly states: readonly State[] }
  | { readonly kind: 'failed'; readonly why: string };

const QUERIES = [
  'scythe',
  'subject:quince',
  'hedgehog -harrow',
  'list:dir',
  'before:2020-01-20',
  'tail*',
] as const;
/** Times that a server is asked whether it is done. */
const SETTLINGS = 5;
/** Milliseconds between two looks. */
const PAUSE = 15;

let watching: {
  readonly site: Site;
  readonly states: Promise<readonly State[]>;
  readonly end: () => void;
} | null = null;

process.on('message', (task: Task) => void reply(task));
// Also in the midst of a task: it ends with who started it.
process.on('disconnect', () => process.exit());

async function reply(task: Task): Promise<void> {
  try {
    process.send?.(await answer(task));
  } catch (error) {
    const why = error instanceof Error ? String(error.stack) : String(error);
    process.send?.({ kind: 'failed', why } satisfies Told);
  }
}

async function answer(task: Task): Promise<Told> {
  switch (task.kind) {
    case 'do':
      return work(task.folder, task.steps);
    case 'watch':
      watching = watch(await open(task.folder));
      return { kind: 'watching' };
    case 'watched': {
      watching?.end();
      const states = (await watching?.states) ?? [];
      await watching?.site.close();
      watching = null;
      return { kind: 'seen', states };
    }
  }
}

async function work(folder: string, steps: readonly Step[]): Promise<Told> {
  const site = await open(folder);
  const states: State[] = [];
  const wrong: string[] = [];
  try {
    for (const step of steps) {
      if (step === 'state') states.push(await stateOf(site));
      else if (step === 'settle') await settle(folder);
      else wrong.push(...(await take(site, step)));
    }
  } finally {
    await site.close();
  }
  return { kind: 'done', states, wrong, left: leftovers(folder, states.at(-1)) };
}

/** Answers what is wrong. */
async function take(site: Site, step: Exclude<Step, 'settle' | 'state'>): Promise<readonly string[]> {
  const failed = ({ failures }: { readonly failures: readonly { readonly message: string }[] }) =>
    failures.map(({ message }) => message);
  switch (step) {
    case 'rebuild':
      return failed(await site.rebuild({ workers: 1 }));
    case 'update':
      return failed(await site.update({ workers: 1 }));
    case 'remove':
      return failed(await site.update({ workers: 1, remove: true }));
    case 'repair':
      await site.repair();
      return [];
    case 'rollback':
      await site.rollback();
      return [];
    case 'clear':
      await site.clear();
      return [];
    case 'verify': {
      const { differences } = await site.verify({ level: 'full' });
      return differences.map(({ what, id, detail }) => `${what} ${id}: ${detail}`);
    }
  }
}

/**
 * A server goes on with what it was asked by one that was killed, and shows what it has acknowledged within a second by itself: here that is
 * waited for. An index that comes or goes just then is asked for once more.
 */
async function settle(folder: string): Promise<void> {
  const { url, index } = settingsOf(folder).connections.default;
  if (url === undefined) return;
  for (let tries = 1; ; tries++) {
    const answers = [
      await fetch(
        `${url}/_cluster/health/${index}-hayrick-*?wait_for_events=languid&wait_for_status=yellow&timeout=30s`,
      ),
      await fetch(`${url}/${index}-hayrick-*/_refresh`, { method: 'POST' }),
    ];
    const failed = answers.find(({ ok }) => !ok);
    if (failed === undefined) return;
    if (tries === SETTLINGS) throw new Error(`the server does not settle: ${await failed.text()}`);
  }
}

function settingsOf(folder: string) {
  return JSON.parse(readFileSync(join(folder, 'settings.json'), 'utf8'));
}

function open(folder: string): Promise<Site> {
  const settings = settingsOf(folder);
  return embedSite(settings, { directory: folder, from: import.meta.url });
}

async function stateOf(site: Site): Promise<State> {
  const state = await seenBy(site);
  if (state === 'no index') return state;
  const counts: string[] = [];
  for (const query of QUERIES) counts.push(`${query}: ${(await site.count(query)).count}`);
  return [...state, ...counts];
}

/** The messages, each with the archives that hold it. */
async function seenBy(site: Site): Promise<State> {
  try {
    const { hits } = await site.search('*', { sort: 'oldest', limit: 1000, highlight: false });
    return hits.map(({ id, archives }) => `${id} ${archives.join()}`);
  } catch (error) {
    if (error instanceof HayrickError && error.code === 'GENERATION_NONE') return 'no index';
    throw error;
  }
}

/** What a reader sees that is open all the while: the ids, by one search. */
function watch(site: Site): NonNullable<typeof watching> {
  let over = false;
  const look = async (): Promise<readonly State[]> => {
    const states: State[] = [];
    let last = '';
    for (; !over; await setTimeout(PAUSE)) {
      const state = await seenBy(site);
      if (String(state) === last) continue;
      last = String(state);
      states.push(state);
    }
    return states;
  };
  const end = (): void => {
    over = true;
  };
  return { site, states: look(), end };
}

/** What a run that was killed has left in the folders: locks, what is no pointer and no generation, generations of an index that was emptied. */
function leftovers(folder: string, end: State | undefined): readonly string[] {
  const names = (path: string): string[] => (existsSync(path) ? readdirSync(path) : []);
  const known = /^(?:CURRENT(?:\.new)?|LAST(?:\.new)?|owner\.json|g\d+)$/;
  return [
    // One that was not signed yet is swept by a run some seconds later.
    ...names(join(folder, 'data/locks')).filter((name) => !name.endsWith('.new')),
    ...names(join(folder, 'data/indexes/default')).filter(
      (name) => !known.test(name) || (end === 'no index' && /^g\d/.test(name)),
    ),
  ];
}
