import { dirname } from 'node:path';
import { HayrickError } from '../errors.ts';
import type { Environment } from './environment.ts';

const OTHERS_WRITE = 0o022;

/**
 * Settings run as a program, and nobody named these: they are used only if file and folder belong to the caller or to root and no one
 * else can write them.
 * @throws SETTINGS_UNSAFE with what to change
 */
export function requireSafe(file: string, environment: Environment): void {
  const { uid } = environment;
  if (uid === null) return;
  const real = environment.realPath(file);
  for (const path of new Set([file, dirname(file), real, dirname(real)])) {
    const facts = environment.facts(path);
    if (facts === null) continue;
    const what = facts.kind === 'directory' ? 'folder' : 'file';
    if (facts.owner !== uid && facts.owner !== 0) {
      throw unsafe(
        file,
        `the ${what} ${path} belongs to another user (${facts.owner})`,
        `chown it to yourself`,
      );
    }
    if ((facts.mode & OTHERS_WRITE) !== 0) {
      throw unsafe(file, `others can write the ${what} ${path}`, `chmod go-w ${path}`);
    }
  }
}

function unsafe(file: string, why: string, remedy: string): HayrickError {
  return new HayrickError(
    'SETTINGS_UNSAFE',
    `${file} was found but is not used: ${why}. Mend that (${remedy}), or name the file by --settings ${file} if you trust it.`,
  );
}
