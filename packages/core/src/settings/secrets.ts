import { isPlain } from './plain.ts';

/** What stands where a secret stood. */
export const MASK = '***';

const SECRET_KEY =
  /pass(?:word|wd|phrase)?$|secret|token|api[-_]?key|private[-_]?key|credential|^auth(?:orization)?$/iu;
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'@]*(?:@[^\s/?#"'@]*)*@/giu;

/** Whether what stands under a key of this name is to be kept from view. */
export function isSecretKey(key: PropertyKey): boolean {
  return typeof key === 'string' && SECRET_KEY.test(key);
}

/** User names and passwords in URLs hidden. */
export function maskUrls(text: string): string {
  return text.replace(USER_INFO, `$1${MASK}@`);
}

/**
 * A function that hides secrets in a text: these values, in the forms in which they get into messages, and the user info of URLs.
 * Values of less than three characters stay: they would hide every text.
 */
export function masker(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(
    secrets
      .flatMap((s) => [
        s,
        encodeURIComponent(s),
        JSON.stringify(s).slice(1, -1),
        Buffer.from(s).toString('base64'),
      ])
      .filter((s) => s.length >= 3),
  );
  // The longest first: a secret may be part of another.
  const ordered = [...forms].toSorted((a, b) => b.length - a.length);
  return (text) => maskUrls(ordered.reduce((masked, secret) => masked.replaceAll(secret, MASK), text));
}

/** Every string below a key like password, and every user info of a URL, anywhere in the value. */
export function secretsIn(value: unknown, below = false, depth = 0): string[] {
  if (typeof value === 'string') return below ? [value] : userInfo(value);
  if (typeof value !== 'object' || value === null || depth > 32) return [];
  if (Array.isArray(value)) return value.flatMap((item) => secretsIn(item, below, depth + 1));
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([key, item]) =>
    secretsIn(item, below || isSecretKey(key), depth + 1),
  );
}

function userInfo(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { password } = new URL(text);
  return password === '' ? [] : [password, decode(password)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
