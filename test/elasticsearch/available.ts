import { DISTRIBUTION, distributionFolder, findDistribution } from './distribution.ts';
import { fetchDistribution } from './fetch.ts';
import { findJdk } from './jdk.ts';
import { type Server, type ServerOptions, startServer } from './server.ts';

export type OwnServerOptions = Omit<ServerOptions, 'home' | 'jdk'>;

/**
 * Starts a server of the caller's own from the user's cache, or answers null where nothing is fetched. With `CI` set to `true` it is
 * fetched unasked: continuous integration starts from nothing and may leave nothing out.
 */
export async function startIfAvailable(
  env: NodeJS.ProcessEnv,
  options: OwnServerOptions = {},
): Promise<Server | null> {
  const folder = distributionFolder(DISTRIBUTION, env);
  const home =
    env['CI'] === 'true'
      ? await fetchDistribution(DISTRIBUTION, folder, { say: () => undefined, signal: options.signal })
      : await findDistribution(DISTRIBUTION, folder);
  return home === null ? null : startServer({ ...options, home, jdk: await findJdk(env) });
}
