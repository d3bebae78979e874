import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HayrickError } from '@hayrick/core/settings';

/** An installed Java. */
export interface Jdk {
  readonly home: string;
  /** 25 of "25.0.3", 8 of "1.8.0_452". */
  readonly major: number;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Elasticsearch 9 is compiled for it. */
const OLDEST_JAVA = 21;

/** Folders in which systems and version managers put Javas, one folder each. */
const COMMON_FOLDERS = [
  '/usr/lib/jvm',
  '/usr/lib64/jvm',
  '/usr/java',
  '/opt',
  '/opt/java',
  '/Library/Java/JavaVirtualMachines',
] as const;
const HOME_FOLDERS = ['.sdkman/candidates/java', '.jdks', '.local/share/mise/installs/java'] as const;
/** Where a Java lies in its folder on macOS. */
const MAC_HOME = 'Contents/Home';

/**
 * The one to run the server on: the preferred one if it is new enough, else the oldest that is, which is nearest to what the server was
 * built for. Null where none fits.
 */
export function chooseJdk(found: readonly Jdk[], preferred: string | null): Jdk | null {
  const fitting = found.filter((jdk) => jdk.major >= OLDEST_JAVA);
  const byAge = fitting.toSorted((a, b) => a.major - b.major || (a.home < b.home ? -1 : 1));
  return fitting.find((jdk) => jdk.home === preferred) ?? byAge[0] ?? null;
}

/** The main number of a Java's version, null where it is none: "25.0.3", "1.8.0_452", "21-ea". */
export function javaMajor(version: string): number | null {
  const match = /^(?:1\.)?(\d+)(?!\d)/u.exec(version);
  return match?.[1] === undefined ? null : Number(match[1]);
}

/**
 * Looks through JAVA_HOME, the usual folders, those in the user's home, and the PATH.
 * @throws ENGINE_FAILED with all that was found, where none is new enough
 */
export async function findJdk(env: Environment, folders: readonly string[] = COMMON_FOLDERS): Promise<Jdk> {
  const preferred = env['JAVA_HOME'] ? await realpath(env['JAVA_HOME']).catch(() => null) : null;
  const homes = new Set<string>();
  for (const home of await candidates(env, folders)) {
    const real = await realpath(home).catch(() => null);
    if (real !== null && existsSync(join(real, 'bin/java'))) homes.add(real);
  }
  const found: Jdk[] = [];
  for (const home of homes) {
    const major = await readMajor(home);
    if (major !== null) found.push({ home, major });
  }
  const chosen = chooseJdk(found, preferred);
  if (chosen !== null) return chosen;
  const list = found.map((jdk) => `Java ${jdk.major} in ${jdk.home}`).join(', ') || 'none at all';
  throw new HayrickError(
    'ENGINE_FAILED',
    `Elasticsearch needs Java ${OLDEST_JAVA} or newer; found: ${list}. Install one and set JAVA_HOME to its folder.`,
  );
}

async function candidates(env: Environment, folders: readonly string[]): Promise<string[]> {
  const inside = async (folder: string): Promise<string[]> =>
    (await readdir(folder).catch(() => [])).map((name) => join(folder, name));
  const home = env['HOME'];
  const own = home ? HOME_FOLDERS.map((name) => join(home, name)) : [];
  const installed = (await Promise.all([...folders, ...own].map(inside))).flat();
  return [
    ...(env['JAVA_HOME'] ? [env['JAVA_HOME']] : []),
    ...installed.flatMap((folder) => [folder, join(folder, MAC_HOME)]),
    ...(await onPath(env['PATH'] ?? '')),
  ];
}

/** The homes of the `java` programs on the path, links followed. */
async function onPath(path: string): Promise<string[]> {
  const programs = path
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => realpath(join(folder, 'java')).catch(() => null));
  return (await Promise.all(programs))
    .filter((program) => program !== null)
    .map((program) => dirname(dirname(program)));
}

/** By the file that every JDK since 7 has; some packages leave it out, so the program itself is asked then. */
async function readMajor(home: string): Promise<number | null> {
  const release = await readFile(join(home, 'release'), 'utf8').catch(() => '');
  const stated = /^JAVA_VERSION="([^"]+)"/mu.exec(release)?.[1];
  if (stated !== undefined) return javaMajor(stated);
  const asked = await promisify(execFile)(join(home, 'bin/java'), ['-version']).catch(() => null);
  const shown = /version "([^"]+)"/u.exec(asked?.stderr ?? '')?.[1];
  return shown === undefined ? null : javaMajor(shown);
}
