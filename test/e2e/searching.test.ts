import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, hayrick, json } from './command.ts';
import { fillSite, mailText, makeSite, mbox, type TestSite } from './site.ts';

let site: TestSite;

beforeAll(async () => {
  site = makeSite();
  fillSite(site);
  const built = await run('update_index');
  expect(built.status).toBe(0);
});
afterAll(() => site.remove());

const run = (...argv: string[]): Promise<Ended> => hayrick(argv, { cwd: site.folder });

async function ids(...argv: string[]): Promise<string[]> {
  return (await run('search', '--format', 'ids', ...argv)).stdout.split('\n').filter((line) => line !== '');
}

describe('search', () => {
  it('answers people', async () => {
    const { status, stdout, stderr } = await run('search', 'whetstone');
    expect(status).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^2020-01-0\d 10:00 {2}\w/u);
    expect(stdout).toContain('*whetstone*');
    expect(stdout).toContain('<g1@example.org>');
    expect(stdout).toMatch(/\n2 matches \([\d.]+ ms\)\n$/u);
  });

  it('answers programs', async () => {
    const answer = json(await run('search', 'escrow', '--format', 'json'));
    expect(answer).toMatchObject({
      format: 1,
      query: 'escrow',
      connection: 'default',
      sort: 'relevance',
      total: 1,
      totalRelation: 'eq',
      next: null,
      problems: [],
      hits: [
        {
          messageId: 'b1@example.org',
          archives: ['board'],
          subject: 'Money',
          from: [{ name: 'Ann Archer', address: 'ann@example.org' }],
          date: '2020-01-05T10:00:00Z',
        },
      ],
    });
  });

  it('gives programs every field there is, in one shape, and no other', async () => {
    const shape = (value: unknown) => Object.keys(value as object);
    for (const args of [
      ['escrow'],
      ['nothingness'],
      ['--archive', 'board'],
      ['bogus:escrow', '--as', 'public'],
    ]) {
      const answer = json(await run('search', '--format', 'json', ...args));
      expect(shape(answer)).toEqual([
        'format',
        'query',
        'connection',
        'sort',
        'total',
        'totalRelation',
        'tookMs',
        'hits',
        'facets',
        'next',
        'problems',
        'suggestion',
      ]);
      expect(answer).toMatchObject({ facets: {}, suggestion: null, tookMs: expect.any(Number) });
      for (const hit of [answer['hits']].flat()) {
        expect(shape(hit)).toEqual([
          'id',
          'messageId',
          'archives',
          'subject',
          'from',
          'date',
          'score',
          'snippet',
          'thread',
          'attachments',
        ]);
      }
      for (const problem of [answer['problems']].flat())
        expect(shape(problem)).toEqual(['at', 'length', 'message']);
    }
    const [line] = (await run('search', '--format', 'jsonl', 'escrow')).stdout.split('\n');
    const [hit] = [
      json(await run('search', '--format', 'json', '--sort', 'newest', 'escrow'))['hits'],
    ].flat();
    expect(JSON.parse(line ?? '')).toEqual(hit);
  });

  it('counts values for people and programs, and has no place for them in a stream', async () => {
    const answer = json(
      await run('search', '--format', 'json', 'scythe', '--facet', 'from:1', '--facet', 'year'),
    );
    expect(answer['facets']).toMatchObject({
      from: [{ value: 'ann@example.org', count: expect.any(Number), label: 'Ann Archer' }],
      year: [{ value: '2020', count: answer['total'] }],
    });
    const text = (await run('search', 'scythe', '--facet', 'from:1', '--facet=mime', '--limit', '1')).stdout;
    expect(text).toMatch(
      /\n\nfrom\n {2}\d {2}Ann Archer <ann@example\.org>\n\nmime\n {2}\d {2}text\/plain\n\n\d matches/,
    );
    expect(await run('search', 'nothingness', '--facet', 'list')).toMatchObject({
      status: 1,
      stdout: expect.stringContaining('list\n  none\n'),
    });
    for (const [args, told] of [
      [['--facet', 'form'], 'Did you mean "from"?'],
      [['--facet', 'from:5000'], 'at most 1000'],
      [['--facet', 'from', '--format', 'ids'], '--facet has no place in the format ids'],
    ] as const)
      expect(await run('search', 'scythe', ...args)).toMatchObject({
        status: 2,
        stderr: expect.stringContaining(told),
      });
  });

  it('joins its words, without quotes of its own', async () => {
    expect(await ids('scythe', 'NOT', 'escrow', '--sort', 'oldest')).toEqual([
      'g1@example.org',
      'g2@example.org',
    ]);
    expect(await ids('the blade')).toEqual(await ids('the', 'blade'));
    expect(await ids('"the blade"')).toEqual(['g2@example.org']);
    expect(await ids('--', '-compost', 'thermometer')).toEqual([]);
    expect(await ids('--', 'scythe', '-escrow', '-blade')).toEqual(['g1@example.org']);
  });

  it.each<[string[], string[]]>([
    [['*'], ['b1', 'both', 'g3', 'g2', 'g1']],
    [
      ['*', '--sort', 'oldest'],
      ['g1', 'g2', 'g3', 'both', 'b1'],
    ],
    [
      ['*', '--sort', 'newest', '-n', '2'],
      ['b1', 'both'],
    ],
    [
      ['*', '--sort', 'newest', '-n', '2', '--offset', '3'],
      ['g2', 'g1'],
    ],
    [
      ['--archive', 'board'],
      ['b1', 'both'],
    ],
    [
      ['--archive', 'board', '--archive', 'garden', 'scythe', '--sort', 'oldest'],
      ['g1', 'g2', 'b1'],
    ],
    [
      ['scythe', '--as', 'public', '--sort', 'oldest'],
      ['g1', 'g2'],
    ],
    [['escrow', '--as', 'ann'], ['b1']],
    [['escrow', '--as', 'public'], []],
    [['from:bob@example.com'], ['g2']],
    [
      ['compost OR quince', '--sort', 'newest'],
      ['both', 'g3'],
    ],
    [['(scythe OR compost) date:2020-01-03..'], ['b1', 'g3']],
    [['thermo*'], ['g3']],
  ])('%j', async (argv, expected) => {
    const { status, stdout } = await run('search', '--format', 'ids', ...argv);
    expect(stdout).toBe(expected.map((id) => `${id}@example.org\n`).join(''));
    expect(status).toBe(expected.length > 0 ? 0 : 1);
  });

  it('goes on behind a cursor', async () => {
    const first = json(await run('search', '*', '--sort', 'newest', '-n', '3', '--format', 'json'));
    expect(first).toMatchObject({ total: 5, next: expect.any(String) });
    const rest = await ids('*', '--sort', 'newest', '--after', String(first['next']));
    expect(rest).toEqual(['g2@example.org', 'g1@example.org']);
    const other = await run('search', 'scythe', '--sort', 'newest', '--after', String(first['next']));
    expect(other.status).toBe(2);
  });

  it('shows no other archive to whom it is closed', async () => {
    const answer = json(await run('search', 'quince', '--as', 'public', '--format', 'json'));
    expect(answer).toMatchObject({ total: 1, hits: [{ archives: ['garden'], score: null }] });
    expect(JSON.stringify(answer)).not.toContain('board');
  });

  it('one hit a line, each an object', async () => {
    const { stdout } = await run('search', 'scythe', '--format', 'jsonl');
    const hits = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(hits).toHaveLength(3);
    expect(hits).toEqual(expect.arrayContaining([expect.objectContaining({ messageId: 'b1@example.org' })]));
  });

  it('tells on stderr what it could not understand, and refuses it with --strict', async () => {
    const told = await run('search', 'sbuject:compost');
    expect(told.stderr).toMatch(/^note: at 1, "sbuject:compost": .*Did you mean "subject:"/u);
    expect((await run('search', '--strict', 'sbuject:compost')).status).toBe(2);
  });

  it('without highlighting there is no snippet', async () => {
    expect(json(await run('search', 'escrow', '--highlight', 'off', '--format', 'json'))).toMatchObject({
      hits: [{ snippet: null }],
    });
  });

  it.each<[string[], number, RegExp]>([
    [['search', 'nothingness'], 1, /^$/u],
    [['search', 'x', '-u', 'defualt'], 2, /no connection "defualt".*Did you mean "default"/u],
    [['search', 'x', '--archive', 'gardn'], 2, /no archive "gardn".*Did you mean "garden"/u],
    [['search', 'x', '--as', 'an'], 2, /"an".*Did you mean "ann"/u],
    [['search', 'x', '--offset', '20000'], 2, /--after/u],
    [['search', 'x', '--after', 'nonsense'], 2, /cursor/iu],
    [['update_index', 'gardn'], 2, /no archive "gardn".*Did you mean "garden"/u],
    [['rebuild_index', '-u', 'defualt'], 2, /no connection "defualt"/u],
  ])('%j ends with %i', async (argv, status, stderr) => {
    const ended = await run(...argv);
    expect(ended.stderr).toMatch(stderr);
    expect(ended.status).toBe(status);
  });

  it('ends quietly when nobody reads on', async () => {
    const ended = await hayrick(['search', '*', '--format', 'jsonl'], {
      cwd: site.folder,
      onStdout: (child) => child.stdout?.destroy(),
    });
    expect(ended.stderr).toBe('');
    expect(ended.status).toBe(0);
  });
});

