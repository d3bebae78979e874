import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressFormKeywords, addressKeywords } from './address-keywords.ts';

describe('addressKeywords', () => {
  it.each([
    ['Ann@Mail.Example.ORG', ['ann@mail.example.org', 'ann', '@mail.example.org', '@example.org', '@org']],
    ['<ann@example.org>', ['ann@example.org', 'ann', '@example.org', '@org']],
    ['ann @ example.org', ['ann@example.org', 'ann', '@example.org', '@org']],
    ['ann@example.org.', ['ann@example.org', 'ann', '@example.org', '@org']],
    ['ann@example..org', ['ann@example.org', 'ann', '@example.org', '@org']],
    ['"ann"@example.org', ['ann@example.org', 'ann', '@example.org', '@org']],
    ['"ann lee"@example.org', ['"ann lee"@example.org', '"ann lee"', '@example.org', '@org']],
    ['ann@localhost', ['ann@localhost', 'ann', '@localhost']],
    ['ann@[192.0.2.1]', ['ann@[192.0.2.1]', 'ann', '@[192.0.2.1]']],
    ['ann@bücher.example', ['ann@bücher.example', 'ann', '@bücher.example', '@example']],
    ['root', ['root']],
    ['ann@', ['ann']],
    ['@example.org', ['@example.org', '@org']],
    ['@', []],
    ['', []],
    ['undisclosed-recipients:;', ['undisclosed-recipients:;']],
  ])('of %j', (address, keywords) => {
    expect(addressKeywords(address)).toEqual(keywords);
  });

  it('does not let a local part pass for an address of someone else', () => {
    expect(addressKeywords('"ann@example.org"@evil.example')).not.toContain('ann@example.org');
    expect(addressKeywords('ann@example.org@evil.example')).not.toContain('ann@example.org');
    expect(addressKeywords('@example.org@evil.example')).not.toContain('@example.org');
  });

  it('keeps few keywords of a domain of many labels', () => {
    const keywords = addressKeywords(`a@${'x.'.repeat(100_000)}org`);
    expect(keywords.length).toBeLessThan(40);
    expect(keywords).toContain('@x.org');
  });
});

describe('addressFormKeywords', () => {
  it.each([
    ['Ann@Example.org', ['ann@example.org']],
    ['<ann@example.org>', ['ann@example.org']],
    ['@Example.org', ['@example.org']],
    ['@localhost', ['@localhost']],
    ['example.org', ['@example.org', 'example.org']],
    ['john.doe', ['@john.doe', 'john.doe']],
  ])('of %j', (text, keywords) => {
    expect(addressFormKeywords(text)).toEqual(keywords);
  });

  it.each([
    'ann',
    '',
    '@',
    'ann@',
    'a b',
    'ann.',
    '.ann',
    'a..b',
    'a@b@c',
    '"ann"@example.org',
    'ann,bob@example.org',
    'exam*.org',
  ])('of %j: text', (text) => {
    expect(addressFormKeywords(text)).toBeNull();
  });

  it('finds an address by itself, by its domain, by each parent of it, and by a dotted local part', () => {
    const label = fc.stringMatching(/^[a-zA-Z0-9-]{1,8}$/);
    const labels = fc.array(label, { minLength: 1, maxLength: 5 });
    const found = (local: readonly string[], domain: readonly string[]) => {
      const kept = addressKeywords(`${local.join('.')}@${domain.join('.')}`);
      const finds = (form: string) => (addressFormKeywords(form) ?? []).some((value) => kept.includes(value));
      expect(finds(`${local.join('.')}@${domain.join('.')}`)).toBe(true);
      for (let from = 0; from < domain.length; from++)
        expect(finds(`@${domain.slice(from).join('.')}`)).toBe(true);
      if (local.length > 1) expect(finds(local.join('.'))).toBe(true);
      if (domain.length > 1) expect(finds(domain.join('.'))).toBe(true);
      expect(finds(`@other-${domain.join('.')}`)).toBe(false);
    };
    fc.assert(fc.property(labels, labels, found));
  });
});
