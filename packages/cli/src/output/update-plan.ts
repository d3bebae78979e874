import type { UpdatePlan } from '@hayrick/core';
import type { Context } from '../context.ts';
import { cleanLine } from './clean.ts';
import { bytesText, countText, plural } from './numbers.ts';

/** Files that are named of one archive; the others are counted. */
const MOST_FILES = 50;

/** What an update would do. */
export async function printPlan(context: Context, plan: UpdatePlan): Promise<void> {
  const { paint } = context;
  for (const [name, { files, bytes, gone }] of Object.entries(plan.archives)) {
    const read =
      files.length === 0 ? 'nothing to read' : `${plural(files.length, 'file')} to read, ${bytesText(bytes)}`;
    await context.print(`${paint.strong(cleanLine(name))}: ${read}\n`);
    const lines = [
      ...files.map((file) => [file.why, file.path, `  ${bytesText(file.bytes)}`] as const),
      ...gone.map((path) => ['gone', path, ''] as const),
    ];
    for (const [why, path, size] of lines.slice(0, MOST_FILES)) {
      await context.print(`  ${why.padEnd(10)} ${cleanLine(path)}${paint.faint(size)}\n`);
    }
    if (lines.length > MOST_FILES)
      await context.print(`  and ${countText(lines.length - MOST_FILES)} more\n`);
  }
  for (const [name, { generation, pending, removals, skipped }] of Object.entries(plan.connections)) {
    const parts = [
      ...(generation === null ? ['a new generation'] : []),
      `${countText(pending)} pending`,
      ...(skipped > 0 ? [`${countText(skipped)} left out by their dates`] : []),
      `${plural(removals, 'removal')} pending`,
    ];
    await context.print(`  -> ${cleanLine(name)}: ${parts.join(', ')}\n`);
  }
  if (plan.lost > 0) {
    await context.print(`  ${plural(plan.lost, 'message')} gone from the sources, dropped by --remove\n`);
  }
  await context.say('Nothing was changed: --dry-run only tells what would be done.');
}
