import { once } from 'node:events';
import {
  createServer as createHttp,
  type IncomingMessage,
  request as requestHttp,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttps, request as requestHttps } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A request that went through, and what came back. */
export interface Passed {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly status: number;
  readonly body: string;
  readonly answer: string;
}

/** Something between the program and a real server that sees what is said. */
export interface Front extends AsyncDisposable {
  readonly url: string;
  readonly passed: readonly Passed[];
}

export interface FrontOptions {
  /** Of the server behind, where that speaks TLS. */
  readonly ca?: string;
  /** To speak TLS itself, PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** Cuts the connection, once: of a request instead of passing it on, or behind it instead of passing on the answer. */
  readonly cut?: (path: string, method: string) => 'before' | 'behind' | null;
  /** Done before a request is passed on. */
  readonly before?: (path: string, method: string) => Promise<void>;
  /** Bytes of the longest request that it lets through, as many a web server's. */
  readonly longest?: number;
}

/** Starts a front of a server at a free port of the loopback address. */
export async function startFront(behind: string, options: FrontOptions = {}): Promise<Front> {
  const passed: Passed[] = [];
  let cut = options.cut;

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers } = request;
    const body = await allOf(request);
    await options.before?.(url, method);
    const where = cut?.(url, method) ?? null;
    if (where !== null) cut = undefined;
    if (where === 'before') return void request.socket.destroy();
    if (body.length > (options.longest ?? Number.POSITIVE_INFINITY)) {
      passed.push({ method, path: url, status: 413, body: '', answer: '' });
      return void response.writeHead(413, { 'content-type': 'text/html' }).end('<h1>Too large</h1>');
    }
    const target = new URL(url, behind);
    const sending =
      target.protocol === 'https:'
        ? requestHttps(target, { method, headers, ca: options.ca, agent: false })
        : requestHttp(target, { method, headers, agent: false });
    sending.end(body);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    const text = await allOf(answer);
    passed.push({
      method,
      path: url,
      status: answer.statusCode ?? 0,
      body: body.toString(),
      answer: text.toString(),
    });
    if (where === 'behind') return void request.socket.destroy();
    response.writeHead(answer.statusCode ?? 0, answer.headers).end(text);
  }

  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    pass(request, response).catch(() => request.socket.destroy());
  };
  const server = options.tls === undefined ? createHttp(listen) : createHttps(options.tls, listen);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    passed,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function allOf(stream: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
