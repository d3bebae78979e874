import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makeAuthority, makeServerCertificate } from '../../elasticsearch/certificates.ts';
import { ask } from '../../elasticsearch/request.ts';
import { elasticsearchServer, secureElasticsearchServer } from '../../elasticsearch/servers.ts';
import { type Front, startFront } from './front.ts';
import { countIn, live, makePlace, putsOf } from './place.ts';

const secure = await secureElasticsearchServer('connections with certificates and credentials');
const open = await elasticsearchServer('that TLS is not spoken to a server that knows none');
const {
  url = '',
  ca = '',
  caFile = '',
  caFingerprint = '',
  apiKey = '',
  user = '',
  password = '',
} = secure ?? {};

async function makeKey(name: string, rights: object): Promise<string> {
  const { text } = await ask(url, '/_security/api_key', {
    method: 'POST',
    ca,
    // A key may not make keys that can do anything.
    authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    body: { name, role_descriptors: { [name]: rights } },
  });
  return (JSON.parse(text) as { readonly encoded: string }).encoded;
}

/** Opens with what is given and goes through the whole life of an index. */
async function live_(settings: Readonly<Record<string, unknown>>): Promise<void> {
  await using place = await makePlace();
  const backend = await place.open(settings);
  const generation = await live(backend, putsOf(1, 3));
  const writer = await backend.writer(generation);
  await writer.write(putsOf(4, 5), 5);
  await writer.close();
  expect(await countIn(backend, generation)).toBe(5);
  expect(await backend.live()).toBe(generation);
  await backend.drop(generation);
  expect(await backend.generations()).toEqual([]);
}

async function refusal(settings: Readonly<Record<string, unknown>>): Promise<unknown> {
  await using place = await makePlace();
  return place.open(settings).then(
    () => null,
    (error: unknown) => error,
  );
}

/** A front of the server that shows these certificates, one behind the other. */
async function frontWith(folder: string, ...certificates: readonly string[]): Promise<Front> {
  const key = await readFile(join(folder, 'node.key'), 'utf8');
  return startFront(url, { ca, tls: { key, cert: certificates.join('\n') } });
}

describe.skipIf(secure === null)('a server with security on', () => {
  it.each([
    ['an API key and the path of the certificate', { auth: { apiKey }, ca: caFile }],
    ['an API key and the certificate itself', { auth: { apiKey }, ca }],
    ['an API key in two parts', { auth: { apiKey: Buffer.from(apiKey, 'base64').toString() }, ca }],
    ['a user and a password', { auth: { username: user, password }, ca }],
  ])('is opened with %s', async (_, settings) => {
    await live_({ url, ...settings });
  });

  it('is opened with a user in the address', async () => {
    const address = new URL(url);
    address.username = user;
    address.password = password;
    await live_({ url: address.href, ca });
    expect((await refusal({ url: address.href, ca, index: 'X' })) as Error).not.toMatchObject({
      message: expect.stringContaining(password),
    });
  });

  it('needs no more rights than those the documentation names', async () => {
    await using place = await makePlace();
    const key = await makeKey('hayrick-least', {
      cluster: ['monitor'],
      indices: [
        { names: [place.index, `${place.index}-hayrick-*`], privileges: ['manage', 'read', 'write'] },
      ],
    });
    const backend = await place.open({ url, ca, auth: { apiKey: key } });
    const generation = await live(backend, putsOf(1, 3));
    const fresh = await live(backend, putsOf(1, 4));
    await backend.drop(generation);
    expect(await countIn(backend, fresh)).toBe(4);
    await backend.drop(fresh);
  });

  it('tells rights that are missing', async () => {
    const key = await makeKey('hayrick-none', { cluster: ['monitor'], indices: [] });
    expect(await refusal({ url, ca, auth: { apiKey: key } })).toMatchObject({
      code: 'ENGINE_DENIED',
      message: expect.stringContaining('view_index_metadata'),
    });
  });

  it.each([
    ['no credentials', {}],
    ['a wrong API key', { auth: { apiKey: Buffer.from('nobody:hidden-key').toString('base64') } }],
    ['a wrong password', { auth: { username: user, password: 'hidden-key' } }],
  ])('refuses %s, and the text shows none of it', async (_, settings) => {
    const error = await refusal({ url, ca, ...settings });
    expect(error).toMatchObject({ name: 'HayrickError', code: 'ENGINE_DENIED' });
    const shown = inspect(error, { depth: 20 });
    expect(shown).not.toContain('hidden-key');
    expect(shown).not.toContain(Buffer.from('nobody:hidden-key').toString('base64'));
    expect(shown).not.toContain(Buffer.from(`${user}:hidden-key`).toString('base64'));
  });

  it('is not trusted without its certificate, or with another', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hayrick-authority-'));
    try {
      const other = await makeAuthority(folder);
      const auth = { apiKey };
      expect(await refusal({ url, auth })).toMatchObject({ code: 'ENGINE_DENIED' });
      expect(await refusal({ url, auth, ca: other.file })).toMatchObject({ code: 'ENGINE_DENIED' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('is told to be away where it is spoken to without TLS', async () => {
    expect(await refusal({ url: url.replace('https', 'http'), auth: { apiKey } })).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });

  it.skipIf(open === null)('is not mistaken for one that speaks no TLS', async () => {
    expect(await refusal({ url: open?.url.replace('http', 'https') })).toMatchObject({
      code: 'ENGINE_DENIED',
    });
  });
});

describe.skipIf(secure === null)('a certificate told by its fingerprint', () => {
  const folder = dirname(caFile);
  const auth = { apiKey };

  it('is found in what the server shows, and then trusted', async () => {
    await using front = await frontWith(folder, await readFile(join(folder, 'node.crt'), 'utf8'), ca);
    await live_({ url: front.url, auth, caFingerprint });
  });

  it('is refused where the server shows none of that fingerprint', async () => {
    await using front = await frontWith(folder, await readFile(join(folder, 'node.crt'), 'utf8'));
    expect(await refusal({ url: front.url, auth, caFingerprint })).toMatchObject({
      code: 'ENGINE_DENIED',
      message: expect.stringContaining('caFingerprint'),
    });
    expect(front.passed).toEqual([]);
  });

  it('does not let in who shows it and is not signed by it', async () => {
    const impostor = await mkdtemp(join(tmpdir(), 'hayrick-impostor-'));
    try {
      await makeAuthority(impostor);
      await makeServerCertificate(impostor);
      await using front = await frontWith(impostor, await readFile(join(impostor, 'node.crt'), 'utf8'), ca);
      expect(await refusal({ url: front.url, auth, caFingerprint })).toMatchObject({ code: 'ENGINE_DENIED' });
      expect(front.passed).toEqual([]);
    } finally {
      await rm(impostor, { recursive: true });
    }
  });

  it('is told where nobody answers', async () => {
    const front = await frontWith(folder, await readFile(join(folder, 'node.crt'), 'utf8'));
    await front[Symbol.asyncDispose]();
    expect(await refusal({ url: front.url, auth, caFingerprint })).toMatchObject({
      code: 'ENGINE_UNREACHABLE',
    });
  });
});
