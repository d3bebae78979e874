import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withLfLineEnds } from './line-ends.ts';
import { decodeTransfer, transferEncoding } from './transfer.ts';

const decoded = (text: string, encoding: Parameters<typeof decodeTransfer>[1]): string =>
  decodeTransfer(Buffer.from(text, 'latin1'), encoding).toString('latin1');

describe('quoted-printable', () => {
  it.each([
    ['a=3Db', 'a=b'],
    ['soft=\nbreak', 'softbreak'],
    ['soft= \t\nbreak', 'softbreak'],
    ['lower=c3=bc', 'lower\xc3\xbc'],
    ['lone = sign', 'lone = sign'],
    ['=ZZ and =4', '=ZZ and =4'],
    ['ends with =', 'ends with '],
    ['ends with =4', 'ends with =4'],
    ['nothing', 'nothing'],
  ])('%j is %j', (text, expected) => expect(decoded(text, 'quoted-printable')).toBe(expected));

  it('brings any bytes back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = [...bytes]
          .map((byte) => `=${byte.toString(16).padStart(2, '0').toUpperCase()}`)
          .join('');
        expect(decodeTransfer(Buffer.from(text), 'quoted-printable')).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('answers the same buffer where nothing is encoded', () => {
    const bytes = Buffer.from('plain');
    expect(decodeTransfer(bytes, 'quoted-printable')).toBe(bytes);
  });
});

describe('base64', () => {
  it.each([
    ['Zm9vYmFy', 'foobar'],
    ['Zm9v\nYmFy\n', 'foobar'],
    ['Zm9vYg', 'foob'],
    ['Zm9vYg==', 'foob'],
    ['Zg==\nZg==\n', 'ff'],
    ['Zm9*v!YmFy', 'foobar'],
    ['Zm9v\n\n_______________\nlist mailing list\nhttp://example.org/list\n', 'foo'],
    ['plain words under a wrong label\nand some more\n', 'plain words under a wrong label\nand some more\n'],
    ['', ''],
  ])('%j is %j', (text, expected) => expect(decoded(text, 'base64')).toBe(expected));

  it('brings any bytes back, however its lines are cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), fc.integer({ min: 4, max: 80 }), (bytes, width) => {
        const text = Buffer.from(bytes)
          .toString('base64')
          .replace(new RegExp(`.{${width}}`, 'g'), '$&\n');
        expect(decodeTransfer(Buffer.from(text), 'base64')).toEqual(Buffer.from(bytes));
      }),
    );
  });
});

describe('uuencode', () => {
  it.each([
    ['begin 644 a.txt\n#0V%T\n`\nend\n', 'Cat'],
    ['begin 644 a.txt\n#0V%T\n', 'Cat'],
    ['#0V%T\n', 'Cat'],
    ['words before\nbegin 644 a\n#0V%T\nend\nwords behind\n', 'Cat'],
  ])('%j is %j', (text, expected) => expect(decoded(text, 'uuencode')).toBe(expected));
});

it.each([
  ['BASE64', 'base64', true],
  ['"quoted-printable"; x=y', 'quoted-printable', true],
  ['8bits', 'identity', false],
  [null, 'identity', true],
  ['x-uuencode', 'uuencode', true],
] as const)('Content-Transfer-Encoding %s is %s', (value, encoding, known) => {
  expect(transferEncoding(value)).toMatchObject({ encoding, known });
});

describe('withLfLineEnds', () => {
  it.each([
    ['a\r\nb\r\n', 'a\nb\n'],
    ['a\rb\r', 'a\nb\n'],
    ['a\r\r\nb', 'a\nb'],
    ['a\r\rb', 'a\n\nb'],
    ['a\n\r\nb', 'a\n\nb'],
    ['a\r', 'a\n'],
  ])('%j becomes %j', (text, expected) =>
    expect(withLfLineEnds(Buffer.from(text)).toString()).toBe(expected),
  );

  it('answers the same buffer where no CR is', () => {
    const bytes = Buffer.from('a\nb\n');
    expect(withLfLineEnds(bytes)).toBe(bytes);
  });
});
