import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, SettingsInput, Site, UpdateOptions } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { checkSums } from './check-sums.ts';

/** The clock of these sites: noon of 10 March 2020. Messages are named by the day of March on which they arrived, at noon. */
const NOW = Date.UTC(2020, 2, 10, 12);
const DAYS = [1, 5, 9, 10];
const TWO: SettingsInput = {
  dataDir: 'data',
  archives: { a: { paths: ['a.mbox'] }, b: { paths: ['b.mbox'] } },
  connections: { default: { engine: 'sqlite' }, second: { engine: 'sqlite' } },
};

let directory: string;
let site: Site;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-windows-'));
  write('a', DAYS);
  write('b', []);
  site = await openSiteAt(TWO, directory, { now: () => NOW });
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, days: readonly number[], kind = 'day'): void {
  const mails = days.map((day) => ({
    id: `${kind}${day}@example.org`,
    // Long before it arrived.
    date: '1 Jan 2020 10:00:00 +0000',
    headers: [`Received: by mx.example.org; ${day} Mar 2020 12:00:00 +0000`],
  }));
  writeFileSync(join(directory, `${name}.mbox`), mbox(mails));
}

async function update(options: UpdateOptions = {}): Promise<Report> {
  const report = await site.update({ workers: 1, ...options });
  checkSums(report);
  expect(report.failures).toEqual([]);
  return report;
}

async function days(using = 'default'): Promise<string[]> {
  const found: string[] = [];
  for await (const { messageId } of site.stream('*', { using }))
    found.push(messageId.replace('@example.org', ''));
  return found.sort();
}

describe('dates', () => {
  const WINDOWS: readonly (readonly [string, UpdateOptions, readonly number[]])[] = [
    ['age', { age: 48 }, [9, 10]],
    ['age in parts of hours', { age: 24.5 }, [9, 10]],
    ['minutes', { minutes: 10 }, [10]],
    ['start', { start: '2020-03-05' }, [5, 9, 10]],
    ['start with a time', { start: '2020-03-05 12:00:01' }, [9, 10]],
    ['end', { end: '2020-03-05' }, [1, 5]],
    ['end of a month', { end: '2020-02' }, []],
    ['start and end', { start: '2020-03-02', end: '2020-03-09' }, [5, 9]],
    ['words', { start: 'yesterday', end: 'yesterday' }, [9]],
    ['age and end', { age: 200, end: '2020-03-09' }, [5, 9]],
  ];
  it.each(WINDOWS)('%s', async (_, options, expected) => {
    const report = await update(options);
    expect(report.totals).toMatchObject({
      read: 4,
      indexed: expected.length,
      skipped: 4 - expected.length,
    });
    expect(report.connections['default']).toMatchObject({ documents: expected.length });
    expect(await days()).toEqual(expected.map((day) => `day${day}`).sort());
    // What was left out is pending, and the next plain update indexes it without reading it as news.
    expect((await site.info())[0]?.lag).toBe(4 - expected.length);
    const plain = await update();
    expect(plain.totals).toMatchObject({ read: 4, indexed: 4 - expected.length, skipped: 0 });
    expect(await days()).toEqual(['day1', 'day10', 'day5', 'day9']);
    expect(await days('second')).toEqual(['day1', 'day10', 'day5', 'day9']);
    expect((await update()).totals).toMatchObject({ indexed: 0, unchanged: 4 });
  });

  it('in another time zone', async () => {
    await site.close();
    site = await openSiteAt({ ...TWO, search: { timeZone: 'Pacific/Kiritimati' } }, directory, {
      now: () => NOW,
    });
    // There it is 14 hours later: what arrived at noon arrived on the day after.
    await update({ start: '2020-03-10' });
    expect(await days()).toEqual(['day10', 'day9']);
  });

  const WRONG: readonly (readonly [string, UpdateOptions, RegExp])[] = [
    ['no date', { start: 'soon-ish' }, /--start: "soon-ish" is no date/],
    ['no day', { end: '2020-02-31' }, /--end: "2020-02-31" is no date/],
    ['two beginnings', { age: 1, start: '2020' }, /--age and --start exclude one another/],
    ['two others', { age: 1, minutes: 1 }, /--age and --minutes exclude one another/],
    ['an end before the start', { start: '2021', end: '2020' }, /ends before it begins/],
    ['a negative age', { age: -1 }, /--age must be a number/],
  ];
  it.each(WRONG)('%s is wrong', async (_, options, message) => {
    const refused = expect.objectContaining({
      code: 'ARGUMENT_INVALID',
      message: expect.stringMatching(message),
    });
    await expect(site.update(options)).rejects.toEqual(refused);
    await expect(site.plan(options)).rejects.toEqual(refused);
    expect((await site.info())[0]?.live).toBe(null);
  });
});

describe('what dates leave out', () => {
  it('is not lost behind what is indexed later, over several runs', async () => {
    await update({ start: '2020-03-09' });
    write('b', [2, 8], 'other');
    const second = await update({ start: '2020-03-08' });
    expect(second.archives).toMatchObject({
      a: { indexed: 0, skipped: 2, unchanged: 2 },
      b: { indexed: 1, skipped: 1 },
    });
    expect(await days()).toEqual(['day10', 'day9', 'other8']);
    const third = await update({ archives: ['b'], end: '2020-03-01' });
    expect(third).toMatchObject({ archives: { b: { skipped: 1, unchanged: 1 } } });
    expect(await days()).toEqual(['day1', 'day10', 'day9', 'other8']);
    expect((await update()).totals).toMatchObject({ indexed: 2, skipped: 0 });
    expect(await days()).toEqual(['day1', 'day10', 'day5', 'day9', 'other2', 'other8']);
  });

  it('waits in each connection for its own', async () => {
    await update({ using: ['default'], start: '2020-03-09' });
    await update({ using: ['second'], end: '2020-03-05' });
    expect(await days()).toEqual(['day10', 'day9']);
    expect(await days('second')).toEqual(['day1', 'day5']);
    await update();
    expect(await days()).toEqual(await days('second'));
    expect(await days()).toHaveLength(4);
  });

  it('holds back no removal', async () => {
    await update();
    write('a', [1, 5]);
    const report = await update({ remove: true, end: '2020-02' });
    expect(report).toMatchObject({ totals: { removed: 4 }, connections: { default: { removed: 2 } } });
    expect(await days()).toEqual(['day1', 'day5']);
  });

  it('is in a rebuild', async () => {
    await update({ end: '2020-03-01' });
    expect((await site.rebuild({ workers: 1 })).totals).toMatchObject({ indexed: 4, skipped: 0 });
    expect(await days()).toHaveLength(4);
  });
});

it('an archive that is not in the settings is an error, in a plan too', async () => {
  const unknown = {
    code: 'ARCHIVE_UNKNOWN',
    message: expect.stringMatching(/no archive "aa".*Did you mean "a"/),
  };
  await expect(site.update({ archives: ['aa'] })).rejects.toMatchObject(unknown);
  await expect(site.plan({ archives: ['aa'] })).rejects.toMatchObject(unknown);
});
