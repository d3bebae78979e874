import type { Hit, Progress, Report } from '@hayrick/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memoryIo } from '../../testing/memory-io.ts';
import { makeContext } from '../context.ts';
import { cleanLine, cleanText } from './clean.ts';
import { hitText, printAnswer } from './hits.ts';
import { bytesText, dateText, millisecondsText, plural, secondsText } from './numbers.ts';
import { paint } from './paint.ts';
import { showProgress } from './progress.ts';
import { printReport } from './report.ts';
import { printPlan } from './update-plan.ts';

const FLAGS = { modulepath: [], verbosity: 1, color: true, traceback: false } as const;

const HIT: Hit = {
  id: '0'.repeat(32),
  messageId: 'a@example.org',
  archives: ['ext4', 'staff'],
  subject: 'A \u202Ejournal\u001B[31m\n question ',
  from: [{ name: 'Ann\u0007', address: 'ann@example.org' }],
  date: '2020-01-31T23:30:00Z',
  score: 1.5,
  snippet: [
    { text: '… the ', match: false },
    { text: 'journal', match: true },
    { text: ' is full\tof ', match: false },
  ],
  thread: { id: 'a', size: 12, position: 3 },
  attachments: ['a.patch'],
};

describe('clean', () => {
  it.each([
    ['plain text', 'plain text'],
    ['a\u001B]0;title\u0007b', 'a\uFFFD]0;title\uFFFDb'],
    ['a\r\n b\tc', 'a  b c'],
    ['\u202Etxt.exe\u2066x\u2069', '\uFFFDtxt.exe\uFFFDx\uFFFD'],
    ['\u009B31m', '\uFFFD31m'],
    ['שלום\u200F 漢字 e\u0301', 'שלום\u200F 漢字 e\u0301'],
    ['\uD83D half', '\uFFFD half'],
  ])('%j on one line is %j', (text, expected) => expect(cleanLine(text)).toBe(expected));

  it('keeps line breaks and tabs of longer text', () => {
    expect(cleanText('a\r\nb\tc\u0000\rd\u2028e')).toBe('a\nb\tc\uFFFD\nd\ne');
  });

  it('leaves nothing that steers a terminal', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(cleanLine(text)).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
        expect(cleanText(text).replace(/[\n\t]/gu, '')).not.toMatch(/[\p{Cc}\u202A-\u202E\u2066-\u2069]/u);
      }),
    );
  });
});

describe('numbers', () => {
  it.each([
    [plural(1, 'match', 'matches'), '1 match'],
    [plural(42_700, 'message'), '42,700 messages'],
    [bytesText(512), '512 bytes'],
    [bytesText(3.1 * 1024 * 1024), '3.1 MiB'],
    [bytesText(300 * 1024), '300 KiB'],
    [secondsText(0.414), '0.41 s'],
    [secondsText(125), '2 min 5 s'],
    [millisecondsText(3.14), '3.1 ms'],
    [dateText('2020-01-31T23:30:00Z', 'UTC'), '2020-01-31 23:30'],
    [dateText('2020-01-31T23:30:00Z', 'Europe/Berlin'), '2020-02-01 00:30'],
    [dateText('nonsense', 'UTC'), 'nonsense'],
  ])('%s', (text, expected) => expect(text).toBe(expected));
});

