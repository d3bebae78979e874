import { describe, expect, it } from 'vitest';
import { readCases, STATED_FIELDS } from './cases.ts';
import { holdsSequence, rendered, stated } from './values.ts';

const cases = readCases();

describe('the hand-written cases', () => {
  it('are at least 60 that state every text field', () => {
    const full = cases.filter(({ expected }) => STATED_FIELDS.every((field) => field in expected.tokens));
    expect(full.length).toBeGreaterThanOrEqual(60);
  });

  it('each say why', () => {
    expect(cases.filter(({ expected }) => expected.why.trim() === '').map((c) => c.name)).toEqual([]);
  });

  it('state tokens that tokens can be: NFC, 64 code points at most, letters, marks, digits, private use', () => {
    const wrong = cases.flatMap(({ name, expected }) =>
      [...Object.values(expected.tokens), ...Object.values(expected.holds ?? {}), expected.anywhere ?? []]
        .flat()
        .flatMap((value) => value.split(' '))
        .filter((token) => token !== '~' && !isToken(token))
        .map((token) => `${name}: ${token}`),
    );
    expect(wrong).toEqual([]);
  });
});

describe('rendered', () => {
  it.each([
    [[['a', 'b'], ['c']], ['a b', 'c'], true],
    [[['a', 'b'], [], ['c']], ['a b', 'c'], true],
    [[['a', 'b', 'c']], ['a b', 'c'], false],
    [[['a'], ['b', 'c']], ['a b', 'c'], false],
    [[['a', 'b', 'c']], ['a ~ b c'], true],
    [[['a'], ['b', 'c']], ['a ~ b c'], true],
    [[['a', 'b'], ['c']], ['a ~ b c'], false],
    [[['a']], ['a ~ b'], false],
    [[['a', 'b']], ['a'], false],
    [[], [], true],
    [[['a']], [], false],
  ])('%j against %j: %s', (values, expected, equal) => {
    expect(rendered(values, expected) === stated(expected)).toBe(equal);
  });
});

describe('holdsSequence', () => {
  it.each([
    [[['a', 'b', 'c']], ['b', 'c'], true],
    [[['a', 'b'], ['c']], ['b', 'c'], false],
    [[['a', 'b']], ['b', 'a'], false],
  ])('%j holds %j: %s', (values, tokens, found) => {
    expect(holdsSequence(values, tokens)).toBe(found);
  });
});

function isToken(token: string): boolean {
  return (
    /^[\p{L}\p{M}\p{N}\p{Co}]+$/u.test(token) && [...token].length <= 64 && token.normalize('NFC') === token
  );
}