describe('count', () => {
  it.each<[string[], string, number]>([
    [[], '5', 0],
    [['scythe'], '3', 0],
    [['--archive', 'board'], '2', 0],
    [['--as', 'public'], '4', 0],
    [['nothingness'], '0', 1],
  ])('%j', async (argv, expected, status) => {
    expect(await run('count', ...argv)).toEqual({ status, stdout: `${expected}\n`, stderr: '' });
  });

  it('answers programs', async () => {
    expect(json(await run('count', 'scythe', '--format', 'json'))).toMatchObject({
      format: 1,
      query: 'scythe',
      count: 3,
    });
  });
});

describe('explain', () => {
  it('tells how a query was read and what each part matches', async () => {
    const { status, stdout } = await run('explain', 'scythe', 'whetstone');
    expect(status).toBe(0);
    expect(stdout).toMatch(/Read as[\s\S]*Normal form[\s\S]*Given to the engine[\s\S]*Parts/u);
    expect(json(await run('explain', 'scythe', '--format', 'json'))).toMatchObject({
      format: 1,
      query: 'scythe',
    });
  });

  it('tells why a message matches, or not', async () => {
    const yes = await run('explain', 'scythe', '--for', '<g1@example.org>');
    expect(yes.stdout).toMatch(/matches/u);
    expect(yes.status).toBe(0);
    const no = await run('explain', 'scythe', '--for', 'g3@example.org');
    expect(no.stdout).toMatch(/does not match/u);
    expect(no.status).toBe(1);
  });

  it('shows no numbers to anyone but all', async () => {
    const answer = json(await run('explain', 'scythe', '--as', 'public', '--format', 'json'));
    expect(answer).toMatchObject({ engine: null, examined: null });
    for (const part of [answer['parts']].flat()) expect(part).toMatchObject({ matches: null });
    expect((await run('explain', 'scythe', '--as', 'public')).stdout).not.toMatch(/Given|Examined|MATCH/u);
    expect((await run('explain', 'scythe')).stdout).toMatch(/Examined +3 candidates/u);
  });
});

