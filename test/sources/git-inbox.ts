import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a commit does: to `m` and `d` in the second version, to paths of the first. Null takes a path away. */
export interface Commit {
  readonly files: Readonly<Record<string, string | null>>;
  /** Unix seconds: of the committer, and of the author (its default). */
  readonly at: number;
  readonly written?: number;
}

const ENVIRONMENT = {
  PATH: process.env['PATH'],
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
};

/** Runs git in a repository, with nobody's configuration. */
export function git(repository: string, args: readonly string[], input = ''): string {
  return execFileSync('git', ['-C', repository, ...args], {
    env: ENVIRONMENT,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}

/** A message that arrives, in the second version. */
export function arrives(text: string, at: number): Commit {
  return { files: { m: text, d: null }, at };
}

/** A message that is deleted, in the second version. */
export function deletes(text: string, at: number): Commit {
  return { files: { d: text, m: null }, at };
}

/** Where the first version keeps a message. */
export function pathFor(messageId: string): string {
  const hash = createHash('sha1').update(messageId).digest('hex');
  return `${hash.slice(0, 2)}/${hash.slice(2)}`;
}

export function makeRepository(repository: string, format: 'sha1' | 'sha256' = 'sha1'): void {
  mkdirSync(dirname(repository), { recursive: true });
  git('/', ['init', '--quiet', '--bare', '--initial-branch=master', `--object-format=${format}`, repository]);
}

/** Adds commits to a repository, which is made where there is none. */
export function commit(repository: string, commits: readonly Commit[], branch = 'refs/heads/master'): void {
  if (!existsSync(join(repository, 'HEAD'))) makeRepository(repository);
  const held = git(repository, ['for-each-ref', '--format=%(objectname)', branch]).trim();
  git(repository, ['fast-import', '--quiet', '--force'], stream(commits, branch, held));
}

/** Writes the history of a repository anew, as public-inbox does to purge or edit a message. */
export function rewrite(repository: string, commits: readonly Commit[]): void {
  if (!existsSync(join(repository, 'HEAD'))) makeRepository(repository);
  git(repository, ['update-ref', '-d', 'refs/heads/master']);
  git(repository, ['fast-import', '--quiet', '--force'], stream(commits, 'refs/heads/master', ''));
  git(repository, ['reflog', 'expire', '--expire=now', '--all']);
  git(repository, ['gc', '--quiet', '--prune=now']);
}

function stream(commits: readonly Commit[], branch: string, from: string): string {
  return commits
    .map(({ files, at, written = at }, i) => {
      const changes = Object.entries(files).map(([path, text]) => {
        if (text === null) return `D ${path}\n`;
        return `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`;
      });
      const parent = i === 0 && from !== '' ? `from ${from}\n` : '';
      const people = `author A <a@example.org> ${written} +0000\ncommitter C <c@example.org> ${at} +0000\n`;
      return `commit ${branch}\n${people}data 4\nmail\n${parent}${changes.join('')}\n`;
    })
    .join('');
}
