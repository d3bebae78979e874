import { readdirSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hayrick } from '../e2e/command.ts';
import { AFTER, BEFORE, type Findings, findings, type Mail, makeMail, siteOf } from './archive.ts';
import { isLocked, start, workMeter } from './child.ts';

const COMMANDS = {
  // Quiet: a slow machine would tell of its progress.
  rebuild: ['rebuild_index', '--noinput', '--workers', '2', '-v', '0'],
  update: ['update_index', '--workers', '2', '-v', '0'],
} as const;
type Command = keyof typeof COMMANDS;

let mail: Mail;
/** A folder whose index holds the mail as it was before. */
let old: string;
let before: Findings;
let after: Findings;
/** Bytes that a command moves when nobody disturbs it. */
const work: Record<Command, number> = { rebuild: 0, update: 0 };
const seed = Number(process.env['SEED']);

beforeAll(async () => {
  process.stderr.write(`seed ${seed}\n`);
  mail = makeMail();
  old = mail.site();
  expect(await hayrick(COMMANDS.update, { cwd: old })).toMatchObject({ status: 0 });
  before = await findings(old);
  mail.grow();
  for (const command of ['rebuild', 'update'] as const) {
    const folder = await copyOfOld();
    const child = start(folder, COMMANDS[command]);
    const meter = workMeter(child, folder);
    await child.until(() => {
      work[command] = Math.max(work[command], meter() ?? 0);
      return false;
    });
    expect(await child.ended).toMatchObject({ status: 0, stderr: '' });
    const found = await findings(folder);
    if (command === 'rebuild') after = found;
    expect(found).toEqual(after);
  }
  expect(before.ids).toHaveLength(BEFORE - 1);
  expect(after.ids).toHaveLength(AFTER - 1);
});
afterAll(() => mail.remove());

async function copyOfOld(): Promise<string> {
  const folder = mail.site();
  await cp(join(old, 'data'), join(folder, 'data'), { recursive: true });
  return folder;
}

/** The same for the same seed. */
function fraction(): number {
  return (Math.imul(seed, 2654435761) >>> 0) / 2 ** 32;
}

/** Nothing of a killed run is left: no lock, no generation that is not whole, no folder on its way out. */
async function expectTidy(folder: string): Promise<void> {
  expect(readdirSync(join(folder, 'data/locks'))).toEqual([]);
  const site = await siteOf(folder);
  const generations = (await site.info())[0]?.generations ?? [];
  await site.close();
  expect(generations.map((g) => g.state).sort()).not.toContain('building');
  const files = readdirSync(join(folder, 'data/indexes/default')).sort();
  expect(files).toEqual(['CURRENT', 'LAST', ...generations.map((g) => g.name)].sort());
}

it('the very first build, killed, is completed by the next run', async () => {
  const folder = mail.site();
  const child = start(folder, COMMANDS.update);
  const meter = workMeter(child, folder);
  expect(await child.until(() => (meter() ?? -1) >= fraction() * work.rebuild)).toBe(true);
  child.process.kill('SIGKILL');
  await child.ended;
  expect(await hayrick(COMMANDS.update, { cwd: folder })).toMatchObject({ status: 0 });
  expect(await findings(folder)).toEqual(after);
  await expectTidy(folder);
});

it('an index answers while the next one is built', async () => {
  const folder = await copyOfOld();
  const child = start(folder, COMMANDS.rebuild);
  expect(await child.until(() => isLocked(folder))).toBe(true);
  const site = await siteOf(folder);
  let over = false;
  const ended = child.ended.finally(() => {
    over = true;
  });
  const seen = new Set<number>();
  while (!over) {
    seen.add((await site.count('*')).count);
    expect((await site.search('scythe', { limit: 3 })).hits).toHaveLength(3);
    expect(await site.info()).toMatchObject([{ connection: 'default' }]);
  }
  expect(await ended).toMatchObject({ status: 0, stderr: '' });
  seen.add((await site.count('*')).count);
  await site.close();
  expect([...seen]).toEqual([BEFORE - 1, AFTER - 1]);
});

describe('interrupted', () => {
  it.each(['rebuild', 'update'] as const)(
    '%s_index ends with 130, and the next run completes it',
    async (command) => {
      const folder = await copyOfOld();
      const child = start(folder, COMMANDS[command]);
      const meter = workMeter(child, folder);
      expect(await child.until(() => (meter() ?? -1) >= 0.4 * work[command])).toBe(true);
      child.process.kill('SIGINT');
      expect(await child.ended).toMatchObject({ status: 130, stdout: '', stderr: /Interrupted/ });
      const between = await findings(folder);
      expect(between.ids.length).toBeGreaterThanOrEqual(before.ids.length);
      await expectTidy(folder);
      expect(await hayrick(COMMANDS[command], { cwd: folder })).toMatchObject({ status: 0, stderr: '' });
      expect(await findings(folder)).toEqual(after);
    },
  );
});

describe('a writer that lives', () => {
  it('is told with its number and since when, and waited for with --wait', async () => {
    const folder = await copyOfOld();
    const first = start(folder, COMMANDS.rebuild);
    expect(await first.until(() => isLocked(folder))).toBe(true);
    first.process.kill('SIGSTOP');
    const refused = await hayrick(COMMANDS.rebuild, { cwd: folder });
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toMatch(
      new RegExp(
        `"default" is being written by rebuild_index \\(process ${first.process.pid} on .*\\) since 20\\d\\d-`,
      ),
    );
    expect((await hayrick(['count', '*'], { cwd: folder })).stdout).toBe(`${BEFORE - 1}\n`);
    const waiting = start(folder, [...COMMANDS.rebuild, '--wait', '100']);
    first.process.kill('SIGCONT');
    expect(await first.ended).toMatchObject({ status: 0 });
    expect(await waiting.ended).toMatchObject({ status: 0, stdout: /Nothing new|unchanged|indexed/ });
    expect(await findings(folder)).toEqual(after);
  });
});
