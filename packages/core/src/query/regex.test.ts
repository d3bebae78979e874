import { describe, expect, it } from 'vitest';
import { parseQuery } from './parse.ts';
import { readRegex } from './regex.ts';
import { resolveQuery } from './resolve.ts';

function matches(pattern: string, value: string): boolean {
  const regex = readRegex(pattern);
  if (regex.kind === 'problem') throw new Error(regex.reason);
  return regex.matches(value);
}

it.each<[pattern: string, value: string, matches: boolean]>([
  ['ext[34]', '[PATCH] EXT4: fix', true],
  ['^ext', '[PATCH] ext4', false],
  ['fix$', 'ext4: fix', true],
  ['', 'anything', true],
  // In either case beyond ASCII, and however accents are written.
  ['привет', 'ПРИВЕТ, мир', true],
  ['café', 'cafe\u0301', true],
  ['cafe\u0301$', 'CAFÉ', true],
  ['\\p{Greek}+', 'λόγος', true],
  ['(?-i)ext', 'EXT', false],
  ['a.c', 'a\nc', false],
  ['(?s)a.c', 'a\nc', true],
  ['[[:digit:]]{2}', 'v12', true],
  ['\\Qa.b\\E', 'axb', false],
  ['(?P<name>x)', 'x', true],
])('/%s/ in %j: %s', (pattern, value, expected) => {
  expect(matches(pattern, value)).toBe(expected);
});

describe('a pattern outside of the dialect is a problem with its reason', () => {
  it.each<[pattern: string, reason: RegExp]>([
    ['(a)\\1', /refers back/],
    ['(?=a)b', /looks ahead or behind/],
    ['(?!a)b', /looks ahead or behind/],
    ['(?<=a)b', /looks ahead or behind/],
    ['(?<!a)b', /looks ahead or behind/],
    ['(?>a)b', /atomic/],
    ['(a', /missing closing \)/],
    ['a)', /unexpected \)/],
    ['a**', /nested repetition operator at "\*\*"/],
    ['[z-a]', /range/],
    ['a{2000}', /repeat count/],
    ['((a{100}){100}){10}', /repeat count/],
    ['.{1000}'.repeat(20), /too large/],
    ['(?:abcdefghij){1,1000}'.repeat(100), /too large/],
    ['('.repeat(1500) + ')'.repeat(1500), /nests too deeply/],
    ['\\', /./],
  ])('/%s/', (pattern, reason) => {
    expect(readRegex(pattern)).toMatchObject({ kind: 'problem', reason: expect.stringMatching(reason) });
  });

  it('and what was typed is searched as text', () => {
    const typed = 'x subject:/(?=ab)/';
    const { condition, problems } = resolveQuery(parseQuery(typed).query, {
      fields: [],
      archives: [],
      now: 0,
      timeZone: 'UTC',
    });
    expect(problems).toEqual([
      expect.objectContaining({
        at: 2,
        length: 16,
        message: expect.stringContaining('"/(?=ab)/" cannot be read'),
      }),
    ]);
    const text = {
      kind: 'phrase',
      items: [
        { kind: 'token', token: 'subject' },
        { kind: 'token', token: 'ab' },
      ],
    };
    expect(condition).toMatchObject({ kind: 'and', of: [{ kind: 'phrase' }, text] });
  });
});

it('takes no longer for what costs others exponential time', () => {
  expect(matches('(a+)+$', `${'a'.repeat(50_000)}b`)).toBe(false);
  expect(matches('(x+x+)+y', 'x'.repeat(50_000))).toBe(false);
});
