import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLine } from './encoded-word.ts';

describe('decodeLine', () => {
  it.each([
    ['plain', 'plain'],
    ['=?utf-8?Q?Gr=C3=BC=C3=9Fe?=', 'Grüße'],
    ['=?UTF-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?q?Gr=fc=DFe_an_alle?=', 'Grüße an alle'],
    ['a =?utf-8?q?b?= c', 'a b c'],
    ['=?utf-8?q?one?= =?utf-8?q?two?=', 'onetwo'],
    ['=?utf-8?q?one?=  =?iso-8859-1?b?/A==?=', 'oneü'],
    ['=?utf-8?B?w7w=?= =?utf-8?B?w7w=?=', 'üü'],
    // A character split over two words.
    ['=?utf-8?Q?=C3?= =?utf-8?Q?=BC?=', 'ü'],
    ['=?utf-8?B?5Lg=?= =?utf-8?B?rQ==?=', '中'],
    ['=?iso-2022-jp?B?GyRCJUYbKEI=?= =?iso-2022-jp?B?GyRCJTkbKEI=?=', 'テス'],
    ['=?utf-8*en?Q?lang?=', 'lang'],
    ['=?utf-8?Q?blanks in it?=', 'blanks in it'],
    ['=?utf-8?Q?what??=', 'what?'],
    ['=?gb2312?B?xOO6ww==?=', '你好'],
    ['=?x-unknown?Q?caf=E9?=', 'café'],
    ['=?us-ascii?Q?caf=C3=A9?=', 'café'],
    ['=?utf-8?Q?never closed', '=?utf-8?Q?never closed'],
    ['=?utf-8?X?unknown?=', '=?utf-8?X?unknown?='],
    ['=?utf-8?Q?one =?utf-8?Q?two?=', '=?utf-8?Q?one two'],
    ['=?=?=', '=?=?='],
    ['=?utf-8?Q??=', ''],
    ['=?utf-8?B?Zm9v=?=', 'foo'],
    ['=?utf-8?Q?a=0Ab=00c?=', 'a b c'],
    ['  a \t b\n', 'a b'],
  ])('%j gives %j', (value, expected) => {
    expect(decodeLine(value)).toBe(expected);
  });

  it('brings any text back from words cut anywhere between its bytes', () => {
    const text = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .filter((value) => !/[\x00-\x20\x7f]/.test(value) && !/\s/.test(value));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 7 }), fc.boolean(), (value, size, isB) => {
        const bytes = Buffer.from(value, 'utf8');
        const words: string[] = [];
        for (let at = 0; at < bytes.length; at += size) {
          const piece = bytes.subarray(at, at + size);
          words.push(
            isB
              ? `=?utf-8?B?${piece.toString('base64')}?=`
              : `=?utf-8?Q?${piece.toString('hex').replace(/../g, '=$&')}?=`,
          );
        }
        expect(decodeLine(words.join(' '))).toBe(
          Buffer.from(value)
            .toString('utf8')
            .replace(/^\ufeff/, ''),
        );
      }),
    );
  });

  it.each(['=?a?Q?', '=?', '=?utf-8?B?', '?='])('is done with many of %s', (piece) => {
    expect(decodeLine(piece.repeat(40_000)).length).toBeGreaterThan(0);
  });
});
