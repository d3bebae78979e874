import { inject } from 'vitest';
import { type OwnServerOptions, startIfAvailable } from './available.ts';
import { type Cluster, startCluster } from './cluster.ts';
import { DISTRIBUTION } from './distribution.ts';
import { ask } from './request.ts';
import type { Access, Server } from './server.ts';
import type { Reply, ServerKind } from './shared-servers.ts';

/** A server that all test files of the run share: an index in it needs a name that is nobody else's. */
export interface SharedServer {
  readonly url: string;
}

export interface SecureServer extends SharedServer, Access {}

/**
 * The shared server without security; the first call in a run starts it, about 12 s. Null where there is none, which is said on stderr with
 * what is skipped for it, and is an error where `CI` is `true`: there nothing may be left out in silence.
 *
 * @param skipped what does not run without it
 */
export async function elasticsearchServer(skipped: string): Promise<SharedServer | null> {
  const running = await askFor('open', skipped);
  return running === null ? null : { url: running.url };
}

/** As `elasticsearchServer`, the one that speaks TLS and lets nobody in without a password or an API key. */
export async function secureElasticsearchServer(skipped: string): Promise<SecureServer | null> {
  const running = await askFor('secure', skipped);
  if (running === null) return null;
  if (running.access === null) throw new Error('The server with security on was started without.');
  return { url: running.url, ...running.access };
}

/** A server of the test's own, to be killed, filled or set up in special ways; the test closes it. Null as in `elasticsearchServer`. */
export async function ownElasticsearchServer(
  skipped: string,
  options: OwnServerOptions = {},
): Promise<Server | null> {
  return (await startIfAvailable(process.env, options)) ?? absent(skipped);
}

/** Three nodes of the test's own that are one cluster; the test closes it. Null as in `elasticsearchServer`. */
export async function ownElasticsearchCluster(skipped: string): Promise<Cluster | null> {
  return (await startCluster(process.env, 3)) ?? absent(skipped);
}

async function askFor(
  kind: ServerKind,
  skipped: string,
): Promise<Extract<Reply, { readonly kind: 'running' }> | null> {
  // One half of a conversation with ourselves: the text is taken as it comes.
  const answer = await ask(inject('elasticsearchStarter'), `/${kind}`, { timeout: 0 });
  const reply = JSON.parse(answer.text) as Reply;
  switch (reply.kind) {
    case 'running':
      return reply;
    case 'absent':
      return absent(skipped);
    case 'failed':
      throw new Error(reply.why);
  }
}

function absent(skipped: string): null {
  const text =
    `No Elasticsearch ${DISTRIBUTION.version} is here (to fetch it: npx -y pnpm@12 elastic fetch); ` +
    `without it this does not run: ${skipped}.`;
  if (process.env['CI'] === 'true') throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return null;
}