describe('hits', () => {
  it('are a few calm lines, without what a stranger could do to a terminal', () => {
    expect(hitText(HIT, paint(false), 'UTC')).toBe(
      [
        '2020-01-31 23:30  Ann\uFFFD  ext4, staff  3 of 12',
        '  A \uFFFDjournal\uFFFD[31m  question',
        '  … the *journal* is full of',
        '  + a.patch',
        '  <a@example.org>',
        '',
      ].join('\n'),
    );
  });

  it('tell how many messages of the thread match, where there are several', () => {
    const matched = (count: number) =>
      hitText({ ...HIT, thread: { ...HIT.thread, matched: count } }, paint(false), 'UTC');
    expect(matched(1)).toContain('  3 of 12\n');
    expect(matched(5)).toContain('  3 of 12, 5 match\n');
  });

  it('are marked by colour where there is colour', () => {
    expect(hitText(HIT, paint(true), 'UTC')).toContain('\u001B[1m\u001B[33mjournal');
  });

  it('stand without what is missing', () => {
    const thread = { id: 'a', size: 1, position: 1 };
    const bare = { ...HIT, thread, subject: ' ', from: [], snippet: null, attachments: [], archives: [] };
    expect(hitText(bare, paint(false), 'UTC')).toBe(
      '2020-01-31 23:30  (no sender)\n  (no subject)\n  <a@example.org>\n',
    );
  });

  it.each<[object, number, string]>([
    [{ total: 0, hits: [] }, 0, 'No matches (3.1 ms)'],
    [{ total: 1, hits: [HIT] }, 0, '1 match (3.1 ms)'],
    [
      { total: 30, hits: [HIT, HIT], next: 'c' },
      0,
      '30 matches, 1 to 2 shown, best first (3.1 ms). More: --offset 2',
    ],
    [
      { total: 30, hits: [HIT], sort: 'newest', next: 'c' },
      4,
      '30 matches, 5 to 5 shown, newest first (3.1 ms). More: --offset 5',
    ],
    [{ total: 30, totalThreads: 2, hits: [HIT, HIT] }, 0, '30 matches in 2 threads (3.1 ms)'],
    [
      { total: 30, totalThreads: 9, hits: [HIT] },
      4,
      '30 matches in 9 threads, 5 to 5 shown, best first (3.1 ms). More: --offset 5',
    ],
    [
      { total: 30, totalThreads: 9, hits: [HIT], sort: 'oldest' },
      8,
      '30 matches in 9 threads, 9 to 9 shown, oldest first (3.1 ms)',
    ],
    [{ total: 30, hits: [] }, 40, '30 matches, none behind the first 40 (3.1 ms)'],
    [
      { total: 10_000, totalRelation: 'gte', hits: [HIT], next: null },
      0,
      'at least 10,000 matches, 1 to 1 shown, best first (3.1 ms)',
    ],
  ])('end with total and time: %#', async (answer, offset, expected) => {
    const io = memoryIo([]);
    const base = {
      query: 'q',
      connection: 'default',
      sort: 'relevance',
      total: 0,
      totalRelation: 'eq',
      tookMs: 3.14,
      hits: [],
      facets: {},
      next: null,
      problems: [],
    } as const;
    await printAnswer(makeContext(io, FLAGS), { ...base, ...answer }, { offset, timeZone: 'UTC' });
    expect(io.out().trimEnd().split('\n').at(-1)).toBe(expected);
  });
});

describe('report', () => {
  const counts = {
    read: 5,
    indexed: 2,
    unchanged: 1,
    duplicates: 1,
    copies: 1,
    crossposts: 0,
    skipped: 0,
    quarantined: 1,
    sameMessageId: 0,
  };
  const report: Report = {
    totals: {
      ...counts,
      bytes: 2048,
      seconds: 0.5,
      messagesPerSecond: 10,
      removed: 0,
      cutTokens: 7,
      cutMessages: 1,
      peakMemoryBytes: 1024 ** 2,
    },
    reads: { filesOpened: 1, bytesRead: 100, messagesParsed: 3 },
    settings: [],
    archives: {
      a: counts,
      b: { ...counts, read: 0, indexed: 0, unchanged: 0, duplicates: 0, quarantined: 0 },
    },
    connections: {
      default: { added: 2, updated: 0, removed: 0, documents: 3, generation: '1', quarantined: 0 },
    },
    problems: [],
    failures: [],
  };

  it('says in words what came of it', async () => {
    const io = memoryIo([]);
    await printReport(makeContext(io, FLAGS), report);
    expect(io.out().split('\n')).toEqual([
      '5 messages read: 2 indexed, 1 unchanged, 1 duplicate, 1 quarantined.',
      '  a: 5 messages read: 2 indexed, 1 unchanged, 1 duplicate, 1 quarantined.',
      '  b: 0 messages read.',
      '  -> default: 3 documents (2 added, 0 updated, 0 removed)  generation 1',
      '  cut: 7 words of 1 very long message not indexed',
      '  2.0 KiB in 0.50 s, 10 messages/s, at most 1.0 MiB of memory',
      '',
    ]);
    expect(io.err()).toContain('quarantine list');
  });

  it('says so where there was nothing to do', async () => {
    const io = memoryIo([]);
    const totals = { ...report.totals, indexed: 0, unchanged: 4, quarantined: 0 };
    await printReport(makeContext(io, FLAGS), { ...report, totals });
    expect(io.out()).toMatch(/^5 messages read: 4 unchanged, 1 duplicate\. Nothing new\.\n/u);
    expect(io.err()).toBe('');
  });
});

