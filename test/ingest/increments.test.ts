import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, Site } from '@hayrick/core';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openSiteAt } from '../site-at.ts';
import { checkSums } from './check-sums.ts';
import { HAPPENINGS, type Happening, MailTree, TREE_ARCHIVES } from './mail-tree.ts';

const SETTINGS = { archives: TREE_ARCHIVES, connections: { default: { engine: 'sqlite' } } } as const;
const QUERIES = [
  'scythe',
  '"and number7"',
  'number* -hedgehog',
  'from:ann1@example.org',
  'list:boxes OR list:dir',
  'list:others list:loose',
  'larger:400',
  'received:2020-03-03..2020-03-09',
  'before:2020-02-14',
];

/** What people can see of a site: messages in date order with what is shown of them, and how many match. */
async function seen(site: Site): Promise<unknown> {
  const hits: unknown[] = [];
  for await (const { id, archives, date, subject, messageId, thread } of site.stream('*', {
    sort: 'oldest',
  })) {
    hits.push({ id, archives, date, subject, messageId, thread });
  }
  const totals: Record<string, number> = {};
  for (const query of QUERIES) totals[query] = (await site.count(query)).count;
  return { hits, totals };
}

/** What an update and a fresh build must agree on. */
function counted({ totals, archives }: Report): unknown {
  const { read, duplicates, quarantined } = totals;
  const reads = Object.entries(archives).map(([name, counts]) => [name, counts.read]);
  return { read, duplicates, quarantined, archives: Object.fromEntries(reads) };
}

const copy = fc.record({ mail: fc.nat(20), day: fc.nat(12) });
const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  at: fc.nat(1000),
  to: fc.nat(1000),
  copies: fc.array(copy, { minLength: 1, maxLength: 3 }),
});
const walk = fc.array(
  fc.record({
    happenings: fc.array(happening, { minLength: 1, maxLength: 4 }),
    /** Whether the run comes so soon that what was written just now may be written again under the same stamp. */
    soon: fc.boolean(),
  }),
  { minLength: 3, maxLength: 5 },
);

it('however archives change, an update that removes ends where a fresh build does', async () => {
  await fc.assert(
    fc.asyncProperty(walk, async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'hayrick-increments-'));
      const tree = new MailTree(directory);
      let ahead = 0;
      const now = () => Date.now() + ahead;
      const open = (dataDir: string) => openSiteAt({ ...SETTINGS, dataDir }, directory, { now });
      const site = await open('data');
      try {
        await site.update({ workers: 1 });
        for (const [number, { happenings, soon }] of steps.entries()) {
          for (const one of happenings) tree.happen(one);
          ahead = soon ? 0 : 10_000;
          const report = await site.update({ remove: true, workers: 1 });
          expect(report.problems).toEqual([]);
          checkSums(report);
          const fresh = await open(`fresh-${number}`);
          const whole = await fresh.update({ workers: 1 });
          checkSums(whole);
          expect(counted(report)).toEqual(counted(whole));
          expect(await seen(site)).toEqual(await seen(fresh));
          await fresh.close();
          ahead = 10_000;
          const again = await site.update({ remove: true, workers: 1 });
          expect(again.totals).toMatchObject({ indexed: 0, bytes: 0, removed: 0, read: report.totals.read });
          const idle = await site.update({ remove: true, workers: 1 });
          expect(idle.reads).toEqual({ filesOpened: 0, bytesRead: 0, messagesParsed: 0 });
        }
      } finally {
        await site.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 2), endOnFailure: true },
  );
});
