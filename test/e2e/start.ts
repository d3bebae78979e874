import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Ended, hayrick, REPOSITORY } from './command.ts';
import type { TestSite } from './site.ts';

/** The examples in a folder of their own, with the packages where an installation puts them: their data folder is made beside them. */
export function examples(site: TestSite): string {
  const folder = join(site.folder, 'repository');
  cpSync(join(REPOSITORY, 'examples'), join(folder, 'examples'), { recursive: true });
  site.write('repository/package.json', '{ "type": "module" }');
  mkdirSync(join(folder, 'node_modules/@hayrick'), { recursive: true });
  for (const name of ['cli', 'core']) {
    symlinkSync(join(REPOSITORY, 'packages', name), join(folder, 'node_modules/@hayrick', name));
  }
  return folder;
}

/** `start` as it is typed in the site's folder. */
export function start(site: TestSite, paths: readonly string[], repository: string): Promise<Ended> {
  const script = join(repository, 'examples/start/main.js');
  return hayrick(paths, { cwd: repository, script, env: { INIT_CWD: site.folder } });
}
