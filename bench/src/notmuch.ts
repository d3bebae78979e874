import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytesBelow } from './hayrick.ts';
import { type Measured, measure } from './measure.ts';

export function notmuchVersion(): string | null {
  const { status, stdout } = spawnSync('notmuch', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

/** `notmuch new` over a Maildir from nothing, with its defaults. */
export async function notmuchNew(
  maildir: string,
  work: string,
  env: NodeJS.ProcessEnv,
): Promise<Measured & { readonly bytes: number }> {
  const config = join(work, 'notmuch-config');
  writeFileSync(
    config,
    `[database]\npath=${maildir}\n[user]\nname=bench\nprimary_email=bench@example.org\n[new]\ntags=\nignore=\n[maildir]\nsynchronize_flags=false\n`,
  );
  rmSync(join(maildir, '.notmuch'), { recursive: true, force: true });
  const measured = await measure(['notmuch', 'new', '--quiet'], { env: { ...env, NOTMUCH_CONFIG: config } });
  const bytes = measured.status === 0 ? bytesBelow(join(maildir, '.notmuch')) : 0;
  return { ...measured, bytes };
}
