import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { corpus } from '../corpora.ts';
import { elasticsearchServer } from '../elasticsearch/servers.ts';
import { FROM_SOURCES } from '../from-sources.ts';
import type { ListAnswer, ListAnswers } from './ask-lists.ts';
import { ACROSS, LIST_QUERIES } from './list-queries.ts';

const WHAT = 'three mailing lists in every engine at once, and their answers compared';
const folders = Object.keys(LIST_QUERIES).map((list) => [list, corpus(`lists/${list}`, WHAT)] as const);
const engines = await everyEngine(WHAT);
const server = await elasticsearchServer(WHAT);

/** Messages of all lists, and those among them that differ. */
const READ = 42_700 + 6019 + 7229;
const DOCUMENTS = 55_894;

describe.skipIf(folders.some(([, folder]) => folder === null))('on real lists', () => {
  let dataDir: string;
  let answers: ListAnswers;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'hayrick-lists-'));
    const script = fileURLToPath(new URL('./fixture/ask-lists.ts', import.meta.url));
    const args = JSON.stringify([Object.fromEntries(folders), dataDir, server?.url ?? null]);
    const options = [...FROM_SOURCES, '--max-old-space-size=4096'];
    const { stdout } = await promisify(execFile)(process.execPath, [...options, script, args], {
      maxBuffer: 64 * 1024 * 1024,
    });
    answers = JSON.parse(stdout) as ListAnswers;
  }, 900_000);
  afterAll(async () => rm(dataDir, { recursive: true, force: true }));

  it('takes the mail into every engine in one pass', () => {
    expect(answers.failures).toEqual([]);
    expect(answers.totals).toMatchObject({ read: READ, indexed: DOCUMENTS, quarantined: 0 });
    expect(Object.keys(answers.engines)).toEqual(engines.map(({ name }) => name));
  });

  it.each(engines.slice(1))('$name answers as the first engine does', ({ name }) => {
    const [first = [], other = []] = [engines[0]?.name ?? '', name].map((engine) => answers.engines[engine]);
    const differing = first.flatMap((answer, i) => {
      const found = other[i]?.found;
      const isBoth = answer.found !== null && found !== null;
      return isBoth && tell(answer.found) !== tell(found) ? [{ first: answer, other: found }] : [];
    });
    expect(differing).toEqual([]);
  });

  const asked = [
    ...Object.keys(LIST_QUERIES).map((list) => [list, list] as const),
    ['all lists together', null] as const,
  ];

  it.each(asked)('%s: every engine is asked enough', (_, list) => {
    const ofEach = Object.values(answers.engines).map((all) => all.filter((answer) => answer.list === list));
    const byAll = (ofEach[0] ?? []).filter((_, i) => ofEach.every((all) => all[i]?.found != null));
    expect(byAll.length).toBeGreaterThanOrEqual(list === null ? ACROSS.length - 1 : 60);
    // Nearly all must find something, and most not everything, or the comparison shows nothing.
    const totals = byAll.map(({ found }) => found?.total ?? 0);
    const none = byAll.filter(({ found }) => found?.total === 0).map(({ query }) => query);
    expect(none.length, none.join(' / ')).toBeLessThanOrEqual(byAll.length / 3);
    expect(new Set(totals).size).toBeGreaterThan(byAll.length / 2);
  });
});

function tell(found: ListAnswer['found'] | undefined): string {
  return JSON.stringify(found);
}
