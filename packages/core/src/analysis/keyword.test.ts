import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LIMITS } from '../limits.ts';
import { normalizeKeyword } from './keyword.ts';

describe('normalizeKeyword', () => {
  it.each([
    ['  Abc@Example.ORG ', 'exact', 'Abc@Example.ORG'],
    ['  Abc@Example.ORG ', 'lower', 'abc@example.org'],
    ['cafe\u0301', 'exact', 'café'],
    ['\u0130', 'lower', 'i\u0307'],
    ['a\uD800b', 'exact', 'a\uFFFDb'],
    ['', 'lower', ''],
    ['x'.repeat(512), 'exact', 'x'.repeat(512)],
  ] as const)('makes %j (%s) %j', (value, letterCase, expected) => {
    expect(normalizeKeyword(value, letterCase)).toBe(expected);
  });

  it('closes what is too long with a hash of all of it', () => {
    const a = normalizeKeyword(`${'x'.repeat(600)}a`, 'exact');
    const b = normalizeKeyword(`${'x'.repeat(600)}b`, 'exact');
    expect(a).toMatch(/^x{479}~[0-9a-f]{32}$/);
    expect(a).not.toBe(b);
    expect(normalizeKeyword('é'.repeat(300), 'exact')).toMatch(/^é{239}~[0-9a-f]{32}$/);
  });

  it('is never longer than the limit, always well formed and in NFC, and its own normal form', () => {
    const text = fc.string({ unit: 'binary', maxLength: 700 });
    const law = (value: string, letterCase: 'exact' | 'lower') => {
      const keyword = normalizeKeyword(value, letterCase);
      expect(Buffer.byteLength(keyword)).toBeLessThanOrEqual(LIMITS.keywordBytes);
      expect(keyword.isWellFormed()).toBe(true);
      expect(normalizeKeyword(keyword, letterCase)).toBe(keyword);
    };
    fc.assert(fc.property(text, fc.constantFrom('exact' as const, 'lower' as const), law));
  });
});
