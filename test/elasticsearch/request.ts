import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Ask {
  readonly method?: string;
  readonly body?: unknown;
  /** The authority's certificate, PEM, where the server speaks TLS. */
  readonly ca?: string | undefined;
  /** The whole header: 'ApiKey …', 'Basic …'. */
  readonly authorization?: string | undefined;
  /** Of silence, in milliseconds. */
  readonly timeout?: number;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** One plain request to a server, by nothing but Node's own means: the launcher must not lean on the client that it serves to test. */
export function ask(url: string, path: string, options: Ask = {}): Promise<Answer> {
  const { method = 'GET', body, ca, authorization, timeout = 90_000 } = options;
  const target = new URL(path, url);
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(authorization === undefined ? {} : { authorization }),
  };
  const details = { method, headers, timeout, agent: false as const };
  return new Promise((resolve, reject) => {
    const sent =
      target.protocol === 'https:'
        ? requestHttps(target, { ...details, ...(ca === undefined ? {} : { ca }) })
        : requestHttp(target, details);
    sent.once('timeout', () => sent.destroy(new Error(`${target.href} was silent for ${timeout} ms`)));
    sent.once('error', reject);
    sent.once('response', (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
