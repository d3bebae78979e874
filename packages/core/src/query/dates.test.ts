import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nowIn, type Unit, unitAround, unitsBefore } from './calendar.ts';
import { readAge } from './date-words.ts';
import { readDate, readDateRange } from './dates.ts';

/** Wednesday, 2020-03-18T13:45:30Z. */
const NOW = Date.UTC(2020, 2, 18, 13, 45, 30) / 1000;
const UTC = { now: NOW, timeZone: 'UTC' };

function iso(seconds: number | null | undefined): string | null {
  return seconds === null || seconds === undefined
    ? null
    : new Date(seconds * 1000).toISOString().slice(0, 19);
}

describe('readDate', () => {
  it.each([
    ['2020', '2020-01-01T00:00:00', '2020-12-31T23:59:59'],
    ['2020-03', '2020-03-01T00:00:00', '2020-03-31T23:59:59'],
    ['2020-2', '2020-02-01T00:00:00', '2020-02-29T23:59:59'],
    ['2020/03', '2020-03-01T00:00:00', '2020-03-31T23:59:59'],
    ['2020-03-05', '2020-03-05T00:00:00', '2020-03-05T23:59:59'],
    ['2020/3/5', '2020-03-05T00:00:00', '2020-03-05T23:59:59'],
    ['20200305', '2020-03-05T00:00:00', '2020-03-05T23:59:59'],
    ['20200305103015', '2020-03-05T10:30:15', '2020-03-05T10:30:15'],
    ['2020-03-05T10', '2020-03-05T10:00:00', '2020-03-05T10:59:59'],
    ['2020-03-05T10:30', '2020-03-05T10:30:00', '2020-03-05T10:30:59'],
    ['2020-03-05 10:30:15', '2020-03-05T10:30:15', '2020-03-05T10:30:15'],
    ['2020-03-05T10:30Z', '2020-03-05T10:30:00', '2020-03-05T10:30:59'],
    ['2020-03-05T10:30:15.25+02:00', '2020-03-05T08:30:15', '2020-03-05T08:30:15'],
    ['2020-03-05t10:30:15-0500', '2020-03-05T15:30:15', '2020-03-05T15:30:15'],
    ['@1583366400', '2020-03-05T00:00:00', '2020-03-05T00:00:00'],
    ['@0', '1970-01-01T00:00:00', '1970-01-01T00:00:00'],
    ['now', '2020-03-18T13:45:30', '2020-03-18T13:45:30'],
    ['today', '2020-03-18T00:00:00', '2020-03-18T23:59:59'],
    ['Yesterday', '2020-03-17T00:00:00', '2020-03-17T23:59:59'],
    ['tomorrow', '2020-03-19T00:00:00', '2020-03-19T23:59:59'],
    ['this week', '2020-03-16T00:00:00', '2020-03-22T23:59:59'],
    ['last week', '2020-03-09T00:00:00', '2020-03-15T23:59:59'],
    ['last_month', '2020-02-01T00:00:00', '2020-02-29T23:59:59'],
    ['this month', '2020-03-01T00:00:00', '2020-03-31T23:59:59'],
    ['last year', '2019-01-01T00:00:00', '2019-12-31T23:59:59'],
    ['next month', '2020-04-01T00:00:00', '2020-04-30T23:59:59'],
    ['3 weeks ago', '2020-02-26T00:00:00', '2020-02-26T23:59:59'],
    ['3.weeks.ago', '2020-02-26T00:00:00', '2020-02-26T23:59:59'],
    ['three weeks ago', '2020-02-26T00:00:00', '2020-02-26T23:59:59'],
    ['a year ago', '2019-03-18T00:00:00', '2019-03-18T23:59:59'],
    ['1 year ago', '2019-03-18T00:00:00', '2019-03-18T23:59:59'],
    ['2 months ago', '2020-01-18T00:00:00', '2020-01-18T23:59:59'],
    ['2 hours ago', '2020-03-18T11:00:00', '2020-03-18T11:59:59'],
    ['an hour ago', '2020-03-18T12:00:00', '2020-03-18T12:59:59'],
    ['10.minutes.ago', '2020-03-18T13:35:00', '2020-03-18T13:35:59'],
    ['5d', '2020-03-13T00:00:00', '2020-03-13T23:59:59'],
    ['last 3 days', '2020-03-15T13:45:30', '2020-03-18T13:45:30'],
    ['1 year 2 months ago', '2019-01-18T00:00:00', '2019-01-18T23:59:59'],
    ['january', '2020-01-01T00:00:00', '2020-01-31T23:59:59'],
    ['mar', '2020-03-01T00:00:00', '2020-03-31T23:59:59'],
    ['april', '2019-04-01T00:00:00', '2019-04-30T23:59:59'],
    ['Feb 2019', '2019-02-01T00:00:00', '2019-02-28T23:59:59'],
    ['february.2016', '2016-02-01T00:00:00', '2016-02-29T23:59:59'],
    ['2016 feb', '2016-02-01T00:00:00', '2016-02-29T23:59:59'],
    ['wednesday', '2020-03-18T00:00:00', '2020-03-18T23:59:59'],
    ['thursday', '2020-03-12T00:00:00', '2020-03-12T23:59:59'],
    ['tue', '2020-03-17T00:00:00', '2020-03-17T23:59:59'],
    ['last monday', '2020-03-16T00:00:00', '2020-03-16T23:59:59'],
    ['5 may 2019', '2019-05-05T00:00:00', '2019-05-05T23:59:59'],
    ['may 5, 2019', '2019-05-05T00:00:00', '2019-05-05T23:59:59'],
    ['jan 5', '2020-01-05T00:00:00', '2020-01-05T23:59:59'],
    ['5 dec', '2019-12-05T00:00:00', '2019-12-05T23:59:59'],
    ['5 may 2019 10:30', '2019-05-05T10:30:00', '2019-05-05T10:30:59'],
    ['5pm yesterday', '2020-03-17T17:00:00', '2020-03-17T17:00:59'],
    ['Sat, 1 Feb 2020 10:00:00 -0500', '2020-02-01T15:00:00', '2020-02-01T15:00:00'],
  ])('reads %j as %s to %s', (text, from, to) => {
    const span = readDate(text, UTC);
    expect([iso(span?.from), iso(span?.to)]).toEqual([from, to]);
  });

  it.each([
    '',
    '.',
    'foo',
    '2020-13',
    '2020-02-30',
    '2020-00',
    '20201301',
    '10',
    '0050',
    '99999',
    '2020-03-05T25',
    '@',
    '@-1',
    '@x',
  ])('takes %j for no date', (text) => expect(readDate(text, UTC)).toBeNull());

  it.each([
    'foo yesterday',
    'yesterday foo',
    '999999 years ago',
    'constructor',
    'valueOf ago',
    'a'.repeat(4000),
    '1 '.repeat(2000),
  ])('takes words such as %j for no date', (text) => expect(readDate(text, UTC)).toBeNull());

  it.each([
    ['2020-03-05', 'Asia/Tokyo', '2020-03-04T15:00:00', '2020-03-05T14:59:59'],
    ['today', 'Asia/Tokyo', '2020-03-17T15:00:00', '2020-03-18T14:59:59'],
    ['today', '-11:00', '2020-03-18T11:00:00', '2020-03-19T10:59:59'],
    ['2020', 'America/New_York', '2020-01-01T05:00:00', '2021-01-01T04:59:59'],
    // Clocks go forward: a day of 23 hours.
    ['2020-03-08', 'America/New_York', '2020-03-08T05:00:00', '2020-03-09T03:59:59'],
    // And back: 25.
    ['2020-10-25', 'Europe/Berlin', '2020-10-24T22:00:00', '2020-10-25T22:59:59'],
    // A day that begins at one o'clock.
    ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00', '2018-11-05T01:59:59'],
    ['2020-03-05T10', 'Asia/Kolkata', '2020-03-05T04:30:00', '2020-03-05T05:29:59'],
    ['5 may 2019 10:30', 'Asia/Tokyo', '2019-05-05T01:30:00', '2019-05-05T01:30:59'],
    ['5pm yesterday', 'America/New_York', '2020-03-17T21:00:00', '2020-03-17T21:00:59'],
    ['last monday', 'Pacific/Auckland', '2020-03-15T11:00:00', '2020-03-16T10:59:59'],
    ['@1583366400', 'Asia/Tokyo', '2020-03-05T00:00:00', '2020-03-05T00:00:00'],
  ])('reads %j in %s as %s to %s', (text, timeZone, from, to) => {
    const span = readDate(text, { now: NOW, timeZone });
    expect([iso(span?.from), iso(span?.to)]).toEqual([from, to]);
  });

  it.each(['Asia/Tokyo', 'America/New_York', 'UTC'])('does not ask the machine for its zone (%s)', (zone) => {
    const before = process.env['TZ'];
    try {
      process.env['TZ'] = zone;
      for (const text of [
        '2020-03',
        'last monday',
        '5 may 2019 10:30',
        'jan 5',
        '5pm yesterday',
        '2 hours ago',
      ]) {
        const there = readDate(text, { now: NOW, timeZone: 'Europe/Berlin' });
        process.env['TZ'] = 'UTC';
        expect([text, there]).toEqual([text, readDate(text, { now: NOW, timeZone: 'Europe/Berlin' })]);
        process.env['TZ'] = zone;
      }
    } finally {
      if (before === undefined) delete process.env['TZ'];
      else process.env['TZ'] = before;
    }
  });

  it('refuses a zone nobody knows', () => {
    expect(() => readDate('today', { now: NOW, timeZone: 'Mars/Olympus' })).toThrow(
      expect.objectContaining({ code: 'ARGUMENT_INVALID', message: expect.stringContaining('Mars/Olympus') }),
    );
  });
});

