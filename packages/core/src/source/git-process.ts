import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { HayrickError } from '../errors.ts';

/** A repository, with a commit of it that is known. */
export interface Repository {
  /** Its folder. */
  readonly path: string;
  /** Hexadecimal name of a commit: its length tells how the repository names objects. */
  readonly tip: string;
}

export interface GitOptions {
  /** What git reads from its standard input. */
  readonly input?: string;
  readonly signal?: AbortSignal | undefined;
}

/** Silence of git, in milliseconds, while it is waited for, after which it is given up: a named pipe among a repository's files would hold it for ever. */
const STUCK_AFTER = 120_000;
/** Where git would look for the user's configuration. */
const CONFIGURED_IN: ReadonlySet<string> = new Set(['HOME', 'XDG_CONFIG_HOME']);
/** Of what git says is wrong. */
const COMPLAINT_CHARACTERS = 4096;

/**
 * Runs `git` on the objects of a repository and gives what it prints. It is ended with the generator, whoever gives up first, and when this
 * thread or program dies: its pipes close.
 *
 * A repository may belong to a stranger. Git is shown its objects alone (and where a shallow clone ends): through a repository of ours, so that
 * nothing of its configuration, hooks, references, replacements or grafts is read, nor that of the user or the system. So its owner does not matter
 * either, and git's check of ownership (safe.directory), which guards those, need not be passed. No shell, no network, no prompt.
 * @throws HayrickError SOURCE_UNREADABLE, SOURCE_MISSING (the repository is gone); at the end, behind all that could be read
 */
export async function* runGit(
  repository: Repository,
  args: readonly string[],
  { input, signal }: GitOptions = {},
): AsyncGenerator<Buffer, void> {
  signal?.throwIfAborted();
  const child = spawn('git', ['--no-pager', '--literal-pathspecs', ...args], {
    cwd: '/',
    env: environmentFor(repository),
    stdio: ['pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const end = endOf(child);
  // It may end without reading what it is told; how it ended says why.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input ?? '');
  let stuck = false;
  let watch: NodeJS.Timeout | undefined;
  const kill = () => child.kill('SIGKILL');
  const expect = () => {
    watch = setTimeout(() => {
      stuck = true;
      kill();
    }, STUCK_AFTER);
  };
  signal?.addEventListener('abort', kill, { once: true });
  try {
    expect();
    for await (const chunk of child.stdout) {
      clearTimeout(watch);
      signal?.throwIfAborted();
      yield chunk as Buffer;
      expect();
    }
    clearTimeout(watch);
    const { code, complaint, cause } = await end;
    signal?.throwIfAborted();
    if (code !== 0) throw failure(repository, stuck ? 'it gave no answer for two minutes' : complaint, cause);
  } finally {
    clearTimeout(watch);
    signal?.removeEventListener('abort', kill);
    kill();
    child.stdout.destroy();
  }
}

interface End {
  /** Null: a signal ended it, or it never ran. */
  readonly code: number | null;
  readonly complaint: string;
  readonly cause?: unknown;
}

function endOf(child: ChildProcessByStdio<Writable, Readable, Readable>): Promise<End> {
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaint = (complaint + text).slice(0, COMPLAINT_CHARACTERS);
  });
  return new Promise((resolve) => {
    child.on('error', (cause: NodeJS.ErrnoException) => {
      const absent = cause.code === 'ENOENT';
      const text = absent
        ? 'the program `git` was not found: install git, or put it on the PATH'
        : cause.message;
      resolve({ code: null, complaint: text, cause });
    });
    child.on('close', (code) => resolve({ code, complaint }));
  });
}

function failure({ path }: Repository, complaint: string, cause: unknown): HayrickError {
  if (!existsSync(join(path, 'objects'))) {
    return new HayrickError(
      'SOURCE_MISSING',
      `${path} does not exist. Check the path, or whether its disk is mounted.`,
    );
  }
  const lines = complaint.split('\n').filter((line) => line.trim() !== '');
  const said = lines.find((line) => line.startsWith('fatal: ')) ?? lines[0] ?? 'git was killed';
  const text = said.replace(/^(?:fatal|error): /, '').replace(/\.$/, '');
  return new HayrickError(
    'SOURCE_UNREADABLE',
    `${path} cannot be read: ${text}. Try: git -C ${path} fsck`,
    cause === undefined ? {} : { cause },
  );
}

function environmentFor({ path, tip }: Repository): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {};
  // Where programs and their libraries lie is for the system to say; what speaks to git is for us alone.
  for (const [name, value] of Object.entries(process.env)) {
    if (!name.startsWith('GIT_') && !CONFIGURED_IN.has(name)) environment[name] = value;
  }
  const shallow = join(path, 'shallow');
  return {
    ...environment,
    LC_ALL: 'C',
    GIT_DIR: fileURLToPath(
      new URL(`../../git-view/${tip.length === 64 ? 'sha256' : 'sha1'}`, import.meta.url),
    ),
    GIT_OBJECT_DIRECTORY: join(path, 'objects'),
    ...(existsSync(shallow) ? { GIT_SHALLOW_FILE: shallow } : {}),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_SYSTEM: '/dev/null',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_TERMINAL_PROMPT: '0',
  };
}
