import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { FROM_SOURCES } from '../from-sources.ts';

export const REPOSITORY: string = fileURLToPath(new URL('../../', import.meta.url));
const BIN = `${REPOSITORY}packages/cli/bin/hayrick.js`;
export const ADMIN_BIN: string = `${REPOSITORY}packages/cli/bin/hayrick-admin.js`;

/** What a run tells of its progress every few seconds: how often depends on the machine. */
const PROGRESS = /^(?:Reading|Indexing|Finishing): [\d,]+ messages.*\n/gmu;

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  /** Without lines that tell of progress. */
  readonly stderr: string;
}

export interface Surroundings {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Piped into stdin, which is then closed; undefined: closed from the start. */
  readonly input?: string;
  /** The script that is run; default bin/hayrick.js. */
  readonly script?: string;
  /** The Node that runs it; default the one that runs the tests. */
  readonly node?: string;
  /** Called with the process and all of stderr so far, at each piece of it. */
  readonly onStderr?: (child: ChildProcess, stderr: string) => void;
  /** Called with the process at the first piece of stdout. */
  readonly onStdout?: (child: ChildProcess) => void;
  /** Without the right to read everything, where the tests run as root. */
  readonly unprivileged?: boolean;
}

/** Runs the command line as users do, in a process of its own, with a bare environment. */
export function hayrick(argv: readonly string[], given: Surroundings): Promise<Ended> {
  const node = given.node ?? process.execPath;
  const conditions = given.node === undefined ? FROM_SOURCES : [];
  const nobody = given.unprivileged === true && process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const child = spawn(node, [...conditions, given.script ?? BIN, ...argv], {
    cwd: given.cwd,
    env: { PATH: process.env['PATH'] ?? '', ...given.env },
    stdio: [given.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    ...nobody,
  });
  child.stdin?.on('error', () => {});
  child.stdin?.end(given.input);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    if (stdout === '') given.onStdout?.(child);
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    given.onStderr?.(child, stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr: stderr.replace(PROGRESS, '') }));
  });
}

/** The parsed answer of `--format json`. */
export function json(ended: Ended): Record<string, unknown> {
  const value: unknown = JSON.parse(ended.stdout);
  if (typeof value !== 'object' || value === null) throw new TypeError(`no object: ${ended.stdout}`);
  return { ...value };
}
