import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { readSourceFile } from '@hayrick/core/source';

/** notmuch over mail of its own. */
export interface Notmuch {
  /** The Message-IDs that it finds. */
  find(query: string): Promise<readonly string[]>;
}

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;

/** Such as `notmuch 0.37`; null where it is not installed. */
export async function notmuchVersion(): Promise<string | null> {
  try {
    return (await run('notmuch', ['--version'])).stdout.trim();
  } catch {
    return null;
  }
}

/**
 * Lets notmuch index mbox files, as a Maildir, with its defaults.
 * @param folder empty, and left to the caller
 */
export async function openNotmuch(files: readonly string[], folder: string): Promise<Notmuch> {
  const maildir = join(folder, 'maildir');
  for (const name of ['cur', 'new', 'tmp']) await mkdir(join(maildir, name), { recursive: true });
  let written = 0;
  for (const path of files) {
    for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
      if (item.kind !== 'message') continue;
      await writeFile(join(maildir, 'cur', `${String(written++).padStart(6, '0')}.test:2,S`), item.bytes);
    }
  }
  const config = join(folder, 'config');
  const lines = [
    ...['[database]', `path=${maildir}`],
    ...['[user]', 'name=test', 'primary_email=test@example.org'],
    ...['[new]', 'tags=', 'ignore=', '[maildir]', 'synchronize_flags=false', ''],
  ];
  await writeFile(config, lines.join('\n'));
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    NOTMUCH_CONFIG: config,
    TZ: 'UTC',
    LC_ALL: 'C.UTF-8',
  };
  const notmuch = async (...args: string[]): Promise<string> =>
    (await run('notmuch', args, { env, maxBuffer: MOST_OUTPUT })).stdout;
  await notmuch('new', '--quiet');
  return {
    find: async (query) =>
      JSON.parse(
        await notmuch('search', '--output=messages', '--format=json', '--exclude=false', query),
      ) as readonly string[],
  };
}
