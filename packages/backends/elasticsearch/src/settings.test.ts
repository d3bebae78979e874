import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BackendContext } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n';
const URL_ = 'http://127.0.0.1:9200';
const FINGERPRINT = Array.from({ length: 32 }, () => 'aB').join(':');

function read(settings: Readonly<Record<string, unknown>>, more: Partial<BackendContext> = {}) {
  return readSettings({
    connection: 'cluster',
    directory: '/nowhere',
    settings,
    fields: [],
    maxResults: 10_001,
    now: () => 0,
    ...more,
  });
}

it('an address is all that is needed', () => {
  expect(read({ url: URL_ })).toEqual({
    connection: 'cluster',
    nodes: [URL_],
    index: 'hayrick',
    auth: null,
    ca: null,
    caFingerprint: null,
    compression: false,
    indexSettings: {},
    timeoutMs: 10_000,
    options: {},
  });
});

it('addresses are written one way, and without who goes there', () => {
  const nodes = ['HTTP://Search.Example.org:80/', 'https://b.example.org:443/es/', 'http://[::1]:9200'];
  expect(read({ nodes }).nodes).toEqual([
    'http://search.example.org',
    'https://b.example.org/es',
    'http://[::1]:9200',
  ]);
  const read_ = read({ url: 'https://ann:p%40ss@example.org' });
  expect(read_.nodes).toEqual(['https://example.org']);
  expect(read_.auth).toEqual({ username: 'ann', password: 'p@ss' });
});

it('an API key is taken encoded or in two parts', () => {
  expect(read({ url: URL_, auth: { apiKey: 'ZW5jb2RlZA==' } }).auth).toEqual({ apiKey: 'ZW5jb2RlZA==' });
  expect(read({ url: URL_, auth: { apiKey: 'id:key' } }).auth).toEqual({ apiKey: 'aWQ6a2V5' });
  expect(read({ url: URL_, auth: { username: 'a', password: 'b' } }).auth).toEqual({
    username: 'a',
    password: 'b',
  });
});

it('a certificate is read from its path or stands there itself; a fingerprint is written one way', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hayrick-ca-'));
  try {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, PEM);
    expect(read({ url: 'https://x', ca: path }).ca).toBe(PEM);
    expect(read({ url: 'https://x', ca: PEM }).ca).toBe(PEM);
  } finally {
    rmSync(folder, { recursive: true });
  }
  expect(read({ url: 'https://x', caFingerprint: FINGERPRINT }).caFingerprint).toBe('AB'.repeat(32));
});

it('settings of indexes are taken with and without their prefix', () => {
  const indexSettings = {
    'index.number_of_shards': 2,
    codec: 'best_compression',
    index: { refresh_interval: '5s' },
  };
  expect(read({ url: URL_, indexSettings }).indexSettings).toEqual({
    number_of_shards: 2,
    codec: 'best_compression',
    refresh_interval: '5s',
  });
});

it('time-out and options come from core', () => {
  const told = read({ url: URL_ }, { timeout: 2.5, options: { maxRetries: 7 } });
  expect([told.timeoutMs, told.options]).toEqual([2500, { maxRetries: 7 }]);
});

it.each<[Readonly<Record<string, unknown>>, string]>([
  [{}, 'connections.cluster.url: or nodes'],
  [{ url: URL_, nodes: [URL_] }, 'exclude each other'],
  [{ url: 'localhost:9200' }, 'connections.cluster.url: must be an address'],
  [{ nodes: [] }, 'connections.cluster.nodes:'],
  [{ nodes: URL_ }, 'connections.cluster.nodes: must be a list'],
  [{ url: 'ftp://x' }, 'http:// or https://'],
  [{ url: URL_, index: 'Mail' }, 'connections.cluster.index:'],
  [{ url: URL_, index: '-mail' }, 'connections.cluster.index:'],
  [{ url: URL_, index: 'a,b*' }, 'connections.cluster.index:'],
  [{ url: URL_, index: '' }, 'connections.cluster.index:'],
  [{ url: URL_, auth: 'secret-1' }, 'connections.cluster.auth:'],
  [
    { url: URL_, auth: { apiKey: 'secret-1', username: 'a', password: 'secret-2' } },
    'connections.cluster.auth:',
  ],
  [{ url: URL_, auth: { username: 'a' } }, 'connections.cluster.auth:'],
  [{ url: URL_, auth: { apikey: 'secret-1' } }, 'connections.cluster.auth:'],
  [{ url: 'http://a:secret-1@x', auth: { apiKey: 'secret-2' } }, 'connections.cluster.auth:'],
  [{ url: URL_, ca: PEM }, 'connections.cluster.ca: has no meaning without https'],
  [{ url: 'https://x', ca: '/no/such/file' }, '/no/such/file'],
  [{ url: 'https://x', caFingerprint: 'abc' }, 'connections.cluster.caFingerprint: must be'],
  [{ url: 'https://x', ca: PEM, caFingerprint: FINGERPRINT }, 'exclude each other'],
  [{ url: URL_, compression: 'yes' }, 'connections.cluster.compression:'],
  [{ url: URL_, indexSettings: [] }, 'connections.cluster.indexSettings:'],
])('%j is refused', (settings, text) => {
  const refused = expect.objectContaining({
    code: 'SETTINGS_INVALID',
    message: expect.stringContaining(text),
  });
  expect(() => read(settings)).toThrow(refused);
  expect(() => read(settings)).not.toThrow(/secret/);
});

it('all problems are told at once', () => {
  expect(() => read({ index: 'Mail', compression: 1 })).toThrow(/url:.*index:.*compression:/s);
});
