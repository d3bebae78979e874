import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { HayrickError } from '@hayrick/core/settings';
import type { Context } from '../context.ts';
import { STATUS } from '../failure.ts';
import { packageVersion } from '../version.ts';

const FILES = ['settings.ts', 'manage.mjs', 'package.json', 'README.md'] as const;

/** `startproject`. */
export async function startProject(context: Context, directory: string): Promise<number> {
  const folder = resolve(context.io.cwd, directory);
  requireEmpty(folder);
  const name = packageName(basename(folder));
  const version = `^${packageVersion()}`;
  try {
    // Settings that others can write are not run (see `requireSafe`): the umask may only take rights away.
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    for (const file of FILES) {
      const text = readFileSync(new URL(`../../templates/project/${file}`, import.meta.url), 'utf8');
      const filled = text.replaceAll('PROJECT', name).replaceAll('VERSION', version);
      writeFileSync(join(folder, file), filled, { mode: file === 'manage.mjs' ? 0o755 : 0o644 });
    }
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new HayrickError('ARGUMENT_INVALID', `${folder} cannot be written: ${why}.`, { cause });
  }
  await context.print(`Made ${folder}: ${FILES.join(', ')}.\n`);
  await context.say(
    `Next: cd ${directory}, npm install, name your mail in settings.ts, node manage.mjs check.`,
  );
  return STATUS.done;
}

function requireEmpty(folder: string): void {
  if (!existsSync(folder)) return;
  if (!statSync(folder).isDirectory())
    throw new HayrickError('ARGUMENT_INVALID', `${folder} is a file: name a new folder.`);
  const found = readdirSync(folder);
  if (found.length === 0) return;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    `${folder} is not empty (${found[0]} is in it): name a new folder.`,
  );
}

function packageName(folder: string): string {
  const name = folder
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/gu, '-')
    .replace(/^[._-]+|[._-]+$/gu, '');
  return name === '' ? 'mail-search' : name;
}
