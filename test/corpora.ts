import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const ROOT = new URL('../../shared/corpora/', import.meta.url);

/**
 * The path of a folder or file among the shared corpora, which lie beside the repository and are no part of it; null where it is absent.
 * Absence is said on stderr with what is skipped for it, and is an error where `CI` is `true`: there nothing may be left out in silence.
 *
 * @param name relative to the corpora: 'lists/linux-ext4'
 * @param skipped what does not run without it
 */
export function corpus(name: string, skipped: string): string | null {
  const path = fileURLToPath(new URL(name, ROOT));
  if (existsSync(path)) return path;
  const text = `The corpus ${name} was looked for at ${path} and is not there; without it this does not run: ${skipped}.`;
  if (process.env['CI'] === 'true') throw new Error(text);
  process.stderr.write(`SKIPPED: ${text}\n`);
  return null;
}
