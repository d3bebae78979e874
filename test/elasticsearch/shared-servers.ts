import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HayrickError } from '@hayrick/core/settings';
import type { TestProject } from 'vitest/node';
import { startIfAvailable } from './available.ts';
import { ask } from './request.ts';
import type { Access, Server } from './server.ts';

/** What a test file that asks for a server is told. */
export type Reply =
  | { readonly kind: 'running'; readonly url: string; readonly access: Access | null }
  /** Nothing is fetched and nothing may be. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'failed'; readonly why: string };

export type ServerKind = 'open' | 'secure';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the run's own process starts servers for its test files. */
    readonly elasticsearchStarter: string;
  }
}

/**
 * Vitest's global set-up. The run's process owns the servers that all test files share; it starts one when the first file asks for it, so
 * a run that needs none waits for none, and stops it when the run is over.
 */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const started = new Map<string, Promise<Started>>();
  const ending = new AbortController();
  const listener = createServer((request, response) => {
    const kind: ServerKind = request.url === '/secure' ? 'secure' : 'open';
    const one = started.get(kind) ?? startShared(kind, ending.signal);
    started.set(kind, one);
    void one.then(({ reply }) => response.end(JSON.stringify(reply)));
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  listener.unref();
  // With a host and a port it listens on an address, not on a socket file.
  project.provide('elasticsearchStarter', `http://127.0.0.1:${(listener.address() as AddressInfo).port}`);
  return async () => {
    ending.abort();
    listener.closeAllConnections();
    listener.close();
    const all = await Promise.all(started.values());
    await Promise.all(all.map(({ server }) => server?.close()));
  };
}

interface Started {
  readonly reply: Reply;
  /** Null where there is none, or it is somebody else's. */
  readonly server: Server | null;
}

async function startShared(kind: ServerKind, signal: AbortSignal): Promise<Started> {
  try {
    const given = process.env['HAYRICK_TEST_ELASTICSEARCH'];
    if (kind === 'open' && given) return { reply: await lookAt(given), server: null };
    const server = await startIfAvailable(process.env, { secure: kind === 'secure', signal });
    if (server === null) return { reply: { kind: 'absent' }, server };
    return { reply: { kind: 'running', url: server.url, access: server.access }, server };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { reply: { kind: 'failed', why }, server: null };
  }
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
