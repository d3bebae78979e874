import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type FileOfSource, readSourceFile } from '@hayrick/core/source';

/**
 * A public-inbox (version 2, one epoch) of the messages of mbox files, made once; null where git is missing.
 * @param folder of the inbox
 */
export async function prepareInbox(
  mbox: readonly FileOfSource[],
  folder: string,
): Promise<FileOfSource | null> {
  const epoch = { kind: 'public-inbox', path: folder, name: 'git/0.git' } as const;
  if (existsSync(folder)) return epoch;
  const made = `${folder}.new`;
  const repository = join(made, epoch.name);
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true });
  if (spawnSync('git', ['init', '--quiet', '--bare', '--initial-branch=master', repository]).status !== 0)
    return null;
  const git = spawn('git', ['-C', repository, 'fast-import', '--quiet'], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = once(git, 'close');
  const write = async (data: string | Buffer) => {
    if (!git.stdin.write(data)) await once(git.stdin, 'drain');
  };
  for (const file of mbox) {
    for await (const item of readSourceFile(file)) {
      if (item.kind !== 'message') continue;
      const { bytes, placeDate } = item;
      await write(
        `commit refs/heads/master\ncommitter A <a@example.org> ${placeDate ?? 0} +0000\ndata 1\nm\n`,
      );
      await write(`M 100644 inline m\ndata ${bytes.length}\n`);
      await write(Buffer.from(bytes));
      await write('\n');
    }
  }
  git.stdin.end();
  await ended;
  if (git.exitCode !== 0) throw new Error(`git fast-import ended with ${git.exitCode}.`);
  renameSync(made, folder);
  return epoch;
}
