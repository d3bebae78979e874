import { readFileSync } from 'node:fs';
import { type BackendContext, HayrickError } from '@hayrick/core/backend';

export const CONNECTION_KEYS = [
  'url',
  'nodes',
  'index',
  'auth',
  'ca',
  'caFingerprint',
  'compression',
  'indexSettings',
] as const;

export type Auth =
  | { readonly apiKey: string }
  | { readonly username: string; readonly password: string }
  | null;

/** A connection's settings, checked. */
export interface EngineSettings {
  readonly connection: string;
  /** URLs without user info, at least one. */
  readonly nodes: readonly string[];
  /** The alias of the live generation. */
  readonly index: string;
  readonly auth: Auth;
  /** Of the authority that signed the servers' certificates, PEM. */
  readonly ca: string | null;
  /** SHA-256 of that certificate in hex, without colons, upper case. */
  readonly caFingerprint: string | null;
  readonly compression: boolean;
  /** Settings of every index that is made, without the prefix `index.`. */
  readonly indexSettings: Plain;
  readonly timeoutMs: number;
  /** For the client, unchecked. */
  readonly options: Plain;
}

export type Plain = Readonly<Record<string, unknown>>;

const DEFAULT_TIMEOUT = 10;
const DEFAULT_INDEX = 'hayrick';
/** Generations append their site and number, and names end at 255 bytes. */
const INDEX_NAME = /^[a-z0-9][a-z0-9._-]{0,199}$/;
const FINGERPRINT = /^[0-9A-F]{64}$/;

/** @throws HayrickError SETTINGS_INVALID with every problem and its place */
export function readSettings(context: BackendContext): EngineSettings {
  const { connection, settings } = context;
  const problems: string[] = [];
  const wrong = (key: string, message: string): void =>
    void problems.push(`connections.${connection}.${key}: ${message}`);

  const addresses = nodesOf(settings, wrong);
  const index = settings['index'] ?? DEFAULT_INDEX;
  if (typeof index !== 'string' || !INDEX_NAME.test(index))
    wrong('index', 'must be a name of lower-case letters, digits and . _ -, 200 at most');
  const compression = settings['compression'] ?? false;
  if (typeof compression !== 'boolean') wrong('compression', 'must be true or false');
  const indexSettings = settings['indexSettings'] ?? {};
  if (!isPlain(indexSettings))
    wrong('indexSettings', 'must be an object, for example { number_of_shards: 2 }');
  const secure = addresses.some(({ protocol }) => protocol === 'https:');
  const read: EngineSettings = {
    connection,
    nodes: addresses.map(addressOf),
    index: String(index),
    auth: authOf(settings, addresses, wrong),
    ca: caOf(settings['ca'], secure, wrong),
    caFingerprint: fingerprintOf(settings, secure, wrong),
    compression: compression === true,
    indexSettings: isPlain(indexSettings) ? withoutPrefix(indexSettings) : {},
    timeoutMs: (context.timeout ?? DEFAULT_TIMEOUT) * 1000,
    options: context.options ?? {},
  };
  if (problems.length > 0) throw new HayrickError('SETTINGS_INVALID', problems.join('\n'));
  return read;
}

function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

type Wrong = (key: string, message: string) => void;

function nodesOf({ url, nodes }: Plain, wrong: Wrong): readonly URL[] {
  const one = "one of them is required, for example url: 'http://127.0.0.1:9200'";
  if ((url === undefined) === (nodes === undefined)) {
    wrong('url', url === undefined ? `or nodes: ${one}` : 'and nodes exclude each other: keep one');
    return [];
  }
  const key = url === undefined ? 'nodes' : 'url';
  const given: readonly unknown[] = url === undefined ? (Array.isArray(nodes) ? nodes : [null]) : [url];
  if (given.length === 0) wrong(key, one);
  return given.flatMap((text) => {
    const parsed = typeof text === 'string' && URL.canParse(text) ? new URL(text) : null;
    if (parsed !== null && /^https?:$/.test(parsed.protocol)) return [parsed];
    wrong(key, `must be ${key === 'nodes' ? 'a list of addresses' : 'an address'} with http:// or https://`);
    return [];
  });
}

/** One address, however it is written: lower case, no default port, no user info, no closing slash. */
function addressOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`.replace(/\/+$/, '');
}

function authOf({ auth }: Plain, nodes: readonly URL[], wrong: Wrong): Auth {
  const named = nodes.find(({ username, password }) => username !== '' || password !== '');
  if (auth === undefined || auth === null) {
    if (named === undefined) return null;
    return { username: decodeURIComponent(named.username), password: decodeURIComponent(named.password) };
  }
  if (named !== undefined) wrong('auth', 'and a user in the address exclude each other: keep one');
  const { apiKey, username, password, ...others } = isPlain(auth) ? auth : { auth };
  const keyed = typeof apiKey === 'string' && apiKey !== '';
  const basic = typeof username === 'string' && typeof password === 'string' && username !== '';
  const one = keyed ? username === undefined && password === undefined : basic && apiKey === undefined;
  if (one && Object.keys(others).length === 0) {
    // `id:key` is how the server tells a key in two parts.
    if (keyed) return { apiKey: apiKey.includes(':') ? Buffer.from(apiKey).toString('base64') : apiKey };
    if (basic) return { username, password };
  }
  wrong('auth', 'must be { apiKey } or { username, password }');
  return null;
}

function caOf(ca: unknown, secure: boolean, wrong: Wrong): string | null {
  if (ca === undefined || ca === null) return null;
  if (typeof ca !== 'string') wrong('ca', "must be the path of the authority's certificate, PEM");
  else if (!secure) wrong('ca', 'has no meaning without https://');
  else if (ca.startsWith('-----BEGIN')) return ca;
  else {
    try {
      return readFileSync(ca, 'utf8');
    } catch (error) {
      wrong('ca', `cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return null;
}

function fingerprintOf({ ca, caFingerprint }: Plain, secure: boolean, wrong: Wrong): string | null {
  if (caFingerprint === undefined || caFingerprint === null) return null;
  const hex = typeof caFingerprint === 'string' ? caFingerprint.replaceAll(':', '').toUpperCase() : '';
  if (!FINGERPRINT.test(hex))
    wrong('caFingerprint', "must be the SHA-256 of the authority's certificate, 64 hex digits");
  else if (!secure) wrong('caFingerprint', 'has no meaning without https://');
  else if (ca !== undefined) wrong('caFingerprint', 'and ca exclude each other: keep one');
  return hex;
}

function withoutPrefix(settings: Plain): Plain {
  const inner = isPlain(settings['index']) ? settings['index'] : {};
  const { index: _, ...others } = settings;
  const entries = [...Object.entries(others), ...Object.entries(inner)];
  return Object.fromEntries(entries.map(([key, value]) => [key.replace(/^index\./, ''), value]));
}
