import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { embedSite } from '@hayrick/core';
import {
  askUs,
  type Compared,
  compareWithNotmuch,
  DIFFERENT,
  notmuchVersion,
  openNotmuch,
  RULES,
} from '@hayrick/test/notmuch';

/** No speed: what notmuch finds in a whole list beside what we do, each difference with its rule. Throws where there is one without. */
export async function notmuchCase(lists: string, print: (line: string) => void): Promise<void> {
  const version = await notmuchVersion();
  if (version === null) throw new Error('notmuch is not installed: apt-get install notmuch.');
  const list = join(lists, 'blinux-list');
  const files = (await readdir(list)).sort().map((name) => join(list, name));
  const folder = await mkdtemp(join(tmpdir(), 'hayrick-notmuch-'));
  try {
    const site = await embedSite(
      {
        dataDir: join(folder, 'data'),
        archives: { 'blinux-list': { paths: files } },
        connections: { default: { engine: 'sqlite' } },
      },
      { directory: folder, from: import.meta.url },
    );
    try {
      const { totals } = await site.update();
      const compared = await compareWithNotmuch(await askUs(site), await openNotmuch(files, folder));
      tell(compared, print);
      print(`\n${totals.indexed} messages, ${version}`);
    } finally {
      await site.close();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function tell(compared: readonly Compared[], print: (line: string) => void): void {
  const isDocumented = ({ ours, theirs }: Compared): boolean =>
    DIFFERENT.some((one) => one.ours === ours && one.theirs === theirs);
  const differing = compared.filter(({ onlyOurs, onlyTheirs }) => onlyOurs + onlyTheirs > 0);
  print('    ours   notmuch  only ours  only notmuch  query');
  for (const { ours, found, wanted, onlyOurs, onlyTheirs } of compared) {
    const numbers = [found.count, wanted.count, onlyOurs, onlyTheirs];
    const columns = numbers.map((n, i) => String(n).padStart([8, 10, 11, 14][i] ?? 0));
    print(`${columns.join('')}  ${ours}`);
  }
  print(
    `\n${compared.length - differing.length} of ${compared.length} queries find the same messages. Rules of the others:`,
  );
  for (const { ours, rule } of DIFFERENT) print(`  ${ours}: ${RULES[rule]}`);
  const others = differing.filter((one) => !isDocumented(one)).map(({ ours }) => ours);
  if (others.length > 0) throw new Error(`No rule says why these differ: ${others.join(' / ')}`);
}