describe('readDateRange', () => {
  it.each([
    ['2020', '2020-01-01T00:00:00', '2020-12-31T23:59:59'],
    ['2020-03..2020-06', '2020-03-01T00:00:00', '2020-06-30T23:59:59'],
    ['..2019', null, '2019-12-31T23:59:59'],
    ['2019..', '2019-01-01T00:00:00', null],
    ['3 weeks ago..', '2020-02-26T00:00:00', null],
    ['3.weeks.ago..', '2020-02-26T00:00:00', null],
    ['3.weeks.ago..1.week.ago', '2020-02-26T00:00:00', '2020-03-11T23:59:59'],
    ['2019..last month', '2019-01-01T00:00:00', '2020-02-29T23:59:59'],
    ['@0..@99', '1970-01-01T00:00:00', '1970-01-01T00:01:39'],
    ['2020 .. 2021', '2020-01-01T00:00:00', '2021-12-31T23:59:59'],
  ])('reads %j as %s to %s', (text, from, to) => {
    const range = readDateRange(text, UTC);
    expect([iso(range?.from), iso(range?.to)]).toEqual([from, to]);
  });

  it.each(['..', ' .. ', 'foo..', '2020..foo', '2020...2021', '2019..2020..2021'])(
    'takes %j for none',
    (text) => expect(readDateRange(text, UTC)).toBeNull(),
  );
});

