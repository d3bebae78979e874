import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseDates, parseDate } from './dates.ts';

const seconds = (iso: string): number => Date.parse(iso) / 1000;

describe('parseDate', () => {
  it.each([
    ['Mon, 3 Feb 2020 10:00:00 +0100', '2020-02-03T09:00:00Z'],
    ['Mon, 03 Feb 2020 10:00:00 -0530 (IST)', '2020-02-03T15:30:00Z'],
    ['3 Feb 2020 10:00 GMT', '2020-02-03T10:00:00Z'],
    ['Mon, 3 February 2020 10:00:00 EST', '2020-02-03T15:00:00Z'],
    ['Monday, 03-Feb-20 10:00:00 UTC', '2020-02-03T10:00:00Z'],
    ['3 Feb 99 10:00:00 PDT', '1999-02-03T17:00:00Z'],
    ['3 Feb 49 10:00:00 Z', '2049-02-03T10:00:00Z'],
    ['Mon, 3 Feb 120 10:00:00 +0000', '2020-02-03T10:00:00Z'],
    ['Sun, 25 Aug 0102 03:37:45 +1100', '2002-08-24T16:37:45Z'],
    ['Mon Feb  3 10:00:00 2020', '2020-02-03T10:00:00Z'],
    ['Mon Feb  3 10:00:00 CET 2020', '2020-02-03T09:00:00Z'],
    ['2020-02-03T10:00:00Z', '2020-02-03T10:00:00Z'],
    ['2020-02-03 10:00:00.123 +0200', '2020-02-03T08:00:00Z'],
    ['Mon, 3 Feb 2020 10:00:00 PM +0000', '2020-02-03T22:00:00Z'],
    ['Mon, 3 Feb 2020 12:00 am +0000', '2020-02-03T00:00:00Z'],
    ['(a comment) Mon, (another (nested)) 3 Feb 2020 10:00:00 +0000', '2020-02-03T10:00:00Z'],
    ['Fri, 21 Nov 1997 09(comment):   55  :  06 -0600', '1997-11-21T15:55:06Z'],
    ['Mon, 3 Feb 2020 10:00:00 GMT+1', '2020-02-03T09:00:00Z'],
    ['Mon, 3 Feb 2020 10:00:00 +01:00', '2020-02-03T09:00:00Z'],
    ['Mon, 3 Feb 2020 10.00.00 +0000', '2020-02-03T10:00:00Z'],
    ['Sat, 31 Dec 2016 23:59:60 +0000', '2017-01-01T00:00:00Z'],
    ['29 Feb 2020 00:00:00 +0000', '2020-02-29T00:00:00Z'],
    ['Mon, 3 Feb 2020', '2020-02-03T00:00:00Z'],
  ])('reads %s', (text, iso) => {
    expect(parseDate(text)?.seconds).toBe(seconds(iso));
  });

  it.each([
    '',
    'yesterday',
    '31 Feb 2020 10:00:00 +0000',
    '29 Feb 2019 10:00:00 +0000',
    '29 Feb 1900 10:00:00 +0000',
    'Mon, 3 Feb 2020 25:00:00 +0000',
    'Mon, 3 Feb 2020 10:61:00 +0000',
    '0 Feb 2020 10:00:00 +0000',
    '3 Foo 2020 10:00:00 +0000',
    '2020-13-03T10:00:00Z',
    '3 Feb 1066 10:00:00 +0000',
    '12/11/2010',
    '1580724000',
  ])('answers null for %j', (text) => {
    expect(parseDate(text)).toBeNull();
  });

  it.each([
    ['Mon, 3 Feb 2020 10:00:00', false],
    ['Mon, 3 Feb 2020 10:00:00 XYZT', false],
    ['Mon, 3 Feb 2020 10:00:00 +9999', false],
    ['Mon, 3 Feb 2020 10:00:00 A', true],
    ['Mon, 3 Feb 2020 10:00:00 -0000', true],
  ])('takes %s for UTC', (text, zoneKnown) => {
    expect(parseDate(text)).toEqual({ seconds: seconds('2020-02-03T10:00:00Z'), zoneKnown });
  });

  it('reads every date that is written in the usual form', () => {
    fc.assert(
      fc.property(fc.integer({ min: -2_208_988_800, max: 4_102_444_799 }), (time) => {
        const text = new Date(time * 1000).toUTCString().replace('GMT', '+0000');
        expect(parseDate(text)).toEqual({ seconds: time, zoneKnown: true });
      }),
    );
  });
});

describe('chooseDates', () => {
  const day = 86_400;
  it.each([
    [
      'all agree',
      { dateHeader: 1000, receivedHeader: 1010, placeDate: 1020 },
      { date: 1000, received: 1010 },
    ],
    [
      'no Received',
      { dateHeader: 1000, receivedHeader: null, placeDate: 1020 },
      { date: 1000, received: 1020 },
    ],
    [
      'only Date',
      { dateHeader: 1000, receivedHeader: null, placeDate: null },
      { date: 1000, received: 1000 },
    ],
    ['no Date', { dateHeader: null, receivedHeader: 1010, placeDate: 1020 }, { date: 1010, received: 1010 }],
    [
      'a day ahead',
      { dateHeader: 1010 + day, receivedHeader: 1010, placeDate: null },
      { date: 1010 + day, received: 1010 },
    ],
    [
      'more than a day ahead',
      { dateHeader: 1011 + day, receivedHeader: 1010, placeDate: null },
      { date: 1010, received: 1010 },
    ],
    [
      'before 1970',
      { dateHeader: -1, receivedHeader: 1010, placeDate: null },
      { date: 1010, received: 1010 },
    ],
    [
      'before 1970 and nothing else',
      { dateHeader: -1, receivedHeader: null, placeDate: null },
      { date: 0, received: 0 },
    ],
    ['nothing', { dateHeader: null, receivedHeader: null, placeDate: null }, { date: 0, received: 0 }],
  ])('%s', (_, sources, expected) => {
    expect(chooseDates(sources)).toEqual(expected);
  });
});
