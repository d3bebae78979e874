import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { makePlace } from './place.ts';

/** A server that answers everything with this. */
async function serverThat(
  answer: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null,
): Promise<AsyncDisposable & { readonly url: string }> {
  const server = createServer((_, response) => {
    if (answer !== null) response.writeHead(200, answer.headers).end(answer.body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const JSON_HEADERS = { 'content-type': 'application/json' };
const PRODUCT = { ...JSON_HEADERS, 'x-elastic-product': 'Elasticsearch' };
const told = (number: string): string => JSON.stringify({ version: { number } });

describe('what answers is looked at before anything is asked of it', () => {
  it.each([
    ['another product', { headers: JSON_HEADERS, body: told('3.1.0') }, 'no Elasticsearch'],
    ['a web site', { headers: { 'content-type': 'text/html' }, body: '<p>Welcome</p>' }, 'no Elasticsearch'],
    ['an older server', { headers: PRODUCT, body: told('8.19.8') }, '8.19.8'],
    ['a newer server', { headers: PRODUCT, body: told('10.0.0') }, '10.0.0'],
    ['a server without a version', { headers: PRODUCT, body: '{}' }, 'needs 9'],
  ])('%s is refused', async (_, answer, text) => {
    await using server = await serverThat(answer);
    await using place = await makePlace();
    await expect(place.open({ url: server.url })).rejects.toMatchObject({
      code: 'ENGINE_UNSUITABLE',
      message: expect.stringContaining(text),
    });
  });

  it('an address where nobody is at home is told', async () => {
    const server = await serverThat(null);
    await server[Symbol.asyncDispose]();
    await using place = await makePlace();
    await expect(place.open({ url: server.url })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining(server.url),
    });
  });

  it('a server that is silent is waited for as long as the connection says', async () => {
    await using server = await serverThat(null);
    await using place = await makePlace();
    await expect(place.open({ url: server.url }, { timeout: 0.2 })).rejects.toMatchObject({
      code: 'ENGINE_UNREACHABLE',
      message: expect.stringContaining('in time'),
    });
  });
});
