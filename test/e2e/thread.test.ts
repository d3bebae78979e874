import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Ended, hayrick, json } from './command.ts';
import { type Mail, makeSite, mbox, onDay, type TestSite } from './site.ts';

const to = (...ids: readonly string[]) => [`References: ${ids.map((id) => `<${id}@x.example>`).join(' ')}`];

const GARDEN: readonly Mail[] = [
  { id: 'top@x.example', subject: 'Scythes', date: onDay(1), text: 'Which one?\n\nFrom here on: blades.' },
  {
    id: 'r2@x.example',
    subject: 'Re: Scythes',
    from: 'Bob <bob@x.example>',
    date: onDay(4),
    headers: to('top', 'r1'),
  },
  {
    id: 'r3@x.example',
    subject: 'Re: Scythes',
    from: 'Cid \u202E! <cid@x.example>',
    date: onDay(3),
    headers: to('top'),
  },
  { id: 'r4@x.example', subject: '', date: onDay(6), headers: to('top', 'never') },
  { id: 'alone@x.example', subject: 'Compost', date: onDay(2) },
  { id: 'twin@x.example', subject: 'Twin', date: onDay(7), text: 'one' },
  { id: 'twin@x.example', subject: 'Twin', date: onDay(8), text: 'two' },
];
const BOARD: readonly Mail[] = [
  { id: 'r1@x.example', subject: 'Re: Scythes', date: onDay(2), headers: to('top') },
];

let site: TestSite;
const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });

beforeAll(async () => {
  site = makeSite();
  site.write('garden.mbox', mbox(GARDEN));
  site.write('board.mbox', mbox(BOARD));
  site.settings({ garden: { paths: ['garden.mbox'], access: 'public' }, board: { paths: ['board.mbox'] } });
  expect((await run('update_index')).status).toBe(0);
});
afterAll(() => site.remove());

it('prints the tree for people: indented, the one that was asked for marked, what is missing named', async () => {
  const { status, stdout, stderr } = await run('thread', '<r3@x.example>');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout.split('\n')).toEqual([
    '  2020-01-01 10:00  Ann Archer  Scythes  <top@x.example>',
    '  2020-01-02 10:00    Ann Archer  Re: Scythes  <r1@x.example>',
    '  2020-01-04 10:00      Bob  Re: Scythes  <r2@x.example>',
    '> 2020-01-03 10:00    Cid \uFFFD!  Re: Scythes  <r3@x.example>',
    '                      missing  <never@x.example>',
    '  2020-01-06 10:00      Ann Archer  (no subject)  <r4@x.example>',
    '5 messages, 1 missing',
    '',
  ]);
});

it('tells programs the tree as a list, parents first', async () => {
  const answer = json(await run('thread', 'never@x.example', '--format', 'json', '--as', 'public'));
  const [top] = [answer['messages']].flat();
  expect(top).toEqual({
    missing: false,
    depth: 0,
    parent: null,
    asked: false,
    messageId: 'top@x.example',
    id: answer['id'],
    position: 1,
    archives: ['garden'],
    subject: 'Scythes',
    from: [{ name: 'Ann Archer', address: 'ann@example.org' }],
    date: '2020-01-01T10:00:00Z',
    attachments: [],
  });
  expect(answer).toMatchObject({
    format: 1,
    size: 4,
    messages: [
      {},
      { messageId: 'r3@x.example', parent: 0, depth: 1, position: 2 },
      { messageId: 'r1@x.example', missing: true, parent: 0, depth: 1 },
      { messageId: 'r2@x.example', parent: 2, depth: 2, position: 3 },
      { missing: true, depth: 1, parent: 0, asked: true, messageId: 'never@x.example' },
      { messageId: 'r4@x.example', parent: 4, depth: 2, position: 4 },
    ],
  });
});

it('writes the messages as an mbox that can be indexed', async () => {
  const { status, stdout } = await run('thread', 'top@x.example', '--format', 'mbox');
  expect(status).toBe(0);
  expect(stdout).toContain('\n>From here on: blades.\n');
  const other = makeSite();
  try {
    other.write('thread.mbox', stdout);
    other.settings({ thread: { paths: ['thread.mbox'], access: 'public' } });
    const again = (...argv: string[]) => hayrick(argv, { cwd: other.folder });
    expect((await again('update_index')).status).toBe(0);
    const shown = async (asked: Promise<Ended>) => [json(await asked)['messages']].flat();
    const strip = (entry: unknown) => ({ ...Object(entry), archives: null });
    const theirs = await shown(again('thread', 'top@x.example', '--format', 'json'));
    expect(theirs.map(strip)).toEqual(
      (await shown(run('thread', 'top@x.example', '--format', 'json'))).map(strip),
    );
  } finally {
    other.remove();
  }
  expect((await run('thread', 'top@x.example', '--format', 'mbox', '--as', 'public')).stdout).not.toContain(
    'r1@x.example>\nRef',
  );
});

it('ends with 1 for an unknown message, with 2 for several of one Message-ID', async () => {
  expect(await run('thread', 'nothing@x.example')).toMatchObject({ status: 1, stdout: '' });
  const two = await run('thread', 'twin@x.example');
  expect(two).toMatchObject({ status: 2, stdout: '' });
  const ids = two.stderr.match(/[0-9a-f]{32}/gu) ?? [];
  expect(ids).toHaveLength(2);
  const [first = ''] = ids;
  const one = json(await run('thread', first, '--format', 'json'));
  expect(one).toMatchObject({ size: 2, messages: [{ asked: true, id: first }, { asked: false }] });
  expect((await run('thread')).status).toBe(2);
});

it('gives all that its source still holds, and ends with 3 where something is gone', async () => {
  writeFileSync(
    join(site.folder, 'board.mbox'),
    mbox([{ id: 'other@x.example', subject: 'Re: Scythes', date: onDay(2) }]),
  );
  const { status, stdout, stderr } = await run('thread', 'top@x.example', '--format', 'mbox');
  expect(status).toBe(3);
  expect(stdout.match(/^Message-ID: .*$/gmu)).toEqual(
    ['top', 'r2', 'r3', 'r4'].map((id) => `Message-ID: <${id}@x.example>`),
  );
  expect(stderr).toContain('1 of 5 messages are left out (r1@x.example)');
});
