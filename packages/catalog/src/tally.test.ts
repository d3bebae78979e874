import fc from 'fast-check';
import { expect, it } from 'vitest';
import { found, openRig, scanned } from '../testing/rig.ts';

/** Three archives; the last has two files. */
const FILES = [
  { archive: 'a', path: '/a.mbox' },
  { archive: 'b', path: '/b.mbox' },
  { archive: 'c', path: '/c.mbox' },
  { archive: 'c', path: '/c2.mbox' },
] as const;
/** Two mails each bear one Message-ID. */
const MAILS = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5'] as const;

interface Step {
  readonly file: number;
  /** What the file holds now; null: it is gone. */
  readonly holds: readonly number[] | null;
  readonly drop: boolean;
}

const step: fc.Arbitrary<Step> = fc.record({
  file: fc.nat({ max: FILES.length - 1 }),
  holds: fc.option(fc.array(fc.nat({ max: MAILS.length - 1 }), { maxLength: 6 }), { nil: null, freq: 6 }),
  drop: fc.boolean(),
});

function mail(number: number, offset: number) {
  const one = scanned(MAILS[number] ?? '', offset);
  return { ...one, identity: { ...one.identity, messageId: `id${number >> 1}@example.org` } };
}

it('knows what each archive holds, whatever comes, goes and moves', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
      const rig = await openRig();
      const { catalog } = rig;
      const there: (readonly number[] | null)[] = FILES.map(() => null);
      try {
        for (const { file, holds, drop } of steps) {
          const at = FILES[file];
          if (at === undefined) continue;
          const source = await catalog.source(at.archive, 'mbox', at.path);
          if (holds === null) {
            await catalog.loseSource(source.key);
          } else {
            const [key = 0] = await catalog.putFiles(source.key, [found('')], { restart: true });
            const messages = holds.map((number, i) => mail(number, i * 100));
            await catalog.record([{ file: key, messages, quarantine: [], readTo: 0 }]);
            await catalog.completeFiles([key]);
          }
          there[file] = holds;
          if (drop) await catalog.dropLost(['a', 'b', 'c']);
          await expectCounts(catalog, there);
        }
      } finally {
        await rig.remove();
      }
    }),
    { numRuns: 60 },
  );
});

async function expectCounts(
  catalog: Awaited<ReturnType<typeof openRig>>['catalog'],
  there: readonly (readonly number[] | null)[],
): Promise<void> {
  const held = new Map<string, Set<number>>();
  FILES.forEach(({ archive }, i) => {
    const all = held.get(archive) ?? new Set<number>();
    for (const number of there[i] ?? []) all.add(number);
    held.set(archive, all);
  });
  const all = new Set([...held.values()].flatMap((numbers) => [...numbers]));
  const repeated = [...all].filter((number) => all.has(number ^ 1)).length;
  const counts = await catalog.archiveCounts();
  const told = new Map(counts.map(({ archive, messages }) => [archive, messages]));
  for (const [archive, numbers] of held) expect(told.get(archive) ?? 0, archive).toBe(numbers.size);
  expect(counts.reduce((sum, { sameMessageId }) => sum + sameMessageId, 0)).toBe(repeated);
}
