import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick, REPOSITORY } from './command.ts';
import { fillSite, makeSite, type TestSite } from './site.ts';

const PACKAGES = {
  core: 'packages/core',
  catalog: 'packages/catalog',
  sqlite: 'packages/backends/sqlite',
  cli: 'packages/cli',
};

let site: TestSite;
let project: string;

beforeAll(async () => {
  site = makeSite();
  fillSite(site);
  await hayrick(['startproject', 'project'], { cwd: site.folder });
  project = join(site.folder, 'project');
  const built = build(join(site.folder, 'build'));
  for (const [name, path] of Object.entries(PACKAGES))
    install(name, join(built, path), join(REPOSITORY, path));
});
afterAll(() => site.remove());

/** The packages compiled in a folder of their own, as they are published. */
function build(folder: string): string {
  mkdirSync(folder);
  const own = (path: string): boolean => !/[/\\](?:node_modules|dist)$/u.test(path);
  cpSync(join(REPOSITORY, 'packages'), join(folder, 'packages'), { recursive: true, filter: own });
  for (const name of ['tsconfig.json', 'tsconfig.base.json', 'package.json'])
    cpSync(join(REPOSITORY, name), join(folder, name));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  for (const path of Object.values(PACKAGES))
    symlinkSync(join(REPOSITORY, path, 'node_modules'), join(folder, path, 'node_modules'));
  execFileSync(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-b'], { cwd: folder, stdio: 'pipe' });
  return folder;
}

/** Packs a package and unpacks it where an installation would; what it depends on comes from the workspace. */
function install(name: string, folder: string, original: string): void {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: folder, stdio: 'pipe' });
  const tarball = readdirSync(folder).find((file) => file.endsWith('.tgz'));
  const target = join(project, 'node_modules/@hayrick', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['xzf', join(folder, String(tarball)), '-C', target, '--strip-components=1']);
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  for (const dependency of Object.keys(dependencies).filter((other) => !other.startsWith('@hayrick/'))) {
    mkdirSync(dirname(join(target, 'node_modules', dependency)), { recursive: true });
    symlinkSync(join(original, 'node_modules', dependency), join(target, 'node_modules', dependency));
  }
}

const manage = (...argv: string[]): Promise<Ended> =>
  hayrick(argv, { cwd: project, script: join(project, 'manage.mjs'), node: process.execPath });

it('packages hold what is run, and no sources or tests', () => {
  const installed = join(project, 'node_modules/@hayrick');
  expect(existsSync(join(installed, 'cli/bin/hayrick.js'))).toBe(true);
  expect(existsSync(join(installed, 'cli/templates/project/settings.ts'))).toBe(true);
  for (const name of Object.keys(PACKAGES)) {
    const files = readdirSync(join(installed, name), { recursive: true, encoding: 'utf8' }).filter(
      (file) => !file.startsWith('node_modules'),
    );
    expect(files.filter((file) => /(?:^src\b|\.test\.|\.tsbuildinfo$)/u.test(file))).toEqual([]);
  }
});

it('a generated project indexes and searches with them', async () => {
  expect(await manage('check')).toMatchObject({ status: 0, stderr: '' });
  const settings = readFileSync(join(project, 'settings.ts'), 'utf8');
  site.write(
    'project/settings.ts',
    settings.replace(
      'archives: {',
      "archives: {\n    garden: { paths: ['../mail/*.mbox'], access: 'public' },",
    ),
  );
  expect(await manage('rebuild_index', '--noinput')).toMatchObject({ status: 0, stderr: '' });
  expect(await manage('search', 'whetstone', '--format', 'ids', '--sort', 'oldest')).toEqual({
    status: 0,
    stdout: 'g1@example.org\ng2@example.org\n',
    stderr: '',
  });
  expect(await manage('show', 'g1@example.org')).toMatchObject({
    status: 0,
    stdout: expect.stringContaining('A scythe and a whetstone.'),
  });
  const nested = await manage('startproject', 'another');
  expect(nested.status).toBe(0);
});
