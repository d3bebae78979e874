import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick, json, REPOSITORY } from './command.ts';
import { buildPackages, linkModule } from './packed-packages.ts';
import { mailText, makeSite, mbox, type TestSite } from './site.ts';

// The engine of docs/write-a-backend.md in a folder that has nothing of ours but the packages as they are published.

const ENGINE = join(REPOSITORY, 'examples/engine-files');
const MAIL = [
  { id: 'a@example.org', subject: 'The scythe', text: 'A scythe and a whetstone.' },
  { id: 'b@example.org', date: 'Sat, 01 Feb 2020 12:00:00 +0000', text: 'Only a scythe.' },
];

let site: TestSite;

beforeAll(() => {
  site = makeSite();
  const install = buildPackages(join(site.folder, 'build'));
  for (const name of ['core', 'catalog', 'cli'] as const) install(name, site.folder);
  for (const module of ['vitest', 'fast-check', 'stemmer']) linkModule('packages/core', module, site.folder);
  cpSync(ENGINE, join(site.folder, 'engine-files'), { recursive: true });
  site.write('package.json', JSON.stringify({ name: 'elsewhere', private: true, type: 'module' }));
  site.write('mail/list.mbox', mbox(MAIL));
  site.settings(
    { list: { paths: ['mail/*.mbox'], access: 'public' } },
    { connections: { default: { engine: './engine-files/engine.ts' } } },
  );
});
afterAll(() => site.remove());

function run(...argv: string[]): Promise<Ended> {
  const script = join(site.folder, 'node_modules/@hayrick/cli/bin/hayrick.js');
  return hayrick(argv, { cwd: site.folder, script, node: process.execPath });
}

const found = async (query: string, ...options: string[]): Promise<string[]> =>
  (await run('search', query, '--format', 'ids', ...options)).stdout.split('\n').slice(0, -1);

it('named by its path in settings, it indexes, is searched and kept up to date', async () => {
  expect(existsSync(join(site.folder, 'node_modules/@hayrick/sqlite'))).toBe(false);
  expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0, stderr: '' });
  expect(await found('scythe')).toEqual(['b@example.org', 'a@example.org']);
  expect(await found('"scythe and a whetstone"')).toEqual(['a@example.org']);
  expect(await found('scythe NOT whetstone date:2020-02')).toEqual(['b@example.org']);

  const late = { id: 'c@example.org', date: 'Wed, 01 Jan 2020 12:00:00 +0000', text: 'One more scythe.' };
  site.write('mail/more.mbox', `From ann@example.org Sun Feb  2 12:00:00 2020\n${mailText(late)}\n`);
  expect(await run('update_index')).toMatchObject({ status: 0, stderr: '' });
  expect(await found('scythe')).toEqual(['b@example.org', 'a@example.org', 'c@example.org']);
  expect((await run('search', 'scythe')).stdout).toContain('scythe');
  expect(await run('rebuild_index', '--noinput')).toMatchObject({ status: 0 });
  expect(await found('scythe', '--sort', 'oldest')).toEqual([
    'c@example.org',
    'a@example.org',
    'b@example.org',
  ]);
});

it('what it does not declare is refused by name, and newest is the order of words', async () => {
  const refused = await run('search', 'scy*');
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toContain('"files" does not support prefixes (wor*)');
  expect(json(await run('search', 'scythe', '--format', 'json'))).toMatchObject({ sort: 'newest', total: 3 });
  expect((await run('search', 'scythe', '--sort', 'relevance')).stderr).toContain('order by relevance');
});

it('it is told of like the engines that come with Hayrick', async () => {
  const { stdout } = await run('index_info', '--format', 'json');
  const told = {
    engine: 'files',
    version: 'files 1',
    documents: 3,
    lag: 0,
    capabilities: { prefixes: false },
  };
  expect(JSON.parse(stdout)).toMatchObject({ connections: { default: told } });
  expect(await run('build_schema')).toMatchObject({ status: 0, stdout: expect.stringContaining('JSON') });
});

/** What vitest's JSON reporter writes. */
interface ConformanceReport {
  readonly success?: boolean;
  readonly numPassedTests?: number;
  readonly numTotalTests?: number;
  readonly testResults?: readonly {
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

it('it passes the conformance suite that comes with @hayrick/core', async () => {
  const vitest = join(site.folder, 'node_modules/vitest/vitest.mjs');
  const results = join(site.folder, 'conformance.json');
  const argv = [
    vitest,
    'run',
    '--root',
    site.folder,
    '--reporter',
    'json',
    '--outputFile',
    results,
    'engine-files',
  ];
  const { PATH = '' } = process.env;
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, argv, { cwd: site.folder, env: { PATH } }, (_, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });
  const report: ConformanceReport = JSON.parse(existsSync(results) ? readFileSync(results, 'utf8') : '{}');
  const failures = report.testResults
    ?.flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'failed');
  expect(failures, output).toEqual([]);
  expect(report.success, output).toBe(true);
  expect(report.numPassedTests).toBe(report.numTotalTests);
  expect(report.numPassedTests).toBeGreaterThan(80);
});
