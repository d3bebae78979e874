import { basename, extname } from 'node:path';
import { HayrickError } from '../errors.ts';
import type { Environment } from './environment.ts';
import { isPlain, type Plain } from './plain.ts';
import { maskUrls } from './secrets.ts';

/**
 * What a settings file holds: the object, awaited or called for.
 * @throws SETTINGS_INVALID with the file and the cause
 */
export async function readSettingsModule(file: string, environment: Environment): Promise<Plain> {
  const value = extname(file) === '.json' ? readJson(file, environment) : await runModule(file, environment);
  if (isPlain(value)) return value;
  const what = Array.isArray(value) ? 'a list' : value === null ? 'null' : typeof value;
  const who = extname(file) === '.json' ? 'the file' : 'the default export';
  throw new HayrickError(
    'SETTINGS_INVALID',
    `${file}: ${who} must be an object with the settings, it is ${what}.`,
  );
}

async function runModule(file: string, environment: Environment): Promise<unknown> {
  try {
    const module = await environment.importModule(file);
    const namespace = isPlain(module) ? module : {};
    if (!('default' in namespace)) {
      throw new HayrickError(
        'SETTINGS_INVALID',
        `${file} has no default export. Write: export default { connections: … }`,
      );
    }
    const exported: unknown = await namespace['default'];
    return typeof exported === 'function' ? await exported() : exported;
  } catch (cause) {
    if (cause instanceof HayrickError) throw cause;
    throw new HayrickError('SETTINGS_INVALID', `${file} cannot be loaded: ${describe(cause, file)}`, {
      cause,
    });
  }
}

/** Parsers quote the text around a mistake, and that text may hold a secret: only the place is told. */
function readJson(file: string, environment: Environment): unknown {
  let text: string;
  try {
    text = environment.readText(file);
  } catch (cause) {
    throw new HayrickError('SETTINGS_INVALID', `${file} cannot be loaded: ${describe(cause, file)}`, {
      cause,
    });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/u, ''));
  } catch (cause) {
    const place = cause instanceof Error ? /line \d+ column \d+/u.exec(cause.message)?.[0] : undefined;
    throw new HayrickError(
      'SETTINGS_INVALID',
      `${file} is not valid JSON${place === undefined ? '' : ` (${place})`}.`,
    );
  }
}

function describe(cause: unknown, file: string): string {
  if (!(cause instanceof Error)) return `it threw ${maskUrls(String(cause))}`;
  const name = basename(file).replaceAll('.', '\\.');
  const line = new RegExp(`${name}:(\\d+(?::\\d+)?)`, 'u').exec(cause.stack ?? '')?.[1];
  const hint =
    'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND'
      ? ' Imports name files with their endings: "./local.ts".'
      : '';
  const message = maskUrls(cause.message.split('\n', 1)[0] ?? '');
  return `${cause.name}: ${message}${line === undefined ? '' : ` (line ${line})`}.${hint}`.replace('..', '.');
}
