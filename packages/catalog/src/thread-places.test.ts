import type { Catalog, ComponentPlace, ScannedMessage } from '@hayrick/core/catalog';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { addFile, idOf, openRig, record, rewrite, scanned } from '../testing/rig.ts';

const NAMES = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'] as const;
const DAY = 86_400;

interface Mail {
  readonly day: number;
  /** Of another message, or of none that is there. */
  readonly follows: readonly number[];
  readonly archives: readonly ('a' | 'b')[];
  /** Copies without a Date, so that a further one may change the message's. */
  readonly undated: boolean;
}

const mail: fc.Arbitrary<Mail> = fc.record({
  day: fc.nat({ max: 2 }),
  follows: fc.array(fc.nat({ max: NAMES.length }), { maxLength: 2 }),
  archives: fc.constantFrom(['a'] as const, ['a'] as const, ['b'] as const, ['a', 'b'] as const),
  undated: fc.boolean(),
});

function read(index: number, { day, follows, undated }: Mail, archive: string): ScannedMessage {
  // In b it came a day sooner.
  const received = (archive === 'b' ? day : day + 1) * DAY;
  const message = scanned(NAMES[index] ?? '', index * 100, { received });
  const references = follows.map((other) => `m${other}@example.org`);
  const dateHeader = undated ? null : day * DAY;
  return { ...message, identity: { ...message.identity, references, dateHeader } };
}

/** Told by the components themselves. */
async function expected(
  catalog: Catalog,
  archives: readonly string[],
): Promise<Record<string, ComponentPlace>> {
  const places: Record<string, ComponentPlace> = {};
  for (const members of await catalog.threadsWith(NAMES.map(idOf))) {
    const [first] = members;
    if (first === undefined || !members.every((m) => m.archives.some((a) => archives.includes(a)))) continue;
    for (const [i, { id }] of members.entries())
      places[id] = { id: first.id, size: members.length, position: i + 1 };
  }
  return places;
}

it('tells what the components tell, of those that are wholly in the archives', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(mail, { minLength: NAMES.length, maxLength: NAMES.length }), async (mails) => {
      const rig = await openRig();
      try {
        const { catalog } = rig;
        const threaded = async () => {
          while ((await catalog.thread({ bySubject: [] })) > 0);
        };
        const of = (archive: 'a' | 'b') =>
          mails.flatMap((one, i) => (one.archives.includes(archive) ? [read(i, one, archive)] : []));
        const same = async () => {
          const ids = [...NAMES, 'none'].map(idOf);
          for (const archives of [['a', 'b', 'other'], ['a'], ['b'], []])
            expect(Object.fromEntries(await catalog.threadPlaces(ids, archives))).toEqual(
              await expected(catalog, archives),
            );
        };
        await record(catalog, await addFile(catalog, 'a', '/a.mbox'), of('a'));
        await threaded();
        await same();
        await record(catalog, await addFile(catalog, 'b', '/b.mbox'), of('b'));
        // Until the threads have followed the log nothing is told.
        if (of('b').length > 0)
          expect(await catalog.threadPlaces(NAMES.map(idOf), ['a', 'b'])).toEqual(new Map());
        await threaded();
        await same();
        await rewrite(catalog, 'b', '/b.mbox', []);
        await threaded();
        await same();
        await catalog.dropLost(['b']);
        await threaded();
        await same();
      } finally {
        await rig.remove();
      }
    }),
    { numRuns: 40 },
  );
});
