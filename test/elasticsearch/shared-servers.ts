import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server as HttpServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HayrickError } from '@hayrick/core/settings';
import type { TestProject } from 'vitest/node';
import { DISTRIBUTION, distributionFolder, findDistribution } from './distribution.ts';
import { fetchDistribution } from './fetch.ts';
import { findJdk } from './jdk.ts';
import { ask } from './request.ts';
import { type Access, type Server, startServer } from './server.ts';

/** What a test file that asks for a server is told. */
export type Reply =
  | { readonly kind: 'running'; readonly url: string; readonly access: Access | null }
  /** Nothing is fetched and nothing may be. */
  | { readonly kind: 'absent'; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string };

export type ServerKind = 'open' | 'secure';

declare module 'vitest' {
  interface ProvidedContext {
    /** The socket on which the run's own process starts servers for its test files. */
    readonly elasticsearchSocket: string;
  }
}

/**
 * Vitest's global set-up. The run's process owns the servers that all test files share; it starts one when the first file asks for it, so
 * a run that needs none waits for none, and stops it when the run is over.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const directory = await mkdtemp(join(tmpdir(), 'hayrick-servers-'));
  const started = new Map<string, Promise<Started>>();
  const listener = createServer((request, response) => {
    const kind: ServerKind = request.url === '/secure' ? 'secure' : 'open';
    const one = started.get(kind) ?? startShared(kind);
    started.set(kind, one);
    void one.then(({ reply }) => response.end(JSON.stringify(reply)));
  });
  const path = join(directory, 'socket');
  await listening(listener, path);
  project.provide('elasticsearchSocket', path);
  return async () => {
    listener.closeAllConnections();
    listener.close();
    const all = await Promise.all(started.values());
    await Promise.all(all.map(({ server }) => server?.close()));
    await rm(directory, { recursive: true, force: true });
  };
}

interface Started {
  readonly reply: Reply;
  /** Null where there is none, or it is somebody else's. */
  readonly server: Server | null;
}

async function startShared(kind: ServerKind): Promise<Started> {
  try {
    const given = process.env['HAYRICK_TEST_ELASTICSEARCH'];
    if (kind === 'open' && given) return { reply: await lookAt(given), server: null };
    const home = await homeOrNull();
    if (home === null)
      return {
        reply: {
          kind: 'absent',
          why: 'No Elasticsearch is here; to fetch it: npx -y pnpm@12 elastic fetch',
        },
        server: null,
      };
    const server = await startServer({
      home,
      jdk: await findJdk(process.env),
      secure: kind === 'secure',
    });
    return { reply: { kind: 'running', url: server.url, access: server.access }, server };
  } catch (error) {
    return {
      reply: { kind: 'failed', why: error instanceof Error ? error.message : String(error) },
      server: null,
    };
  }
}

/** Where it may be fetched unasked: continuous integration, which starts from nothing. */
export async function homeOrNull(): Promise<string | null> {
  const folder = distributionFolder(DISTRIBUTION, process.env);
  if (process.env['CI'] === 'true')
    return fetchDistribution(DISTRIBUTION, folder, { say: (text) => void process.stderr.write(`${text}\n`) });
  return findDistribution(DISTRIBUTION, folder);
}

async function lookAt(url: string): Promise<Reply> {
  const answer = await ask(url, '/', { timeout: 10_000 }).catch((error: unknown) => String(error));
  if (typeof answer !== 'string' && answer.status === 200 && answer.text.includes('"cluster_uuid"'))
    return { kind: 'running', url, access: null };
  const got = typeof answer === 'string' ? answer : `HTTP status ${answer.status}`;
  throw new HayrickError(
    'ENGINE_UNREACHABLE',
    `HAYRICK_TEST_ELASTICSEARCH names ${new URL(url).host}, and no Elasticsearch answers there: ${got}`,
  );
}

async function listening(server: HttpServer, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
  server.unref();
}
