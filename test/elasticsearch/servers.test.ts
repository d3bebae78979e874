import { describe, expect, it } from 'vitest';
import { ask } from './request.ts';
import { elasticsearchServer, secureElasticsearchServer } from './servers.ts';

const open = await elasticsearchServer('that a shared server answers');
const secure = await secureElasticsearchServer('that a server with security on lets nobody in without a key');

describe.skipIf(open === null)('the shared server', () => {
  it('is an Elasticsearch in good health', async () => {
    const answer = await ask(open?.url ?? '', '/_cluster/health');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ status: expect.stringMatching(/^(green|yellow)$/u) });
  });
});

describe.skipIf(secure === null)('the shared server with security on', () => {
  const url = secure?.url ?? '';
  const ca = secure?.ca;

  it('answers 401 without a key and with a wrong one', async () => {
    expect((await ask(url, '/', { ca })).status).toBe(401);
    const authorization = `ApiKey ${Buffer.from('nobody:nothing').toString('base64')}`;
    expect((await ask(url, '/', { ca, authorization })).status).toBe(401);
  });

  it('lets in the API key and the user', async () => {
    const basic = Buffer.from(`${secure?.user}:${secure?.password}`).toString('base64');
    for (const authorization of [`ApiKey ${secure?.apiKey}`, `Basic ${basic}`])
      expect((await ask(url, '/_cat/indices', { ca, authorization })).status).toBe(200);
  });

  it('has a certificate that only its own authority vouches for', async () => {
    await expect(ask(url, '/')).rejects.toMatchObject({ code: expect.stringMatching(/CERT|SIGNED|VERIFY/u) });
  });
});
