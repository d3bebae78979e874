import iconv from 'iconv-lite';
import { describe, expect, it } from 'vitest';
import { toUtf8 } from './charset.ts';

const read = (bytes: Buffer, charset: string): readonly [string, string | null] => {
  const { bytes: out, problem } = toUtf8(bytes, charset);
  return [out.toString('utf8'), problem?.code ?? null];
};

describe('toUtf8', () => {
  it.each([
    ['windows-1252', [0x93, 0x80, 0xfc], '“€ü'],
    ['iso-8859-1', [0xfc], 'ü'],
    ['ISO-8859-15', [0xa4], '€'],
    ['koi8-r', [0xd2, 0xd5], 'ру'],
    ['gb2312', [0xc4, 0xe3], '你'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30], '\x80'],
    ['big5', [0xa4, 0xa4], '中'],
    ['shift_jis', [0x83, 0x65], 'テ'],
    ['cp932', [0x83, 0x65], 'テ'],
    ['euc-jp', [0xa5, 0xc6], 'テ'],
    ['ks_c_5601-1987', [0xb0, 0xa1], '가'],
    ['cp437', [0x81], 'ü'],
    ['cp850', [0x81], 'ü'],
    ['macintosh', [0x9f], 'ü'],
  ])('reads %s', (charset, bytes, expected) => {
    expect(read(Buffer.from(bytes), charset)).toEqual([expected, null]);
  });

  it.each([
    ['iso-2022-jp', '\x1b$B%F\x1b(B', 'テ'],
    ['iso-2022-kr', '\x1b$)C\x0e0!\x0fa', '가a'],
    ['hz-gb-2312', 'a~{Dc~}b~~', 'a你b~'],
    ['utf-7', 'Gr+APwA3w-e', 'Grüße'],
  ])('reads the seven bits of %s', (charset, text, expected) => {
    expect(read(Buffer.from(text, 'latin1'), charset)).toEqual([expected, null]);
  });

  it('keeps ASCII and UTF-8 without a copy', () => {
    const ascii = Buffer.from('plain');
    const utf8 = Buffer.from('Grüße');
    expect(toUtf8(ascii, 'iso-8859-1').bytes).toBe(ascii);
    expect(toUtf8(ascii, 'x-unknown').bytes).toBe(ascii);
    expect(toUtf8(utf8, 'utf-8').bytes).toBe(utf8);
    expect(toUtf8(utf8, '').bytes).toBe(utf8);
  });

  it.each([
    ['', 'Grüße', 'utf8', 'Grüße', null],
    ['', 'Grüße', 'latin1', 'Grüße', 'charset-undeclared'],
    ['us-ascii', 'Grüße', 'utf8', 'Grüße', 'charset-contradicted'],
    ['us-ascii', 'Grüße', 'latin1', 'Grüße', 'charset-contradicted'],
    ['utf-8', 'Grüße', 'latin1', 'Grüße', 'charset-contradicted'],
    ['x-unknown', 'Grüße', 'utf8', 'Grüße', 'charset-unknown'],
    ['x-unknown', 'Grüße', 'latin1', 'Grüße', 'charset-unknown'],
  ] as const)('charset %j over %s as %s', (charset, text, encoding, expected, problem) => {
    expect(read(Buffer.from(text, encoding), charset)).toEqual([expected, problem]);
  });

  it('leaves UTF-8 with one broken sequence UTF-8', () => {
    const bytes = Buffer.concat([Buffer.from('Grüße, '), Buffer.from([0xc3]), Buffer.from(' an alle: öäü')]);
    expect(read(bytes, 'utf-8')).toEqual(['Grüße, \ufffd an alle: öäü', 'charset-contradicted']);
  });

  it('drops a byte order mark', () => expect(read(Buffer.from('\ufeffä'), 'utf-8')).toEqual(['ä', null]));

  it('knows the charsets that only iconv-lite has', () => {
    for (const label of ['cp437', 'cp850', 'utf-7', 'tcvn']) expect(iconv.encodingExists(label)).toBe(true);
  });
});
