import { delimiter, extname, join, resolve } from 'node:path';
import { HayrickError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import type { Environment } from './environment.ts';

/** What the caller says about where the settings are. */
export interface SettingsRequest {
  /** A file, or a module's name in one of `modulePath`; undefined: looked for. */
  readonly module?: string | undefined;
  /** Folders in which a module is looked for before the current one. */
  readonly modulePath?: readonly string[] | undefined;
}

export interface FoundSettings {
  /** Absolute. */
  readonly file: string;
  /** Nobody named it: it is used only if no one else could have put it there. */
  readonly implicit: boolean;
  readonly warnings: readonly string[];
}

/** Of settings files, in the order in which they are looked for. */
const EXTENSIONS = ['.ts', '.mts', '.js', '.mjs', '.json'] as const;
const HERE = ['.ts', '.mts', '.mjs', '.json'] as const;
const SYSTEM_FOLDER = '/etc/hayrick';

/**
 * The settings file: the one that is named, else that of HAYRICK_SETTINGS_MODULE, of HAYRICK_CONFIG, of the current folder, of /etc/hayrick.
 * @throws SETTINGS_NOT_FOUND where a named one is missing or there is none at all
 */
export function findSettings(request: SettingsRequest, environment: Environment): FoundSettings {
  const folders = request.modulePath ?? [];
  if (request.module !== undefined) {
    const file = findModule(request.module, folders, '--settings', environment);
    return { file, implicit: false, warnings: [] };
  }
  const {
    HAYRICK_SETTINGS_MODULE: module,
    HAYRICK_CONFIG: config,
    HAYRICK_MODULE_PATH: modulePath,
  } = environment.variables;
  if (module !== undefined && module !== '') {
    const named = (modulePath ?? '').split(delimiter).filter((folder) => folder !== '');
    const file = findModule(module, [...folders, ...named], 'HAYRICK_SETTINGS_MODULE', environment);
    return { file, implicit: false, warnings: disagreement(file, config, environment) };
  }
  if (config !== undefined && config !== '') {
    const file = resolve(environment.cwd, config);
    if (!isFile(file, environment)) throw missing('HAYRICK_CONFIG', config, [file]);
    return { file, implicit: false, warnings: [] };
  }
  for (const [folder, extensions] of [
    [environment.cwd, HERE],
    [SYSTEM_FOLDER, EXTENSIONS],
  ] as const) {
    const [file, ...others] = extensions
      .map((e) => join(folder, `settings${e}`))
      .filter((f) => isFile(f, environment));
    if (file !== undefined)
      return { file, implicit: true, warnings: others.map((other) => unused(file, other)) };
  }
  throw nothing(environment);
}

/** The overlay beside a settings file, if there is one. */
export function findOverlay(folder: string, environment: Environment): string | null {
  return (
    EXTENSIONS.map((e) => join(folder, `settings.local${e}`)).find((f) => isFile(f, environment)) ?? null
  );
}

function findModule(
  module: string,
  folders: readonly string[],
  by: string,
  environment: Environment,
): string {
  const bases = [...folders.map((folder) => resolve(environment.cwd, folder)), environment.cwd];
  const tried: string[] = [];
  for (const base of bases) {
    const path = resolve(base, module);
    const known = EXTENSIONS.some((e) => e === extname(path));
    for (const file of known ? [path] : [...EXTENSIONS.map((e) => `${path}${e}`), path]) {
      if (isFile(file, environment)) return file;
    }
    if (!tried.includes(path)) tried.push(path);
  }
  throw missing(by, module, tried);
}

function isFile(path: string, environment: Environment): boolean {
  try {
    const facts = environment.facts(path);
    return facts !== null && facts.kind !== 'directory';
  } catch (cause) {
    throw new HayrickError(
      'SETTINGS_NOT_FOUND',
      `${path} cannot be looked at: ${reason(cause)}. Name a settings file by --settings.`,
      {
        cause,
      },
    );
  }
}

function disagreement(file: string, config: string | undefined, environment: Environment): string[] {
  if (config === undefined || config === '') return [];
  const other = resolve(environment.cwd, config);
  if (other === file) return [];
  return [
    `HAYRICK_SETTINGS_MODULE (${file}) and HAYRICK_CONFIG (${other}) name different settings: the first is used. Unset one of them.`,
  ];
}

function unused(file: string, other: string): string {
  return `${file} is used, ${other} is not. Delete one, or name one by --settings.`;
}

function missing(by: string, name: string, tried: readonly string[]): HayrickError {
  return new HayrickError(
    'SETTINGS_NOT_FOUND',
    `${by} names the settings "${name}", but there is no such file. Looked for: ${tried.join(', ')}.`,
  );
}

function nothing(environment: Environment): HayrickError {
  const near = Object.keys(environment.variables)
    .filter((name) => name.startsWith('HAYRICK_'))
    .map((name) => didYouMean(name, ['HAYRICK_SETTINGS_MODULE', 'HAYRICK_CONFIG']))
    .join('');
  return new HayrickError(
    'SETTINGS_NOT_FOUND',
    `No settings: neither --settings, HAYRICK_SETTINGS_MODULE nor HAYRICK_CONFIG name any, and there is no settings.ts, .mts, .mjs or .json in ${environment.cwd} and none in ${SYSTEM_FOLDER}.${near} Make a site with "hayrick startproject DIR", then work in DIR.`,
  );
}

function reason(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