describe('show', () => {
  it('shows a message, with brackets and without, by id too', async () => {
    const { stdout, status } = await run('show', '<g2@example.org>');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /From +Bob <bob@example\.com>\n[\s\S]*Subject +Re: Scythes in spring\n[\s\S]*\n\nThe blade is blunt\.\n/u,
    );
    const answer = json(await run('show', 'g2@example.org', '--format', 'json'));
    const [message] = [answer['messages']].flat();
    expect(message).toMatchObject({ messageId: 'g2@example.org', archives: ['garden'] });
    const id = typeof message === 'object' && message !== null && 'id' in message ? String(message.id) : '';
    expect((await run('show', id)).stdout).toBe(stdout);
  });

  it('gives the raw bytes as they lie in the source', async () => {
    const { stdout } = await run('show', 'g3@example.org', '--format', 'raw');
    expect(stdout.trimEnd()).toBe(
      mailText({
        id: 'g3@example.org',
        subject: 'Compost',
        date: 'Fri, 3 Jan 2020 10:00:00 +0000',
        text: 'The heap is warm, says the thermometer.',
      }).trimEnd(),
    );
  });

  it('answers alike for what is not there and what may not be read', async () => {
    const gone = await run('show', 'gone@example.org', '--as', 'public');
    const closed = await run('show', 'b1@example.org', '--as', 'public');
    expect(gone.status).toBe(1);
    expect(closed).toEqual({ ...gone, stderr: gone.stderr.replace('gone@', 'b1@') });
  });

  it('shows all that bear one Message-ID', async () => {
    const twice = makeSite();
    try {
      twice.write(
        'm.mbox',
        mbox([
          { id: 'x@example.org', text: 'one' },
          { id: 'x@example.org', text: 'two' },
        ]),
      );
      twice.settings({ m: { paths: ['m.mbox'] } });
      await hayrick(['update_index'], { cwd: twice.folder });
      const { stdout } = await hayrick(['show', 'x@example.org'], { cwd: twice.folder });
      expect(stdout).toMatch(/\none\n/u);
      expect(stdout).toMatch(/\ntwo\n/u);
    } finally {
      twice.remove();
    }
  });
});