describe('readAge', () => {
  it.each([
    ['12h', '2020-03-18T01:45:30'],
    ['3d', '2020-03-15T13:45:30'],
    ['2w', '2020-03-04T13:45:30'],
    ['1m', '2020-02-18T13:45:30'],
    ['1y', '2019-03-18T13:45:30'],
    ['1Y', '2019-03-18T13:45:30'],
    ['0d', '2020-03-18T13:45:30'],
    ['13m', '2019-02-18T13:45:30'],
  ])('%s ago was %s', (text, moment) => expect(iso(readAge(text, UTC))).toBe(moment));

  it.each(['', '1', 'y', '1x', '-1d', '1.5d', '1 day', '9999999y', '999999y'])(
    'takes %j for no age',
    (text) => expect(readAge(text, UTC)).toBeNull(),
  );
});

describe('laws', () => {
  const zone = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'America/Sao_Paulo',
    'Asia/Kolkata',
    'Pacific/Apia',
    '+05:45',
  );
  const moment = fc.integer({ min: 0, max: 2_000_000_000 });
  const unit = fc.constantFrom<Unit[]>('year', 'month', 'week', 'day', 'hour', 'minute', 'second');

  it('a moment lies in its own unit, and units follow one another without a gap', () => {
    fc.assert(
      fc.property(moment, zone, unit, (now, timeZone, name) => {
        const span = unitAround(nowIn({ now, timeZone }), name);
        expect(span).not.toBeNull();
        if (span === null) return;
        expect(span.from).toBeLessThanOrEqual(now);
        expect(span.to).toBeGreaterThanOrEqual(now);
        expect(unitAround(nowIn({ now: span.from, timeZone }), name)).toEqual(span);
        expect(unitAround(nowIn({ now: span.to, timeZone }), name)).toEqual(span);
        expect(unitAround(nowIn({ now: span.to + 1, timeZone }), name)?.from).toBe(span.to + 1);
      }),
      { numRuns: 500 },
    );
  });

  it('older and newer part the time between them', () => {
    fc.assert(
      fc.property(moment, zone, fc.integer({ min: 0, max: 500 }), (now, timeZone, count) => {
        const before = unitsBefore(nowIn({ now, timeZone }), count, 'day');
        expect(before && Math.floor(before.getTime() / 1000)).toBe(readAge(`${count}d`, { now, timeZone }));
      }),
    );
  });

  it('a range that ends before it begins is none', () => {
    expect(readDate('mon-may', { now: 0, timeZone: 'UTC' })).toBeNull();
  });

  it('any text is a date or none, and a date is whole seconds in order', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc
        .array(
          fc.constantFrom(
            '1',
            '20',
            '2020',
            ' ',
            '-',
            '/',
            ':',
            '.',
            'T',
            '@',
            'ago',
            'week',
            'last',
            'may',
            'mon',
            'pm',
            'Z',
          ),
          { maxLength: 8 },
        )
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, moment, zone, (typed, now, timeZone) => {
        const span = readDate(typed, { now, timeZone });
        if (span === null) return;
        expect(Number.isSafeInteger(span.from) && Number.isSafeInteger(span.to)).toBe(true);
        expect(span.from).toBeLessThanOrEqual(span.to);
      }),
      { numRuns: 2000 },
    );
  });
});
