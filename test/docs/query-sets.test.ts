import { readFileSync } from 'node:fs';
import { defineSettings, type QuerySet } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { REPOSITORY } from '../e2e/command.ts';
import { type LedgerFields, type LedgerSite, openLedger } from '../query-sets/ledger-site.ts';

/** The one constructor without a name: `new Function` for code that awaits. */
const AsyncFunction = (async () => undefined).constructor as new (...code: string[]) => Run;
type Run = (...given: unknown[]) => Promise<unknown>;

const PAGES = ['query-sets.md', 'from-haystack.md'];
const page = (name: string): string => readFileSync(`${REPOSITORY}docs/${name}`, 'utf8');

let ledger: LedgerSite;
beforeAll(async () => {
  ledger = await openLedger('examples of the pages about query sets');
});
afterAll(async () => ledger?.remove());

/** Runs code of a page on the sample that the tests have. */
async function run(code: string): Promise<unknown> {
  const messages = ledger.site.messages({ as: 'public' });
  const console = { log: () => undefined };
  return new AsyncFunction('messages', 'defineSettings', 'console', code)(messages, defineSettings, console);
}

/** Code in the columns of tables that are headed "example". */
function examples(markdown: string): readonly string[] {
  const found: string[] = [];
  let column = -1;
  for (const line of markdown.split('\n')) {
    if (!line.startsWith('|')) {
      column = -1;
      continue;
    }
    const cells = line.slice(1).split(/(?<!\\)\|/u);
    if (column < 0) column = cells.findIndex((cell) => cell.trim() === 'example');
    if (column < 0) {
      column = Number.MAX_SAFE_INTEGER;
      continue;
    }
    for (const [, code = ''] of (cells[column] ?? '').matchAll(/`([^`]+)`/gu))
      found.push(code.replaceAll('\\|', '|'));
  }
  return found.filter((code) => code !== 'example');
}

describe.each(PAGES)('docs/%s', (name) => {
  const all = examples(page(name));

  it('has examples', () => expect(all.length).toBeGreaterThan(30));

  it.each(all)('%s', async (code) => {
    if (code.startsWith('await')) {
      expect(await run(`return ${code}`)).toBeDefined();
      return;
    }
    const set = code.startsWith('{') ? `messages.filter(${code})` : code;
    const made = (await run(`return ${set}`)) as QuerySet<LedgerFields>;
    const engine = /raw\('sqlite'/u.test(code) ? 'sqlite' : undefined;
    const asked = engine === undefined ? made : made.using(engine);
    expect(await asked.count()).toBe((await asked.toArray()).length);
  });
});

it('the code on the page about query sets runs', async () => {
  const blocks = [...page('query-sets.md').matchAll(/^```ts\n([\s\S]*?)^```$/gmu)];
  expect(blocks).toHaveLength(2);
  for (const [, code = ''] of blocks) await run(code.replace(/^type .*$/gmu, ''));
});

it('commands on the page about haystack are there, with their flags', () => {
  const commands = page('commands.md');
  const named = [...page('from-haystack.md').matchAll(/`hayrick (\w+)([^`]*)`/gu)];
  expect(named.length).toBeGreaterThan(5);
  for (const [, command = '', flags = ''] of named) {
    expect(commands).toContain(command);
    for (const [flag] of flags.matchAll(/--?[a-z]+/gu))
      expect(commands, flag).toMatch(new RegExp(`${flag}\\b`, 'u'));
  }
});
