import type { Catalog, ScannedMessage } from '@hayrick/core/catalog';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFile, idOf, openRig, type Rig, record, rewrite, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

/** A message that refers to others, oldest first. */
function reply(
  name: string,
  to: readonly string[],
  offset: number,
  more: { readonly mid?: string; readonly subject?: string } = {},
): ScannedMessage {
  const message = scanned(name, offset);
  const references = to.map((id) => `${id}@example.org`);
  const messageId = `${more.mid ?? name}@example.org`;
  const subject = more.subject ?? message.identity.subject;
  return { ...message, identity: { ...message.identity, messageId, references, subject } };
}

async function thread(catalog: Catalog, bySubject: readonly string[] = []): Promise<void> {
  while ((await catalog.thread({ bySubject })) > 0);
}

/** The names of all components that hold these, each as one word. */
async function components(catalog: Catalog, names: readonly string[]): Promise<string[]> {
  const found = await catalog.threadsWith(names.map(idOf));
  return found.map(named).sort();
}

function named(component: readonly { readonly id: string }[]): string {
  return component.map(({ id }) => Buffer.from(id, 'hex').toString().replaceAll('\0', '')).join('+');
}

describe('messages', () => {
  it('that refer to one another are one component, those that are not there included', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [
      reply('m1', [], 0),
      reply('m2', ['m1'], 100),
      reply('m3', ['gone'], 200),
      reply('m4', ['gone', 'm3'], 300),
      reply('m5', [], 400),
    ]);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2', 'm3', 'm4', 'm5', 'none'])).toEqual([
      'm1+m2',
      'm3+m4',
      'm5',
    ]);
    expect((await rig.catalog.threadsNaming('gone@example.org')).map(named)).toEqual(['m3+m4']);
    expect((await rig.catalog.threadsNaming('m2@example.org')).map(named)).toEqual(['m1+m2']);
    expect(await rig.catalog.threadsNaming('nobody@example.org')).toEqual([]);
    expect(await rig.catalog.threadsWith([idOf('m4')])).toEqual([
      [
        {
          id: idOf('m3'),
          messageId: 'm3@example.org',
          references: ['gone@example.org'],
          subject: 'about m3',
          date: 1_580_000_000,
          archives: ['a'],
        },
        {
          id: idOf('m4'),
          messageId: 'm4@example.org',
          references: ['gone@example.org', 'm3@example.org'],
          subject: 'about m4',
          date: 1_580_000_000,
          archives: ['a'],
        },
      ],
    ]);
  });

  it('that came before what they refer to are linked when it comes', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [reply('m1', ['mid'], 0), reply('m2', ['other'], 100)]);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2'])).toEqual(['m1', 'm2']);
    await record(rig.catalog, file, [reply('mid', ['other'], 200)]);
    expect(await components(rig.catalog, ['m1', 'm2', 'mid'])).toEqual(['m1', 'm2', 'mid']);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2', 'mid'])).toEqual(['m1+m2+mid']);
    expect(await components(rig.catalog, ['m2'])).toEqual(['m1+m2+mid']);
  });

  it('of one Message-ID are several members of one component', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [
      reply('m1', [], 0, { mid: 'twin' }),
      reply('m2', [], 100, { mid: 'twin' }),
      reply('m3', ['twin'], 200),
    ]);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m2'])).toEqual(['m1+m2+m3']);
  });

  it('may bear and name anything', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    const odd = ['a\0b', 'a\0c', '\ud800', 'x'.repeat(5000), '"', '\\u0000', '\u0001a\u0001subject'];
    const messages = odd.flatMap((mid, i) => {
      const one = scanned(`o${i}`, i * 100);
      const two = scanned(`r${i}`, 10_000 + i * 100);
      return [
        { ...one, identity: { ...one.identity, messageId: mid } },
        { ...two, identity: { ...two.identity, references: [mid, 'x@y'] } },
      ];
    });
    for (const message of messages.toReversed()) {
      await record(rig.catalog, file, [message]);
      await thread(rig.catalog);
    }
    expect(
      await components(
        rig.catalog,
        messages.map((_, i) => `r${i}`),
      ),
    ).toEqual([
      odd
        .flatMap((_, i) => [`o${i}`, `r${i}`])
        .sort()
        .join('+'),
    ]);
  });
});

it('of many messages come about step by step; a run that is killed in between is gone on with', async () => {
  const count = 9000;
  const file = await addFile(rig.catalog, 'a', '/a.mbox');
  // Each hangs on one that is threaded in another step, and is referred to before it comes.
  const messages = Array.from({ length: count }, (_, i) =>
    reply(`m${i}`, [`m${(i + 5000) % count}`, 'all'], i * 100),
  );
  await record(rig.catalog, file, messages.slice(0, 8999));
  const links = { bySubject: [] };
  expect(await rig.catalog.thread(links)).toBe(4000);
  const [half] = await rig.catalog.threadsWith([idOf('m1')]);
  expect(half?.length).toBe(4000);
  const again = await rig.reopen();
  expect(await components(again, ['m4000'])).toEqual(['m4000']);
  await thread(again);
  expect((await again.threadsNaming('all@example.org')).map((component) => component.length)).toEqual([8999]);
  expect(await again.thread(links)).toBe(0);
  await record(again, file, messages.slice(8999));
  expect(await again.thread(links)).toBe(1);
  expect((await again.threadsWith([idOf('m8999'), idOf('m1')])).map((component) => component.length)).toEqual(
    [count],
  );
});

