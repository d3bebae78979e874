import { once } from 'node:events';
import { createServer } from 'node:http';

/** A request by which a server was changed. */
export interface RecordedRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly type: string;
  readonly body: string;
}

/** A server that hands on what it is asked, and writes down what changes the server behind it. */
export interface Recorder {
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  close(): void;
}

const METHODS: readonly string[] = ['PUT', 'POST', 'DELETE'];
/** What only looks. */
const LOOKS = /\/_(?:search|count|pit|mget|stats)\b/;

/** @param target the address of the server behind it */
export async function record(target: string): Promise<Recorder> {
  const requests: RecordedRequest[] = [];
  const server = createServer(async (request, response) => {
    const { method = 'GET', url: path = '/', headers } = request;
    const body = Buffer.concat(await request.toArray()).toString();
    const type = headers['content-type'] ?? 'application/json';
    if (METHODS.includes(method) && !LOOKS.test(path)) requests.push({ method, path, type, body });
    const answer = await send(target, { method, path, type, body });
    response.writeHead(answer.status, {
      'content-type': answer.headers.get('content-type') ?? 'application/json',
      'x-elastic-product': answer.headers.get('x-elastic-product') ?? '',
    });
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new TypeError('a server without a port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Does once more what was written down, one request after the other. */
export async function replay(target: string, requests: readonly RecordedRequest[]): Promise<void> {
  for (const request of requests) {
    const answer = await send(target, request);
    const text = await answer.text();
    if (!answer.ok || text.includes('"error"')) throw new Error(`${request.path}: ${text}`);
  }
}

function send(target: string, { method, path, type, body }: RecordedRequest): Promise<Response> {
  const sent = body === '' ? {} : { body };
  return fetch(`${target}${path}`, { method, headers: { 'content-type': type, accept: type }, ...sent });
}
