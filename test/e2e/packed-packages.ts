import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REPOSITORY } from './command.ts';

/** Folders of the packages, by their names behind `@hayrick/`. */
export const PACKAGES = {
  core: 'packages/core',
  catalog: 'packages/catalog',
  sqlite: 'packages/backends/sqlite',
  memory: 'packages/backends/memory',
  elasticsearch: 'packages/backends/elasticsearch',
  cli: 'packages/cli',
} as const;

export type PackageName = keyof typeof PACKAGES;

/** Packs a package and unpacks it into a project's node_modules, where an installation would. */
export type Install = (name: PackageName, project: string) => void;

/** Compiles all packages in a folder of their own, as they are published. */
export function buildPackages(folder: string): Install {
  mkdirSync(folder);
  const own = (path: string): boolean => !/[/\\](?:node_modules|dist)$/u.test(path);
  cpSync(join(REPOSITORY, 'packages'), join(folder, 'packages'), { recursive: true, filter: own });
  for (const name of ['tsconfig.json', 'tsconfig.base.json', 'package.json'])
    cpSync(join(REPOSITORY, name), join(folder, name));
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  for (const path of Object.values(PACKAGES))
    symlinkSync(join(REPOSITORY, path, 'node_modules'), join(folder, path, 'node_modules'));
  execFileSync(join(REPOSITORY, 'node_modules/.bin/tsc'), ['-b'], { cwd: folder, stdio: 'pipe' });
  return (name, project) => install(name, join(folder, PACKAGES[name]), project);
}

/** What a package depends on comes from the workspace. */
function install(name: PackageName, built: string, project: string): void {
  execFileSync('npm', ['pack', '--ignore-scripts', '--silent'], { cwd: built, stdio: 'pipe' });
  const tarball = readdirSync(built).find((file) => file.endsWith('.tgz'));
  const target = join(project, 'node_modules/@hayrick', name);
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['xzf', join(built, String(tarball)), '-C', target, '--strip-components=1']);
  const { dependencies }: { dependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(built, 'package.json'), 'utf8'),
  );
  for (const dependency of Object.keys(dependencies).filter((other) => !other.startsWith('@hayrick/')))
    linkModule(PACKAGES[name], dependency, target);
}

/** Lets a folder have a module that a package of the workspace has. */
export function linkModule(from: string, module: string, folder: string): void {
  const link = join(folder, 'node_modules', module);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(join(REPOSITORY, from, 'node_modules', module), link);
}
