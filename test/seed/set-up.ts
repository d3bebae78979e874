import { spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';

/** Vitest's global set-up: one seed for all that a run draws, told by SEED in its environment. */
export function setup(): void {
  process.env['SEED'] ??= String((process.env['CI'] === 'true' ? seedOfTree() : null) ?? randomInt(2 ** 28));
  process.stderr.write(`seed ${process.env['SEED']}: SEED=${process.env['SEED']} draws the same again\n`);
}

/** The same files are tested with the same seed, other files with another: what passed here passes there. Null for files without git. */
function seedOfTree(): number | null {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD^{tree}'], { encoding: 'utf8' });
  return stdout ? Number.parseInt(stdout.slice(0, 7), 16) : null;
}
