import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HAPPENINGS, type Happening, MailTree, TREE_ARCHIVES } from '../ingest/mail-tree.ts';
import { openSiteAt } from '../site-at.ts';

const SETTINGS = {
  archives: TREE_ARCHIVES,
  connections: { default: { engine: 'sqlite' }, ram: { engine: 'memory', exclude: ['loose'] } },
} as const;

const copy = fc.record({ mail: fc.nat(20), day: fc.nat(12) });
const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...HAPPENINGS),
  at: fc.nat(1000),
  to: fc.nat(1000),
  copies: fc.array(copy, { minLength: 1, maxLength: 3 }),
});
const step = fc.record({
  happenings: fc.array(happening, { minLength: 2, maxLength: 5 }),
  remove: fc.boolean(),
});

it('however archives change, nothing differs behind an update', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 6 }), async (steps) => {
      const directory = mkdtempSync(join(tmpdir(), 'hayrick-verify-'));
      const tree = new MailTree(directory);
      let ahead = 0;
      const site = await openSiteAt(SETTINGS, directory, { now: () => Date.now() + ahead });
      try {
        await site.update({ workers: 1 });
        for (const { happenings, remove } of steps) {
          for (const one of happenings) tree.happen(one);
          ahead += 10_000;
          await site.update({ remove, workers: 1 });
          const quick = await site.verify();
          expect(quick, JSON.stringify(quick.differences)).toMatchObject({ total: 0, failures: [] });
        }
        const deep = await site.verify({ level: 'deep', workers: 1 });
        expect(deep, JSON.stringify(deep.differences)).toMatchObject({ total: 0, failures: [] });
      } finally {
        await site.close();
        rmSync(directory, { recursive: true, force: true });
      }
    }),
    { numRuns: Number(process.env['RUNS'] ?? 2), endOnFailure: true },
  );
}, 120_000);
