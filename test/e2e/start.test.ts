import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { archiveNames, writeSettings } from '../../examples/start/own-mail.ts';
import { ownSearches } from '../../examples/start/searches.ts';
import { hayrick, REPOSITORY } from './command.ts';
import { makeSite, mbox, type TestSite } from './site.ts';
import { examples, start } from './start.ts';

let site: TestSite;

beforeEach(() => {
  site = makeSite();
});
afterEach(() => site.remove());

describe('start', () => {
  it('indexes the sample, answers in several scripts, and tells what to type next', async () => {
    const repository = examples(site);
    const first = await start(site, [], repository);
    expect(first.stderr).toBe('');
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^Indexing the sample archive[\s\S]*\n\d+ messages read: \d+ indexed/u);
    for (const word of ['*scythe*', '*空心菜*', '*干し草*', '*चारा*', '*الديك*', '*Сено*'])
      expect(first.stdout).toContain(word);
    expect(first.stdout).not.toContain('No matches');
    const second = await start(site, [], repository);
    expect(second.stdout).toContain('Nothing new.');
    const typed = /hayrick (search --settings \S+ tedder)/u.exec(second.stdout)?.[1]?.split(' ') ?? [];
    expect((await hayrick(typed, { cwd: repository })).status).toBe(0);
  });

  it('does the same with mail of one’s own, and writes settings for what comes next', async () => {
    const subjects = ['Budget of the mill', 'Re: Budget of the mill', 'The weir', 'Budget again'];
    site.write(
      'mail/Mill [old].mbox',
      mbox(subjects.map((subject, i) => ({ id: `m${i}@example.org`, subject }))),
    );
    mkdirSync(join(site.folder, 'maildir'));
    cpSync(join(REPOSITORY, 'examples/sample/mail/committee'), join(site.folder, 'maildir'), {
      recursive: true,
    });
    const repository = examples(site);
    const { status, stdout, stderr } = await start(site, ['mail/Mill [old].mbox', 'maildir'], repository);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/\n {2}mill-old: 4 messages read: 4 indexed\.\n/u);
    expect(stdout).toMatch(/\n {2}maildir: \d+ messages read/u);
    const settings = /--settings ('[^']+'|\S+)/u.exec(stdout)?.[1]?.replaceAll("'", '') ?? '';
    const counted = await hayrick(['count', 'budget', '--settings', settings], { cwd: repository });
    expect(counted.stdout).toBe('3\n');
    expect((await start(site, ['mail/Mill [old].mbox', 'maildir'], repository)).stdout).toContain(
      'Nothing new.',
    );
  });

  it.each<[string[], number, RegExp]>([
    [['gone.mbox'], 2, /gone\.mbox does not exist/u],
    [['--fast'], 2, /No option "--fast"/u],
    [['notes.txt'], 3, /notes\.txt holds no mail/u],
  ])('%j ends with %i', async (argv, status, message) => {
    site.write('notes.txt', 'just notes\nof mine\n');
    const ended = await start(site, argv, examples(site));
    expect(ended.stderr).toMatch(message);
    expect(ended.status).toBe(status);
  });
});

describe('archiveNames', () => {
  it.each<[string[], string[]]>([
    [['/a/linux-ext4.mbox.gz'], ['linux-ext4']],
    [
      ['/a/Inbox', '/b/inbox'],
      ['inbox', 'inbox-2'],
    ],
    [['/a/Älteres (2019).mbox'], ['a-lteres-2019']],
    [['/a/漢字'], ['mail']],
    [['/a/.Sent'], ['sent']],
    [
      [`/a/${'x'.repeat(90)}`, `/b/${'x'.repeat(90)}`],
      ['x'.repeat(56), `${'x'.repeat(56)}-2`],
    ],
  ])('%j', (paths, names) => expect([...archiveNames(paths).keys()]).toEqual(names));
});

describe('writeSettings', () => {
  it('has one folder for the same paths, in whatever order, and another for others', () => {
    site.write('a.mbox', '');
    site.write('b.mbox', '');
    const data = join(site.folder, 'd');
    const file = writeSettings(['a.mbox', 'b.mbox'], site.folder, data);
    expect(writeSettings(['b.mbox', './a.mbox', 'b.mbox'], site.folder, data)).toBe(file);
    expect(writeSettings(['a.mbox'], site.folder, data)).not.toBe(file);
    const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
    expect(written).toMatchObject({ archives: { a: { paths: [join(site.folder, 'a.mbox')] } } });
  });
});

describe('ownSearches', () => {
  it('asks for what there is', () => {
    const hits = ['Re: Budget with this', 'Budget', 'Weir'].map((subject, i) => ({
      subject,
      from: [{ address: i > 0 ? 'ann@example.org' : 'b o b' }],
    }));
    expect(ownSearches(hits).map(({ query }) => query)).toEqual(['*', 'budget', 'from:ann@example.org']);
    expect(ownSearches([]).map(({ query }) => query)).toEqual(['*']);
  });
});
