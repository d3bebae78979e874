import { describe, expect, it } from 'vitest';
import type { PhraseItem } from './phrase-item.ts';
import { analyzeQuery, expandPrefix } from './query-phrase.ts';

const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const prefix = (text: string, ...stems: string[]): PhraseItem => ({ kind: 'prefix', prefix: text, stems });

describe('analyzeQuery', () => {
  it.each([
    ['', []],
    ['...', []],
    ['Running', [token('run')]],
    ['a.b', [token('a'), token('b')]],
    ["it's", [token('it'), token('s')]],
    ['foo::bars', [token('foo'), token('bar')]],
    ['内核', [token('内核')]],
    ['内核开', [token('内核'), token('核开')]],
    ['内核3', [token('内核'), token('核'), token('3')]],
    ['内核 开发', [token('内核'), token('核'), token('开发')]],
    ['内', [prefix('内')]],
    ['か\u3099', [prefix('が')]],
    ['内3', [token('内'), token('3')]],
    ['3内', [token('3'), prefix('内')]],
    ['Linux内核', [token('linux'), token('内核')]],
    ['内。核', [token('内'), prefix('核')]],
    ['ที่', [prefix('ที่')]],
  ] as const)('of %j', (text, items) => {
    expect(analyzeQuery(text)).toEqual(items);
  });
});

describe('expandPrefix', () => {
  it.each([
    ['operat', [prefix('operat', 'oper')]],
    ['happy', [prefix('happy', 'happi')]],
    ['Journal', [prefix('journal')]],
    ['naïv', [prefix('naiv')]],
    ['ext4', [prefix('ext4')]],
    ['foo.ba', [token('foo'), prefix('ba')]],
    ['mailing-journ', [token('mail'), prefix('journ', 'jour')]],
    ['内', [prefix('内')]],
    ['内核', [prefix('内核')]],
    ['内核开', [token('内核'), prefix('核开')]],
    ['x内', [token('x'), prefix('内')]],
    ['内核xy', [token('内核'), token('核'), prefix('xy')]],
    ['foo-', [token('foo')]],
    ['运行 ', [token('运行')]],
  ] as const)('of %j', (text, items) => {
    expect(expandPrefix(text)).toEqual({ kind: 'phrase', items });
  });

  it.each([
    ['', { kind: 'nothing' }],
    ['--', { kind: 'nothing' }],
    ['w', { kind: 'too-short', prefix: 'w' }],
    ['é', { kind: 'too-short', prefix: 'e' }],
    ['foo.b', { kind: 'too-short', prefix: 'b' }],
    ['ب\u064E', { kind: 'too-short', prefix: 'ب\u064E' }],
  ])('of %j finds nothing to begin with', (text, expected) => {
    expect(expandPrefix(text)).toEqual(expected);
  });

  it('finds all forms of a word from wherever it is cut short', () => {
    for (const word of [
      'operationally',
      'initialization',
      'capabilities',
      'usefulness',
      'hopping',
      'representative',
      'carried',
    ]) {
      for (let length = 2; length <= word.length; length++) {
        const found = expandPrefix(word.slice(0, length));
        const [item] = found.kind === 'phrase' ? found.items : [];
        const [sought] = analyzeQuery(word);
        const stem = sought?.kind === 'token' ? sought.token : '';
        expect(item?.kind === 'prefix' && (stem.startsWith(item.prefix) || item.stems.includes(stem))).toBe(
          true,
        );
      }
    }
  });

  it('holds for a word as long as a token may be', () => {
    const found = expandPrefix('a'.repeat(100));
    expect(found).toEqual({ kind: 'phrase', items: [prefix('a'.repeat(64))] });
  });
});
