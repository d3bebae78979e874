import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';

const ID = /^([0-9a-f]{40}) ([0-9a-f]{40})$/;

/** Commits, as git takes them, that end the patch before them. */
const END = `commit ${'1'.repeat(40)}\n`;
const MARK = /^feed(.{36})$/;

/**
 * What `git patch-id --stable` prints for each of some texts, each id once, from one run of the installed git. Before each text stands a small patch
 * of a commit that bears the text's number: what is printed behind it is the text's.
 */
export async function gitPatchIds(texts: readonly Uint8Array[]): Promise<readonly (readonly string[])[]> {
  const parts = texts.flatMap((text, i) => {
    const mark = `feed${i.toString(16).padStart(36, '0')}`;
    return [Buffer.from(`${END}commit ${mark}\ndiff of it\n${END}`), text, Buffer.from('\n')];
  });
  const printed = await run(Buffer.concat(parts));
  const ids = texts.map(() => new Set<string>());
  let at = -1;
  for (const line of printed.split('\n')) {
    const [, id = '', commit = ''] = ID.exec(line) ?? [];
    const number = MARK.exec(commit)?.[1];
    if (number !== undefined) at = Number.parseInt(number, 16);
    else if (id !== '') ids[at]?.add(id);
  }
  return ids.map((set) => [...set]);
}

/** Outside of any repository, whose settings would count. */
async function run(input: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const git = spawn('git', ['patch-id', '--stable'], { cwd: tmpdir(), stdio: ['pipe', 'pipe', 'inherit'] });
    const printed: Buffer[] = [];
    git.stdout.on('data', (bytes: Buffer) => printed.push(bytes));
    git.on('error', reject);
    git.stdin.on('error', reject);
    git.on('close', (code) =>
      code === 0 ? resolve(Buffer.concat(printed).toString()) : reject(new Error(`git ended with ${code}`)),
    );
    git.stdin.end(input);
  });
}
