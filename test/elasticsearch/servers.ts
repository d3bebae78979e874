import { request } from 'node:http';
import { inject } from 'vitest';
import { DISTRIBUTION } from './distribution.ts';
import { findJdk } from './jdk.ts';
import { type Access, type Server, type ServerOptions, startServer } from './server.ts';
import { homeOrNull, type Reply, type ServerKind } from './shared-servers.ts';

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
  const reply = await askFor('open', skipped);
  return reply === null ? null : { url: reply.url };
}

/** As `elasticsearchServer`, the one that speaks TLS and lets nobody in without a password or an API key. */
export async function secureElasticsearchServer(skipped: string): Promise<SecureServer | null> {
  const reply = await askFor('secure', skipped);
  if (reply === null) return null;
  if (reply.access === null) throw new Error('The server with security on was started without.');
  return { url: reply.url, ...reply.access };
}

/** A server of the test's own, to be killed, filled or set up in special ways; the test closes it. Null as in `elasticsearchServer`. */
export async function ownElasticsearchServer(
  skipped: string,
  options: Omit<ServerOptions, 'home' | 'jdk'> = {},
): Promise<Server | null> {
  const home = await homeOrNull();
  if (home === null)
    return absent('No Elasticsearch is here; to fetch it: npx -y pnpm@12 elastic fetch', skipped);
  return startServer({ ...options, home, jdk: await findJdk(process.env) });
}

async function askFor(
  kind: ServerKind,
  skipped: string,
): Promise<Extract<Reply, { kind: 'running' }> | null> {
  const reply = await requestReply(kind);
  switch (reply.kind) {
    case 'running':
      return reply;
    case 'absent':
      return absent(reply.why, skipped);
    case 'failed':
      throw new Error(reply.why);
  }
}

function absent(why: string, skipped: string): null {
  const text = `${why}. Without Elasticsearch ${DISTRIBUTION.version} this does not run: ${skipped}.`;
  if (process.env['CI'] === 'true') throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return null;
}

/** From the process that owns the servers: the one half of a conversation with ourselves, so its text is taken as it comes. */
function requestReply(kind: ServerKind): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath: inject('elasticsearchSocket'), path: `/${kind}`, agent: false });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
      });
      response.once('error', reject);
      response.once('end', () => resolve(JSON.parse(text) as Reply));
    });
    sent.end();
  });
}
