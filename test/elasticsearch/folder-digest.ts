import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/**
 * One SHA-256, in hex, for all that lies in a folder: of the lines that `sha256sum` prints for its files in the order of their paths, so that
 * `find . -type f | LC_ALL=C sort | xargs sha256sum | sha256sum` shows the same. Modes and times do not count. What is neither file nor folder
 * goes into it as such, and so never matches.
 */
export async function folderDigest(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => ({ at: join(entry.parentPath, entry.name), plain: entry.isFile() }))
    .map((file) => ({ ...file, path: `./${relative(folder, file.at).split(sep).join('/')}` }))
    .sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const whole = createHash('sha256');
  for (const { at, path, plain } of files) {
    const own = plain
      ? createHash('sha256')
          .update(await readFile(at))
          .digest('hex')
      : 'no file';
    whole.update(`${own}  ${path}\n`);
  }
  return whole.digest('hex');
}
