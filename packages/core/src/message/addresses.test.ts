import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAddresses } from './addresses.ts';

describe('parseAddresses', () => {
  it.each<readonly [string, readonly (readonly [name: string, address: string])[]]>([
    ['ann@example.org', [['', 'ann@example.org']]],
    ['Ann Lee <ann@example.org>', [['Ann Lee', 'ann@example.org']]],
    [
      '"Lee, Ann" <ann@example.org>, bob@example.org',
      [
        ['Lee, Ann', 'ann@example.org'],
        ['', 'bob@example.org'],
      ],
    ],
    ['ann@example.org (Ann Lee)', [['Ann Lee', 'ann@example.org']]],
    [
      '(a (nested) comment) ann@example.org',
      [['a (nested) comment', 'ann@example.org']].map(([n, a]) => [n ?? '', a ?? ''] as const),
    ],
    [
      'Friends: ann@example.org, Bob <bob@example.org>;, eve@example.org',
      [
        ['', 'ann@example.org'],
        ['Bob', 'bob@example.org'],
        ['', 'eve@example.org'],
      ],
    ],
    ['undisclosed-recipients:;', []],
    ['<Undisclosed-Recipient:;>', []],
    ['Ann <@relay.example,@other.example:ann@example.org>', [['Ann', 'ann@example.org']]],
    ['ann @ example . org', [['', 'ann@example.org']]],
    ['Ann < ann @ example . org >', [['Ann', 'ann@example.org']]],
    ['Pete(A nice chap) <pete(his account)@silly.test(his host)>', [['Pete', 'pete@silly.test']]],
    ['"odd @ part"@example.org', [['', '"odd @ part"@example.org']]],
    ['=?utf-8?q?J=C3=BCrgen?= <j@example.org>', [['Jürgen', 'j@example.org']]],
    ['"=?utf-8?q?J=C3=BCrgen?=" <j@example.org>', [['Jürgen', 'j@example.org']]],
    ['=?utf-8?q?Lee=2C_Ann?= <ann@example.org>', [['Lee, Ann', 'ann@example.org']]],
    ['=?utf-8?b?QW5uIDxhbm5AZXhhbXBsZS5vcmc+?=', [['Ann', 'ann@example.org']]],
    [
      ',, ann@example.org ,; bob@example.org,',
      [
        ['', 'ann@example.org'],
        ['', 'bob@example.org'],
      ],
    ],
    [
      'Ann <ann@example.org> Bob <bob@example.org>',
      [
        ['Ann', 'ann@example.org'],
        ['Bob', 'bob@example.org'],
      ],
    ],
    ['Ann <ann@example.org', [['Ann', 'ann@example.org']]],
    [
      '"Ann <ann@example.org>, Bob <bob@example.org>',
      [
        ['Ann', 'ann@example.org'],
        ['Bob', 'bob@example.org'],
      ],
    ],
    ["'ann@example.org'", [['', 'ann@example.org']]],
    ["'Ann' <mailto:ann@example.org>", [['Ann', 'ann@example.org']]],
    ['root', [['', 'root']]],
    ['Nobody At All', [['Nobody At All', '']]],
    [
      'Undisclosed Recipients <undisclosed recipients@example.org>',
      [['Undisclosed Recipients', 'recipients@example.org']],
    ],
    ['ann@example.org <>', [['', 'ann@example.org']]],
    ['', []],
    ['<>', []],
  ])('reads %s', (value, expected) => {
    expect(parseAddresses(value).addresses.map(({ name, address }) => [name, address])).toEqual(expected);
  });

  it('keeps what it wrote: names in quotes come back', () => {
    const name = fc
      .string({ unit: fc.constantFrom(...'abc ,;<>@()') })
      .map((text) => text.replace(/\s+/g, ' ').trim());
    fc.assert(
      fc.property(name, (text) => {
        const { addresses } = parseAddresses(`"${text}" <ann@example.org>`);
        expect(addresses).toEqual([{ name: text, address: 'ann@example.org' }]);
      }),
    );
  });

  it.each([
    ['quotes and escapes', '"\\'.repeat(60_000)],
    ['openings', '<"\\",'.repeat(40_000)],
    ['comments', '('.repeat(200_000)],
    ['at signs', '@'.repeat(200_000)],
  ])('is done with a quarter of a megabyte of %s', (_, value) => {
    expect(parseAddresses(value).addresses.length).toBeLessThanOrEqual(10_000);
  });

  it('stops at the limit and says so', () => {
    const { addresses, cut } = parseAddresses('a@b,'.repeat(10_001));
    expect(addresses).toHaveLength(10_000);
    expect(cut).toBe(true);
  });
});
