import { describe, expect, it } from 'vitest';
import { headerValue, headerValues, readHeaderBlock } from './header-block.ts';
import type { MessageProblem } from './message.ts';

function read(text: string): {
  readonly value: (name: string) => string | null;
  readonly all: (name: string) => readonly string[];
  readonly body: string;
  readonly codes: string[];
} {
  const problems: MessageProblem[] = [];
  const latin1 = Buffer.from(text, 'utf8').toString('latin1');
  const block = readHeaderBlock(latin1, 0, latin1.length, problems);
  return {
    value: (name) => headerValue(block, name),
    all: (name) => headerValues(block, name),
    body: Buffer.from(latin1.slice(block.bodyStart), 'latin1').toString('utf8'),
    codes: problems.map((problem) => problem.code),
  };
}

describe('readHeaderBlock', () => {
  it('unfolds, collapses blanks and compares names without case', () => {
    const header = read('SUBJECT:  a\n\t b\n   c  \nX: y\nSubject: second\n\nbody');
    expect(header.value('subject')).toBe('a b c');
    expect(header.all('subject')).toEqual(['a b c', 'second']);
    expect(header.value('x')).toBe('y');
    expect(header.value('subj')).toBeNull();
    expect(header.body).toBe('body');
    expect(header.codes).toEqual([]);
  });

  it.each([
    ['UTF-8', 'Subject: Grüße\n\n', 'Grüße'],
    ['blanks before the colon', 'Subject  : a\n\n', 'a'],
    ['an empty value', 'Subject:\n\n', ''],
    ['an empty value that goes on', 'Subject:\n a\n\n', 'a'],
    ['NUL and other control characters', 'Subject: a\0b\x07c\n\n', 'a b c'],
    ['no end', 'Subject: a', 'a'],
  ])('reads a value with %s', (_, text, expected) => expect(read(text).value('subject')).toBe(expected));

  it('reads bytes that are no UTF-8 as Windows-1252', () => {
    const text = 'Subject: Gr\xfc\xdfe\n\n';
    expect(headerValue(readHeaderBlock(text, 0, text.length, []), 'subject')).toBe('Grüße');
  });

  it.each<readonly [string, string, string | null, string, readonly string[]]>([
    ['a garbled line between fields', 'X: 1\n)garbage(\nSubject: a\n\nbody', 'a', 'body', ['header-garbled']],
    [
      'several garbled lines before a known name',
      'X: 1\n)a(\n)b(\n)c(\nSubject: a\n\nbody',
      'a',
      'body',
      ['header-garbled'],
    ],
    [
      'no empty line before the body',
      'Subject: a\nHello there,\nthis is text\n',
      'a',
      'Hello there,\nthis is text\n',
      ['header-unended'],
    ],
    [
      'no header at all',
      'Hello there,\nthis is text\n',
      null,
      'Hello there,\nthis is text\n',
      ['header-missing'],
    ],
    ['a boundary behind the header', 'Subject: a\n--b:c\nX: y\n', 'a', '--b:c\nX: y\n', []],
    [
      'a separator line',
      'From ann@example.org Mon Feb  3 10:00:00 2020\nSubject: a\n\nbody',
      'a',
      'body',
      [],
    ],
    ['an escaped separator line', '>From ann@example.org\nSubject: a\n\nbody', 'a', 'body', []],
    ['an indented first line', ' Subject: a\nX: y\n\nbody', 'a', 'body', ['header-indented']],
    ['an empty text', '', null, '', []],
    ['a body only', '\nbody', null, 'body', []],
  ])('accepts %s', (_, text, subject, body, codes) => {
    const header = read(text);
    expect(header.value('subject')).toBe(subject);
    expect(header.body).toBe(body);
    expect(header.codes).toEqual(codes);
  });

  it('ends at a line of blanks if no header line follows it', () => {
    expect(read('Subject: a\n  \nHello you\n').body).toBe('Hello you\n');
    expect(read('Subject: a\n \nTo: b\n\nbody').value('to')).toBe('b');
  });

  it('cuts what is longer than the limits', () => {
    const many = read(`${'X: y\n'.repeat(10_001)}Subject: a\n\nbody`);
    expect(many.codes).toEqual(['header-cut']);
    expect(many.all('x')).toHaveLength(10_000);
    expect(many.body).toBe('body');
    expect(read(`Subject: ${'a'.repeat(300_000)}\n\n`).value('subject')?.length).toBeLessThanOrEqual(
      256 * 1024,
    );
  });
});