describe('what is gone', () => {
  it('links nothing any more', async () => {
    await rewrite(rig.catalog, 'a', '/a.mbox', [
      reply('m1', [], 0),
      reply('m2', ['m1', 'ghost'], 100),
      reply('m3', ['m2'], 200),
      reply('m4', ['ghost'], 300),
    ]);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1'])).toEqual(['m1+m2+m3+m4']);
    await rewrite(rig.catalog, 'a', '/a.mbox', [
      reply('m1', [], 0),
      reply('m3', ['m2'], 100),
      reply('m4', ['ghost'], 300),
    ]);
    await thread(rig.catalog);
    // Not dropped yet: it is still in the index.
    expect(await components(rig.catalog, ['m1'])).toEqual(['m1+m2+m3+m4']);
    expect(await rig.catalog.dropLost(['a'])).toBe(1);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2', 'm3', 'm4'])).toEqual(['m1', 'm3', 'm4']);
    expect((await rig.catalog.threadsNaming('m2@example.org')).map(named)).toEqual(['m3']);
    expect((await rig.catalog.threadsNaming('ghost@example.org')).map(named)).toEqual(['m4']);
  });

  it('is threaded again when it comes back', async () => {
    const messages = [reply('m1', [], 0), reply('m2', ['m1'], 100), reply('m3', ['m2'], 200)];
    await rewrite(rig.catalog, 'a', '/a.mbox', messages);
    await thread(rig.catalog);
    await rewrite(rig.catalog, 'a', '/a.mbox', []);
    await rig.catalog.dropLost(['a']);
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2', 'm3'])).toEqual([]);
    expect(await rig.catalog.threadsNaming('m2@example.org')).toEqual([]);
    await rewrite(rig.catalog, 'a', '/a.mbox', messages.slice(1));
    await thread(rig.catalog);
    expect(await components(rig.catalog, ['m1', 'm2', 'm3'])).toEqual(['m2+m3']);
  });
});

describe('archives linked by subject', () => {
  it('link their own messages alone', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [
      reply('m1', [], 0, { subject: 'Hay' }),
      reply('m2', [], 100, { subject: 'RE: hay' }),
      reply('m3', [], 200, { subject: '' }),
      reply('m4', [], 300, { subject: 'Re:' }),
    ]);
    await record(rig.catalog, b, [
      reply('m5', [], 0, { subject: 'Hay' }),
      reply('m6', [], 100, { subject: 'Hay' }),
    ]);
    await thread(rig.catalog);
    const all = ['m1', 'm2', 'm3', 'm4', 'm5', 'm6'];
    expect(await components(rig.catalog, all)).toEqual(all);
    await thread(rig.catalog, ['a']);
    expect(await components(rig.catalog, all)).toEqual(['m1+m2', 'm3', 'm4', 'm5', 'm6']);
    // A copy in that archive, of a message that is threaded already.
    await record(rig.catalog, a, [reply('m5', [], 400, { subject: 'Hay' })]);
    await thread(rig.catalog, ['a']);
    expect(await components(rig.catalog, all)).toEqual(['m1+m2+m5', 'm3', 'm4', 'm6']);
    await thread(rig.catalog);
    expect(await components(rig.catalog, all)).toEqual(all);
  });
});

describe('threads in any order of arrival, with losses, are those of a fresh catalog', () => {
  interface Step {
    readonly present: readonly number[];
    readonly drop: boolean;
  }

  it('', async () => {
    const names = ['m0', 'm1', 'm2', 'm3', 'm4', 'm5', 'm6', 'm7'];
    const ids = [...names, 'g1', 'g2'];
    const mails = fc.array(
      fc.tuple(fc.constantFrom(...ids), fc.array(fc.constantFrom(...ids), { maxLength: 3 })),
      {
        minLength: names.length,
        maxLength: names.length,
      },
    );
    const steps: fc.Arbitrary<Step[]> = fc.array(
      fc.record({ present: fc.subarray(names.map((_, i) => i)), drop: fc.boolean() }),
      { minLength: 1, maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(mails, steps, fc.boolean(), async (links, walk, between) => {
        const own = await openRig();
        const fresh = await openRig();
        try {
          const message = (i: number, offset: number) =>
            reply(names[i] ?? '', links[i]?.[1] ?? [], offset, { mid: links[i]?.[0] ?? '' });
          let last: readonly number[] = [];
          for (const { present, drop } of walk) {
            await rewrite(
              own.catalog,
              'a',
              '/a.mbox',
              present.map((i, n) => message(i, n * 100)),
            );
            if (drop) await own.catalog.dropLost(['a']);
            if (between) await thread(own.catalog);
            last = present;
          }
          await own.catalog.dropLost(['a']);
          await thread(own.catalog);
          await rewrite(
            fresh.catalog,
            'a',
            '/a.mbox',
            last.toReversed().map((i, n) => message(i, n * 100)),
          );
          await thread(fresh.catalog);
          expect(await components(own.catalog, names)).toEqual(await components(fresh.catalog, names));
          for (const id of ids) {
            const naming = async ({ catalog }: Rig) =>
              (await catalog.threadsNaming(`${id}@example.org`)).map(named);
            expect(await naming(own)).toEqual(await naming(fresh));
          }
        } finally {
          await own.remove();
          await fresh.remove();
        }
      }),
      { numRuns: 60 },
    );
  });
});
