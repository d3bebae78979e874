import { HayrickError, type Site } from '@hayrick/core';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { type Mail, mbox } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

/** Message-IDs that are asked for; the last two stand nowhere. */
const NAMES = [...'abcdefghijklmn', 'gone', 'never'].map((name) => `${name}@x.example`);
const ARCHIVES = ['open', 'shut', 'vault'] as const;
/** What each of these may read. */
const READERS = { public: ['open'], ann: ['open', 'shut'], bob: ['open', 'vault'] } as const;

interface Sent {
  readonly archives: readonly (typeof ARCHIVES)[number][];
  readonly mail: Mail;
}

const site = new SearchSite();
let run = 0;
afterAll(() => site.remove());

const sent: fc.Arbitrary<Sent> = fc
  .record({
    name: fc.constantFrom(...NAMES.slice(0, -2)),
    references: fc.uniqueArray(fc.constantFrom(...NAMES.slice(0, -1)), { maxLength: 2 }),
    archives: fc.subarray([...ARCHIVES], { minLength: 1 }),
    day: fc.integer({ min: 1, max: 9 }),
    subject: fc.constantFrom('Hay', 'Re: Hay', 'Straw', 'Re: Straw', ''),
  })
  .map(({ name, references, archives, day, subject }) => ({
    archives,
    mail: {
      id: name,
      subject,
      date: `Wed, ${day} Jan 2020 10:00:00 +0000`,
      headers: references.length === 0 ? [] : [`References: ${references.map((id) => `<${id}>`).join(' ')}`],
    },
  }));

/** A site that holds the mail of these archives and nothing else. */
async function openWith(
  mails: readonly Sent[],
  archives: readonly string[],
  bySubject: readonly string[],
): Promise<Site> {
  const folder = `run${run++}`;
  const settings = Object.fromEntries(
    archives.map((name) => {
      const held = mails.filter((one) => one.archives.some((archive) => archive === name));
      site.write(`${folder}/${name}.mbox`, mbox(held.map(({ mail }) => mail)));
      const readers = Object.entries(READERS).flatMap(([who, names]) =>
        names.some((n) => n === name) ? [who] : [],
      );
      const threads = bySubject.includes(name) ? ('subject' as const) : ('references' as const);
      const access =
        name === 'open'
          ? ({ access: 'public' } as const)
          : { readers: readers.filter((who) => who !== 'public') };
      return [name, { paths: [`${folder}/${name}.mbox`], threads, ...access }];
    }),
  );
  const opened = await site.open(settings, { connections: { default: { engine: 'memory' } } }, folder);
  await opened.update();
  return opened;
}

async function told(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    return { code: error.code, message: error.message };
  }
}

async function mboxOf(from: Site, name: string, as: string): Promise<string> {
  const pieces = await Array.fromAsync(from.threadMbox(name, { as }));
  return Buffer.concat(pieces).toString();
}

it('trees, sizes, positions, ids and mailboxes are as if what may not be read were not there', async () => {
  const hits = async (from: Site, as: string) =>
    (await from.search('*', { as, sort: 'oldest', limit: 100 })).hits.map(({ id, thread }) => ({
      id,
      thread,
    }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(sent, { minLength: 10, maxLength: 30 }),
      fc.subarray([...ARCHIVES]),
      async (mails, bySubject) => {
        const whole = await openWith(mails, ARCHIVES, bySubject);
        const ids = (await hits(whole, 'all')).map(({ id }) => id);
        for (const [as, archives] of Object.entries(READERS)) {
          const alone = await openWith(mails, archives, bySubject);
          expect(await hits(whole, as)).toEqual(await hits(alone, as));
          for (const name of [...NAMES, ...ids]) {
            expect(await told(whole.thread(name, { as }))).toEqual(await told(alone.thread(name, { as })));
            expect(await told(mboxOf(whole, name, as))).toEqual(await told(mboxOf(alone, name, as)));
          }
          await alone.close();
        }
        await whole.close();
      },
    ),
    { numRuns: 3 },
  );
});

it('a thread that only the unreadable holds together falls apart, and nothing tells of it', async () => {
  const mails: readonly Sent[] = [
    { archives: ['open'], mail: { id: 'a@x.example', date: 'Wed, 1 Jan 2020 10:00:00 +0000' } },
    {
      archives: ['vault'],
      mail: {
        id: 'b@x.example',
        date: 'Wed, 2 Jan 2020 10:00:00 +0000',
        headers: ['References: <a@x.example> <gone@x.example>'],
      },
    },
    {
      archives: ['open'],
      mail: {
        id: 'c@x.example',
        date: 'Wed, 3 Jan 2020 10:00:00 +0000',
        headers: ['In-Reply-To: <b@x.example>'],
      },
    },
  ];
  const opened = await openWith(mails, ARCHIVES, []);
  const sizes = async (as: string) =>
    (await opened.search('*', { as, sort: 'oldest' })).hits.map(({ thread }) => thread.size);
  expect(await sizes('bob')).toEqual([3, 3, 3]);
  expect(await sizes('public')).toEqual([1, 1]);
  const tree = async (name: string) =>
    (await opened.thread(name, { as: 'public' })).messages.map(({ messageId, missing, depth }) => [
      messageId,
      missing,
      depth,
    ]);
  expect(await tree('a@x.example')).toEqual([['a@x.example', false, 0]]);
  // What a readable message itself names is no secret.
  expect(await tree('b@x.example')).toEqual([
    ['b@x.example', true, 0],
    ['c@x.example', false, 1],
  ]);
  await expect(opened.thread('gone@x.example', { as: 'public' })).rejects.toMatchObject({
    code: 'MESSAGE_UNKNOWN',
  });
  expect((await opened.thread('gone@x.example', { as: 'bob' })).size).toBe(3);
});
