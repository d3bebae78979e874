import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import type { SettingsInput } from '@hayrick/core';
import { HayrickError } from '@hayrick/core/settings';

const ENDINGS = /(?:\.(?:gz|xz|zst|bz2|mbox|mboxcl2?|mbx|eml|maildir|txt))+$/iu;

/** Archives by name: of each path its last part, made a valid name and unlike those before it. */
export function archiveNames(paths: readonly string[]): Map<string, string> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const plain = basename(path).replace(ENDINGS, '').normalize('NFKD').toLowerCase();
    const name =
      plain
        .replace(/[^a-z0-9._-]+/gu, '-')
        .replace(/^[^a-z0-9]+|-+$/gu, '')
        .slice(0, 56) || 'mail';
    let unique = name;
    for (let n = 2; names.has(unique); n += 1) unique = `${name}-${n}`;
    names.set(unique, path);
  }
  return names;
}

/**
 * Writes settings for these paths into a folder of their own below `dataDir`, the same one for the same paths.
 * @returns the settings file
 * @throws ARGUMENT_INVALID for a path that is not there
 */
export function writeSettings(given: readonly string[], cwd: string, dataDir: string): string {
  const paths = [...new Set(given.map((path) => resolve(cwd, path)))].toSorted();
  const missing = paths.find((path) => !existsSync(path));
  if (missing !== undefined) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `${missing} does not exist. Name mailboxes, or folders of mail.`,
    );
  }
  const names = archiveNames(paths);
  const hash = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 8);
  const folder = join(dataDir, `${[...names.keys()][0]?.slice(0, 40)}-${hash}`);
  const settings: SettingsInput = {
    dataDir: './data',
    archives: Object.fromEntries(Array.from(names, ([name, path]) => [name, { paths: [literal(path)] }])),
    connections: { default: { engine: 'sqlite' } },
  };
  // Nobody else has a business with the mail that is indexed here.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'settings.json');
  writeFileSync(file, `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
  return file;
}

/** Paths in settings may hold wildcards; the characters of a name that is there stand for themselves. */
function literal(path: string): string {
  return path.replace(/[*?[{]/gu, '[$&]');
}
