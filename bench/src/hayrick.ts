import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Measured, measure } from './measure.ts';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/hayrick.js', import.meta.url));
export interface Site {
  readonly settings: string;
  readonly data: string;
}

/** A fresh site over one archive. */
export function makeSite(folder: string, archive: string, path: string): Site {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const data = join(folder, 'data');
  const settings = join(folder, 'settings.json');
  const value = {
    dataDir: data,
    archives: { [archive]: { paths: [path], access: 'public' } },
    connections: { default: { engine: 'sqlite' } },
  };
  writeFileSync(settings, JSON.stringify(value, null, 2));
  return { settings, data };
}

/** Runs a command of the built packages, as users have them. */
export function hayrick(site: Site, args: readonly string[], env: NodeJS.ProcessEnv): Promise<Measured> {
  return measure([process.execPath, BIN, ...args, '--settings', site.settings], { env });
}

/** Bytes of all files below a folder. */
export function bytesBelow(folder: string): number {
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += statSync(join(entry.parentPath, entry.name)).size;
  }
  return bytes;
}
