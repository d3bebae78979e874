import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HayrickError } from '@hayrick/core/settings';
import { type Distribution, findDistribution } from './distribution.ts';
import { folderDigest } from './folder-digest.ts';

export interface FetchOptions {
  /** Progress, for people. */
  say(text: string): void;
  readonly signal?: AbortSignal | undefined;
}

const MAVEN_GOAL = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
/** What a fetch that was killed left behind is not touched before: it might be a slow one. */
const LEFTOVER_MS = 24 * 3600 * 1000;

/**
 * Fetches a distribution into `folder` unless it is there, and answers the folder. Everything on the way lies in a folder of its own beside it,
 * Maven's local repository too, and is removed; the result comes into place by one rename, so any number of processes may fetch at once.
 * @throws ENGINE_FAILED where a tool is missing, Maven does not get it, or it is not what it should be
 */
export async function fetchDistribution(
  distribution: Distribution,
  folder: string,
  options: FetchOptions,
): Promise<string> {
  if (await isThere(distribution, folder)) return folder;
  const cache = dirname(folder);
  await mkdir(cache, { recursive: true });
  await removeLeftovers(cache, `${basename(folder)}.fetch-`);
  const work = await mkdtemp(`${folder}.fetch-`);
  try {
    options.say(`Fetching Elasticsearch ${distribution.version} (${distribution.artifact}) by Maven…`);
    await run(
      'mvn',
      [
        ...['-B', '-q', MAVEN_GOAL, `-Dartifact=${distribution.artifact}`],
        ...[`-DoutputDirectory=${work}`, `-Dmaven.repo.local=${join(work, 'repository')}`],
      ],
      'Install Maven (Debian: apt-get install maven).',
      options.signal,
    );
    const zip = (await readdir(work)).find((name) => name.endsWith('.zip'));
    if (zip === undefined)
      throw new HayrickError('ENGINE_FAILED', `Maven left no zip of ${distribution.artifact}.`);
    await run(
      'unzip',
      ['-q', join(work, zip), `${distribution.folder}/*`, '-d', work],
      'Install unzip.',
      options.signal,
    );
    await putInPlace(distribution, join(work, distribution.folder), folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return folder;
}

/**
 * Moves an unpacked distribution to where it belongs, if it is the right one. One that another process put there meanwhile stays;
 * whatever else lies there gives way. @throws ENGINE_FAILED where it is not what was published
 */
export async function putInPlace(
  distribution: Distribution,
  unpacked: string,
  folder: string,
): Promise<void> {
  const found = await folderDigest(unpacked);
  if (found !== distribution.sha256)
    throw new HayrickError(
      'ENGINE_FAILED',
      `${distribution.artifact} did not unpack to what was published: SHA-256 ${found}, expected ${distribution.sha256}. Nothing was kept.`,
    );
  if (existsSync(folder) && !(await isThere(distribution, folder))) {
    const aside = await mkdtemp(`${folder}.fetch-`);
    await rename(folder, join(aside, 'altered')).catch((error: unknown) => {
      // Somebody else is mending it too.
      if (!isMissing(error)) throw error;
    });
    await rm(aside, { recursive: true, force: true });
  }
  try {
    await rename(unpacked, folder);
  } catch (error) {
    // A folder that is not empty cannot be renamed over: somebody else was first.
    if (!(await isThere(distribution, folder))) throw error;
  }
}

async function isThere(distribution: Distribution, folder: string): Promise<boolean> {
  try {
    return (await findDistribution(distribution, folder)) !== null;
  } catch (error) {
    if (error instanceof HayrickError) return false;
    throw error;
  }
}

async function removeLeftovers(cache: string, prefix: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const path = join(cache, name);
    const seen = name.startsWith(prefix) ? await stat(path).catch(() => null) : null;
    if (seen !== null && Date.now() - seen.mtimeMs > LEFTOVER_MS)
      await rm(path, { recursive: true, force: true });
  }
}

async function run(
  program: string,
  args: readonly string[],
  remedy: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    await promisify(execFile)(program, args, { maxBuffer: 1 << 26, ...(signal ? { signal } : {}) });
  } catch (error) {
    signal?.throwIfAborted();
    if (isMissing(error))
      throw new HayrickError(
        'ENGINE_FAILED',
        `${program} is needed to fetch Elasticsearch and is not installed. ${remedy}`,
      );
    throw new HayrickError('ENGINE_FAILED', `${program} failed: ${whatItSaid(error)}`, { cause: error });
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

/** Maven tells its errors on stdout. */
function whatItSaid(error: unknown): string {
  const parts = error as { readonly stdout?: unknown; readonly stderr?: unknown };
  const said = [parts.stdout, parts.stderr].filter((text) => typeof text === 'string').join('\n');
  return said.trim().slice(0, 2000) || String(error);
}
