import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Capabilities } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { REPOSITORY } from '../e2e/command.ts';

const ENGINES = ['sqlite', 'memory', 'elasticsearch'];
const MEANING: Readonly<Record<keyof Capabilities, string>> = {
  phrases: '`"a b"`: phrases, and whatever is written without a blank and has several words in it',
  prefixes: '`wor*`: beginnings of words; single characters of Chinese, Japanese, Thai and the like',
  proximity: '`"a b"~5`: words near each other',
  fuzzy: '`word~`: words that are written nearly so',
  regex: '`subject:/re/`: regular expressions',
  relevance: 'the best matches first',
  atomicBatches: 'a batch is there wholly or not at all',
  fieldOrder: 'order by dates, sizes, and declared keywords, dates and numbers, several at once',
  scoring: 'scores that are narrowed, boosted and weighed by field',
  stats: 'statistics of numbers and dates',
  facets: 'counts of the values of fields',
  kept: 'values of `stored` fields with the hits',
  raw: "queries in the engine's own language, for programs",
};
/** What every engine must do to be one. */
const ALWAYS =
  'words, `AND` `OR` `NOT`, fields, dates, sizes, addresses and other exact values, exact counts, rights';

it('docs/backends.md tells what the opened engines say of themselves (written anew by vitest -u)', async () => {
  const page = readFileSync(`${REPOSITORY}docs/backends.md`, 'utf8');
  const live = await capabilities();
  // Without a server its column stays as it was; CI has one.
  const told = (engine: string, name: keyof Capabilities): string => {
    const supports = live.get(engine);
    if (supports === undefined) return columnOf(page, engine, name);
    return supports[name] ? 'yes' : '';
  };
  const names = Object.keys(MEANING) as (keyof Capabilities)[];
  const rows = names.map((name) => [MEANING[name], ...ENGINES.map((engine) => told(engine, name))]);
  const table = [
    ['', ...ENGINES],
    ['---', ...ENGINES.map(() => '---')],
    [ALWAYS, ...ENGINES.map(() => 'yes')],
    ...rows,
  ].map((cells) => `| ${cells.join(' | ')} |\n`);
  const made = page.replace(
    /<!-- capabilities -->[\s\S]*<!-- \/capabilities -->/u,
    () => `<!-- capabilities -->\n${table.join('')}<!-- /capabilities -->`,
  );
  await expect(made).toMatchFileSnapshot('../../docs/backends.md');
});

/** Of each engine that can be opened here. */
async function capabilities(): Promise<ReadonlyMap<string, Capabilities>> {
  const found = new Map<string, Capabilities>();
  for (const { name, module, settings } of await everyEngine(
    'the table of docs/backends.md for its column',
  )) {
    const directory = mkdtempSync(join(tmpdir(), 'hayrick-capabilities-'));
    const context = { connection: name, directory, fields: [], maxResults: 10_001, now: () => 0 };
    const backend = await module.open({ ...context, settings: settings(directory) });
    expect(Object.keys(MEANING), name).toEqual(expect.arrayContaining(Object.keys(backend.supports)));
    found.set(name, backend.supports);
    await backend.close();
    rmSync(directory, { recursive: true });
  }
  return found;
}

function columnOf(page: string, engine: string, name: keyof Capabilities): string {
  const row = page.split('\n').find((line) => line.startsWith(`| ${MEANING[name]} |`));
  return row?.split('|')[ENGINES.indexOf(engine) + 2]?.trim() ?? '';
}
