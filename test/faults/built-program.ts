import { mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import { REPOSITORY } from '../e2e/command.ts';
import { PACKAGES } from '../e2e/packed-packages.ts';

/** Small modules in great number, which cost more to find than to run. */
const BUNDLED = /^(?:zod|date-fns|@date-fns\/tz|p-queue|commander|@commander-js\/extra-typings)(?:\/|$)/;

/** Paths of scripts in a folder. */
export interface BuiltProgram {
  readonly cli: string;
  /** Where V8 keeps what it has compiled. */
  readonly cache: string;
  /** Those that were given, by their names. */
  readonly scripts: Readonly<Record<string, string>>;
}

/**
 * Makes few files of JavaScript of the whole program and of scripts that import it. So it starts several times as fast as from its sources,
 * which counts where it is killed hundreds of times.
 */
export async function buildProgram(folder: string, scripts: readonly URL[]): Promise<BuiltProgram> {
  const modules = join(folder, 'node_modules');
  const made = join(modules, '@hayrick/program');
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, 'package.json'), '{ "type": "module" }');
  const input: Record<string, string> = { hayrick: join(REPOSITORY, PACKAGES.cli, 'bin/hayrick.js') };
  const names = scripts.map((script) => basename(fileURLToPath(script), '.ts'));
  for (const [i, name] of names.entries()) input[name] = fileURLToPath(scripts[i] ?? '');
  for (const [name, path] of Object.entries(PACKAGES)) {
    Object.assign(input, writePackage(name, join(REPOSITORY, path), join(modules, '@hayrick', name)));
    linkModules(join(REPOSITORY, path, 'node_modules'), modules);
  }
  // Where the command line looks for its version.
  const { version } = JSON.parse(readFileSync(join(REPOSITORY, PACKAGES.cli, 'package.json'), 'utf8'));
  writeFileSync(join(modules, '@hayrick/package.json'), JSON.stringify({ version }));
  const bundle = await rolldown({
    input,
    platform: 'node',
    external: (id) => !/^(?:[./]|@hayrick\/)/.test(id) && !BUNDLED.test(id),
    resolve: { conditionNames: ['hayrick-src', 'node', 'import', 'default'] },
    logLevel: 'silent',
  });
  await bundle.write({
    dir: made,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await bundle.close();
  return {
    cli: join(made, 'hayrick.js'),
    cache: join(folder, 'cache'),
    scripts: Object.fromEntries(names.map((name) => [name, join(made, `${name}.js`)])),
  };
}

/** A package of the program's own: what it exports lies in the one folder of all. Answers the sources by the names that they get there. */
function writePackage(name: string, source: string, folder: string): Readonly<Record<string, string>> {
  const { exports: exported } = JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, { readonly 'hayrick-src'?: string }>>;
  };
  const input: Record<string, string> = {};
  const paths: Record<string, string> = {};
  mkdirSync(folder, { recursive: true });
  for (const [path, { 'hayrick-src': src }] of Object.entries(exported)) {
    if (src === undefined || path === './testing') continue;
    const entry = `${name}${path.slice(1).replaceAll('/', '-')}`;
    input[entry] = join(source, src);
    paths[path] = `./${entry}.js`;
    writeFileSync(join(folder, `${entry}.js`), `export * from '../program/${entry}.js';\n`);
  }
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: `@hayrick/${name}`, type: 'module', exports: paths }),
  );
  return input;
}

/** What packages depend on besides one another comes from the workspace. */
function linkModules(from: string, to: string): void {
  const names = readdirSync(from).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(from, name)).map((inner) => `${name}/${inner}`) : [name],
  );
  for (const name of names.filter((one) => !/^(?:\.|@hayrick\/)/.test(one))) {
    mkdirSync(dirname(join(to, name)), { recursive: true });
    try {
      symlinkSync(realpathSync(join(from, name)), join(to, name));
    } catch (error) {
      // Several packages depend on it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    }
  }
}
