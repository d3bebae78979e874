import { createHash } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** By what this connection knows its own indexes, kept in its folder: it outlives a catalog that is lost and made anew. */
export interface Owner {
  readonly site: string;
  /** The highest number that a generation was given, dropped ones included. */
  readonly last: number;
}

const FILE = 'owner.json';
/** What index names may hold. */
const SITE = /^[a-z0-9]{1,32}$/;
/** Core's mark of the catalog in the fingerprint of a generation. */
const CATALOG = /(?:^| )catalog=([^ ]+)/;

/** Null where there is none, or what there is cannot be read. */
export function readOwner(directory: string): Owner | null {
  const path = join(directory, FILE);
  if (!existsSync(path)) return null;
  try {
    const { site, last } = JSON.parse(readFileSync(path, 'utf8')) as Partial<Record<keyof Owner, unknown>>;
    const whole = typeof site === 'string' && SITE.test(site) && Number.isSafeInteger(last);
    return whole ? { site, last: Number(last) } : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Written beside, synced and renamed. */
export function writeOwner(directory: string, owner: Owner): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(directory, FILE);
  const descriptor = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(descriptor, `${JSON.stringify(owner)}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(`${path}.new`, path);
}

/** A site's id as index names can hold it. */
export function siteName(id: string): string {
  return SITE.test(id) ? id : createHash('sha256').update(id).digest('hex').slice(0, 8);
}

/** The site of the catalog that a generation is fed from; for one that has none, a name made of the folder's. */
export function siteOfFingerprint(fingerprint: string, directory: string): string {
  return siteName(CATALOG.exec(fingerprint)?.[1] ?? `folder ${directory}`);
}