describe('progress', () => {
  const at = (done: number, phase: Progress['phase'] = 'scan'): Progress => ({
    phase,
    done,
    total: 4096,
    messages: done,
  });

  it('is a line every five seconds where there is no terminal, and none at verbosity 0', async () => {
    let now = 0;
    const io = memoryIo([], { now: () => now });
    const progress = showProgress(makeContext(io, FLAGS));
    for (const second of [0, 4, 5, 6, 11, 16]) {
      now = second * 1000;
      progress.show(at(second * 100, second > 6 ? 'index' : 'scan'));
    }
    await progress.end();
    expect(io.err()).toBe(
      [
        'Reading: 500 messages (500 bytes of 4.0 KiB), 100/s, 36.0 s left, at most 100 MiB\n',
        'Indexing: 1,100 messages (1,100 of 4,096), at most 100 MiB\n',
        'Indexing: 1,600 messages (1,600 of 4,096), 100/s, 25.0 s left, at most 100 MiB\n',
      ].join(''),
    );
    const quiet = memoryIo([], { now: () => now });
    showProgress(makeContext(quiet, { ...FLAGS, verbosity: 0 })).show(at(1));
    expect(quiet.err()).toBe('');
  });

  it('is a bar on a terminal', async () => {
    const shown: string[] = [];
    let now = 0;
    const io = {
      ...memoryIo([], { terminal: true, now: () => now }),
      openBar: async () => ({
        show: (part: number, text: string) => shown.push(`${part} ${text}`),
        end: () => shown.push('end'),
      }),
    };
    const progress = showProgress(makeContext(io, FLAGS));
    progress.show(at(1024));
    now = 2000;
    progress.show(at(2048));
    await progress.end();
    expect(shown).toEqual([
      '0.25 Reading: 1,024 messages, at most 100 MiB',
      '0.5 Reading: 2,048 messages, 512/s, at most 100 MiB',
      'end',
    ]);
  });
});

describe('plan', () => {
  it('names some files of an archive and counts the others', async () => {
    const io = memoryIo([]);
    const file = (n: number) => ({ path: `/mail/${n}\u001b.eml`, why: 'new', bytes: 2048 }) as const;
    const files = Array.from({ length: 60 }, (_, n) => file(n));
    await printPlan(makeContext(io, FLAGS), {
      settings: [],
      archives: {
        many: { files, bytes: 60 * 2048, gone: ['/mail/gone.mbox'] },
        idle: { files: [], bytes: 0, gone: [] },
      },
      connections: { default: { generation: 'g1', pending: 1200, removals: 1, skipped: 3 } },
      lost: 1,
      problems: [],
      failures: [],
    });
    const lines = io.out().trimEnd().split('\n');
    expect(lines[0]).toBe('many: 60 files to read, 120 KiB');
    expect(lines[1]).toMatch(/^ {2}new +\/mail\/0\S*\.eml {2}2\.0 KiB$/u);
    expect(lines[1]).not.toContain('\u001b');
    expect(lines.slice(50)).toEqual([
      expect.stringContaining('/mail/49'),
      '  and 11 more',
      'idle: nothing to read',
      '  -> default: 1,200 pending, 3 left out by their dates, 1 removal pending',
      '  1 message gone from the sources, dropped by --remove',
    ]);
  });
});
