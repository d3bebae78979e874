import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick } from './command.ts';
import { type Mail, mailText, makeSite, mbox, type TestSite } from './site.ts';

// Bob takes what he found home as a mailbox, indexes it there and has the same messages.

const SHARED: Mail = {
  id: 'both@example.org',
  subject: 'Invitation',
  date: 'Sat, 4 Jan 2020 10:00:00 +0000',
  text: 'Quince jelly for all.\n\nFrom here on the paths are muddy.\n>From there too.',
};
const GARDEN: readonly Mail[] = [
  {
    id: 'g1@example.org',
    subject: 'Scythes',
    date: 'Wed, 1 Jan 2020 10:00:00 +0000',
    text: 'A scythe.\nFrom the shed.',
  },
  { id: 'g2@example.org', subject: 'Compost', date: 'Thu, 2 Jan 2020 10:00:00 +0000', text: 'It is warm.' },
  { ...SHARED, headers: ['X-Copy: garden'] },
];
const BOARD: readonly Mail[] = [
  {
    id: 'b1@example.org',
    subject: 'Money',
    date: 'Fri, 3 Jan 2020 10:00:00 +0000',
    text: 'The scythe fund.',
  },
  { ...SHARED, headers: ['X-Copy: board'] },
];

let site: TestSite;
beforeAll(async () => {
  site = makeSite();
  site.write('mail/garden.mbox.gz', gzipSync(mbox(GARDEN).replaceAll(/\n(>*From )(?!ann)/g, '\n>$1')));
  site.write('mail/board.mbox', mbox(BOARD).replaceAll(/\n(>*From )(?!ann)/g, '\n>$1'));
  site.settings({
    garden: { paths: ['mail/garden.mbox.gz'], access: 'public' },
    board: { paths: ['mail/board.mbox'], readers: ['ann'] },
  });
  expect((await run('update_index')).status).toBe(0);
});
afterAll(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });
const found = async (...argv: string[]) => {
  const { stdout } = await run('search', '--format', 'mbox', ...argv);
  return [...stdout.matchAll(/^Message-ID: <(\w+)@/gm)].map(([, id]) => id).join(' ');
};

it.each<[string, string[], string]>([
  ['everything, newest first', ['*'], 'both b1 g2 g1'],
  ['a page', ['*', '--sort', 'oldest', '-n', '2', '--offset', '1'], 'g2 b1'],
  ['the best', ['scythe', '-n', '1'], 'g1'],
  ['what the public may read', ['*', '--as', 'public'], 'both g2 g1'],
  ['what ann may read', ['scythe', '--as', 'ann', '--sort', 'oldest'], 'g1 b1'],
])('%s', async (_, argv, ids) => expect(await found(...argv)).toBe(ids));

it('is the mail as it was sent, lines that look like separators marked', async () => {
  const { status, stdout } = await run('search', '--format', 'mbox', 'mid:g1@example.org');
  expect(status).toBe(0);
  const [first = '', ...lines] = stdout.split('\n');
  expect(first).toMatch(/^From ann@example\.org \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/);
  const [mail] = GARDEN;
  expect(lines.join('\n')).toBe(
    `${mail === undefined ? '' : mailText(mail).replace('\nFrom ', '\n>From ')}\n`,
  );
});

it('has no copy that may not be read', async () => {
  const { stdout } = await run('search', '--format', 'mbox', 'quince', '--as', 'public');
  expect(stdout).toContain('X-Copy: garden');
  expect(stdout).not.toContain('X-Copy: board');
});

it('is nothing where nothing matches, and problems are told', async () => {
  expect(await run('search', '--format', 'mbox', 'nothingness')).toEqual({
    status: 1,
    stdout: '',
    stderr: '',
  });
  for (const format of ['mbox', 'ids']) {
    const told = await run('search', '--format', format, 'subjet:scythe OR compost');
    expect(told.stderr).toMatch(/^note: at 1, "subjet:scythe": .*Did you mean "subject:"/u);
    expect(told.status).toBe(0);
  }
});

it('gives the same messages where it is indexed again', async () => {
  const { stdout } = await run('search', '--format', 'mbox', '*');
  const other = makeSite();
  other.write('home.mbox', stdout);
  other.settings({ home: { paths: ['home.mbox'] } });
  expect((await hayrick(['update_index'], { cwd: other.folder })).status).toBe(0);
  const ids = async (folder: string) => {
    const jsonl = await hayrick(['search', '*', '--format', 'jsonl'], { cwd: folder });
    return [...jsonl.stdout.matchAll(/^\{"id":"(\w+)"/gm)].map(([, id]) => id);
  };
  const taken = await ids(other.folder);
  expect(taken).toHaveLength(4);
  expect(taken).toEqual(await ids(site.folder));
  other.remove();
});

it('leaves out what its source no longer holds, and says so behind the rest', async () => {
  const other = makeSite();
  other.write('a.mbox', mbox(GARDEN.slice(0, 1)));
  other.write('b.mbox', mbox(GARDEN.slice(1, 2)));
  other.settings({ all: { paths: ['a.mbox', 'b.mbox'] } });
  const at = { cwd: other.folder };
  expect((await hayrick(['update_index'], at)).status).toBe(0);
  other.write('b.mbox', mbox(BOARD));
  const ended = await hayrick(['search', '*', '--format', 'mbox'], at);
  expect(ended.stdout).toContain('Message-ID: <g1@example.org>');
  expect(ended.stdout).not.toContain('Message-ID: <b1@example.org>');
  expect(ended.stderr).toMatch(/1 of 2 messages are left out \(g2@example\.org\).*update_index/u);
  expect(ended.status).toBe(3);
  other.remove();
});
