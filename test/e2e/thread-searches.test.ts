import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick, json } from './command.ts';
import { type Mail, makeSite, mbox, type TestSite } from './site.ts';

// Ann looks for talk about scythes by its threads: as all see it, and as the public does, for whom a private message in between is not there.

const mail = (id: string, day: number, subject: string, text: string, parent?: string): Mail => ({
  id: `${id}@example.org`,
  subject,
  date: `Wed, 0${day} Jan 2020 10:00:00 +0000`,
  text,
  ...(parent === undefined ? {} : { headers: [`In-Reply-To: <${parent}@example.org>`] }),
});

let site: TestSite;
beforeAll(async () => {
  site = makeSite();
  site.write(
    'mail/garden.mbox',
    mbox([
      mail('s1', 1, 'Mowing', 'A scythe and a whetstone.'),
      mail('s2', 2, 'Re: Mowing', 'My scythe is blunt.', 's1'),
      mail('s4', 4, 'Re: Mowing', 'Thanks, the scythe is sharp.', 's3'),
      mail('h1', 5, 'Hedgehogs', 'Mind them with the scythe.'),
      mail('c1', 6, 'Re: Compost', 'The heap is warm.', 'c0'),
    ]),
  );
  site.write('mail/board.mbox', mbox([mail('s3', 3, 'Re: Mowing', 'We pay for the grindstone.', 's2')]));
  site.settings({
    garden: { paths: ['mail/garden.mbox'], access: 'public' },
    board: { paths: ['mail/board.mbox'], readers: ['ann'] },
  });
  expect((await run('update_index')).status).toBe(0);
});
afterAll(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });

async function ids(...argv: string[]): Promise<string> {
  const { stdout } = await run('search', '--format', 'ids', '--sort', 'oldest', ...argv);
  return stdout.replaceAll('@example.org', '').trim().split('\n').join(' ');
}

it('asks for the thread of a message, whatever name it bears', async () => {
  expect(await ids('thread:s4@example.org')).toBe('s1 s2 s3 s4');
  expect(await ids('thread:<s4@example.org>', '--as', 'ann')).toBe('s1 s2 s3 s4');
  expect(await ids('thread:s4@example.org', '--as', 'public')).toBe('s4');
  expect(await ids('thread:c0@example.org')).toBe('c1');
  const [hit] = [json(await run('search', 'grindstone', '--format', 'json'))['hits']].flat();
  const { thread } = hit as { thread: { id: string } };
  expect(await ids(`thread:${thread.id}`)).toBe('s1 s2 s3 s4');
  expect(await run('count', 'thread:nobody@example.org')).toMatchObject({ status: 1, stdout: '0\n' });
});

it('asks for threads that hold a match', async () => {
  expect(await ids('thread:{grindstone}', 'scythe')).toBe('s1 s2 s4');
  expect(await ids('thread:{grindstone}', '--as', 'public')).toBe('');
  expect(await ids('scythe', 'NOT', 'thread:{sharp}')).toBe('h1');
  expect(await ids('scythe', 'NOT', 'thread:{sharp}', '--as', 'public')).toBe('s1 s2 h1');
  expect((await run('count', 'thread:{blunt} OR thread:{warm}')).stdout).toBe('5\n');
});

it('is told how such a query was read', async () => {
  const { stdout } = await run('explain', 'thread:{grindstone} scythe');
  expect(stdout).toContain('thread:{grindstone} AND scythe');
  expect(stdout).toMatch(/Normal form {2}\(and \(thread 4 \(word \(.*\) "grindston"\)\) \(word/);
  const theirs = json(await run('explain', 'thread:s1@example.org', '--as', 'public', '--format', 'json'));
  expect(theirs).toMatchObject({ normalForm: '(thread "s1@example.org")', examined: null });
});

it('takes one hit a thread', async () => {
  const answer = json(await run('search', 'scythe', '--threads', '--sort', 'newest', '--format', 'json'));
  expect(answer).toMatchObject({
    total: 4,
    totalThreads: 2,
    next: null,
    hits: [
      { messageId: 'h1@example.org', thread: { size: 1, position: 1, matched: 1 } },
      { messageId: 's4@example.org', thread: { size: 4, position: 4, matched: 3 } },
    ],
  });
  expect(Object.keys(answer)).toContain('suggestion');
  const text = (await run('search', 'scythe', '--threads', '--sort', 'newest', '-n', '1', '--offset', '1'))
    .stdout;
  expect(text).toContain('4 of 4, 3 match');
  expect(text).toMatch(/\n4 matches in 2 threads, 2 to 2 shown, newest first \([\d.]+ ms\)\n$/u);
  expect(await ids('scythe', '--threads')).toBe('s1 h1');
  expect(await ids('scythe', '--threads', '--as', 'public')).toBe('s1 s4 h1');
  expect(await ids('scythe', '--threads', '--offset', '1')).toBe('h1');
  const lines = (await run('search', 'scythe', '--threads', '--format', 'jsonl')).stdout.trim().split('\n');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([
    { messageId: 'h1@example.org', thread: { matched: 1 } },
    { messageId: 's4@example.org', thread: { matched: 3 } },
  ]);
  expect((await run('search', 'nothingness', '--threads')).status).toBe(1);
});

it('is told that threads have no cursor', async () => {
  const { next } = json(await run('search', '*', '-n', '1', '--format', 'json'));
  const refused = await run('search', '*', '--threads', '--after', String(next));
  expect(refused).toMatchObject({ status: 2, stdout: '' });
  expect(refused.stderr).toContain('threads are paged by offset');
});
