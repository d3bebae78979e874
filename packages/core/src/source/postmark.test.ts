import { describe, expect, it } from 'vitest';
import { isLoosePostmark, parsePostmark } from './postmark.ts';

const at = (iso: string) => Date.parse(iso) / 1000;

describe('parsePostmark', () => {
  it.each([
    ['mboxrd@z Wed Jan  1 10:08:38 2020', '2020-01-01T10:08:38Z'],
    ['mboxrd@z Wed Jan 01 10:08:38 2020', '2020-01-01T10:08:38Z'],
    ['ann@example.org  Wed Jan  1 10:08 2020', '2020-01-01T10:08:00Z'],
    ['ann at example.org  Wed Jan  1 10:08:38 2020', '2020-01-01T10:08:38Z'],
    ['"ann b" <ann@example.org> Wed Jan 1 10:08:38 2020', '2020-01-01T10:08:38Z'],
    ['MAILER-DAEMON Fri Apr 06 16:46:09 2001', '2001-04-06T16:46:09Z'],
    ['- Fri Jun  9 23:17:56 2000', '2000-06-09T23:17:56Z'],
    ['user@domain Fri Feb 22 23:00:00 2008 +0200', '2008-02-22T21:00:00Z'],
    ['user@domain Fri Feb 22 23:00:00 +0200 2008', '2008-02-22T21:00:00Z'],
    ['user@domain Fri Feb 22 23:00:00 2008 -0130', '2008-02-23T00:30:00Z'],
    ['user@domain Fri Feb 22 23:00:00 EST 2008', '2008-02-23T04:00:00Z'],
    ['user@domain Fri Feb 22 23:00:00 GMT 2008', '2008-02-22T23:00:00Z'],
    ['user@domain Fri Feb 22 23:00:00 MET DST 2008', '2008-02-22T23:00:00Z'],
    ['user@domain Fri Feb 22 23:00:00 2008 +0200 (EET)', '2008-02-22T21:00:00Z'],
    ['daemon@orphan.example Sun, 11 Nov 2007 06:58:35 +0200', '2007-11-11T04:58:35Z'],
    ['uucp Fri Feb 22 23:00:00 2008 remote from decvax', '2008-02-22T23:00:00Z'],
    ['x\tFri Feb 22 23:00:60 2008', '2008-02-22T23:01:00Z'],
    ['x fri feb 22 23:00:00 2008  ', '2008-02-22T23:00:00Z'],
    ['Fri Feb 22 23:00:00 2008', '2008-02-22T23:00:00Z'],
    ['ann@example.org Feb 22 23:00:00 2008', '2008-02-22T23:00:00Z'],
    ['ann@example.org 22 Feb 2008 23:00:00 +0200', '2008-02-22T21:00:00Z'],
    ['ann@example.org Fri Feb 22 2008 23:00:00', '2008-02-22T23:00:00Z'],
    ['ann@example.org Friday, February 22, 2008 11:00 PM', '2008-02-22T23:00:00Z'],
    ['ann@example.org Fri, 22 Feb 08 12:00:01 am EST', '2008-02-22T05:00:01Z'],
    ['ann@example.org Tue Feb 22 23:00:00 100', '2000-02-22T23:00:00Z'],
    ['ann@example.org Tue Feb 22 23:00:00 19100', '2000-02-22T23:00:00Z'],
    ['ann at example.org 2008-02-22 23:00:00', '2008-02-22T23:00:00Z'],
    ['- 2008-02-22T23:00:00.123+01:00', '2008-02-22T22:00:00Z'],
    ['MAILER-DAEMON 2008-02-22T23:00Z', '2008-02-22T23:00:00Z'],
  ])('reads the date of "%s"', (rest, iso) => {
    expect(parsePostmark(rest)).toEqual({ date: at(iso) });
  });

  it.each([
    ['the epoch', 'nobody Thu Jan  1 00:00:00 1970'],
    ['the epoch in another zone', 'nobody Thu Jan  1 00:00:00 1970 -0800'],
    ['a time before the epoch', 'nobody Wed Dec 31 23:00:00 1969'],
    ['a day that the month has not', 'nobody Mon Feb 30 23:00:00 2009'],
  ])('knows %s for no date', (_, rest) => {
    expect(parsePostmark(rest)).toEqual({ date: null });
  });

  it.each([
    '',
    'here on, things get better',
    'Monday to Friday we are open',
    'ann@example.org',
    'ann Wed Jan  1 2020',
    'ann Wed Jan  1 10:08:38',
    'ann Wed Jan  1 10:08:38 2020 I was away',
    'ann Wed Foo  1 10:08:38 2020',
    'ann Wed Jan  0 10:08:38 2020',
    'ann Wed Jan 32 10:08:38 2020',
    'ann Wed Jan  1 24:08:38 2020',
    'ann Wed Jan  1 10:60:38 2020',
    'ann Wed Jan  1 10:08:61 2020',
    'ann Wed, 1 Jan 2020 10:08:38 2020',
    'annWed Jan  1 10:08:38 2020',
    'ann Jan  1 10:08:38 2020',
    'ann@example.org on 1 Jan 2020 10:08',
    'ann@example.org 1 Jan 2020',
    'ann@example.org 10:08 2020',
    'ann@example.org Jan 1 10:08 20200',
    'ann@example.org Jan 41 10:08 2020',
    'ann@example.org Jan 1 10:08 2020 10:08',
    'ann@example.org 2020-13-01 10:08',
    'ann@example.org: 1 Jan 2020 10:08 she wrote',
  ])('takes "%s" for text', (rest) => {
    expect(parsePostmark(rest)).toBeNull();
  });
});

describe('isLoosePostmark', () => {
  it.each([
    ['ann@example.org', true],
    [' ann', true],
    ['', false],
    ['  ', false],
    [': Ann <ann@example.org>', false],
    ['  : Ann', false],
  ])('%j: %s', (rest, expected) => {
    expect(isLoosePostmark(rest)).toBe(expected);
  });
});
