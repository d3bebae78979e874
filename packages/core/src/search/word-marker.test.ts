import { isAscii } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeQuery, expandPrefix } from '../analysis/index.ts';
import type { PhraseItem, SoughtWord } from '../query/index.ts';
import { createWordMarker } from './word-marker.ts';

const sought = (items: readonly PhraseItem[]): SoughtWord[] =>
  items.map((item) => ({ fields: ['own'], item }));

const joined = (text: string) => ({ text, ascii: isAscii(Buffer.from(text)) });

/** The text with what is marked in brackets. `word*` is a prefix. */
function marked(query: string, text: string): string {
  const items = query.split(' ').flatMap((word) => {
    if (!word.endsWith('*')) return analyzeQuery(word);
    const prefix = expandPrefix(word.slice(0, -1));
    return prefix.kind === 'phrase' ? prefix.items : [];
  });
  let out = '';
  let at = 0;
  for (const { start, end } of createWordMarker(sought(items))(joined(text))) {
    expect(start).toBeGreaterThanOrEqual(at);
    expect(end).toBeGreaterThan(start);
    out += `${text.slice(at, start)}[${text.slice(start, end)}]`;
    at = end;
  }
  return out + text.slice(at);
}

describe('marks', () => {
  it.each([
    ['a word', 'journal', 'the journal, JOURNAL and journaling', 'the [journal], [JOURNAL] and [journaling]'],
    ['all forms of a stem', 'running', 'run runs runner', '[run] [runs] runner'],
    ['no part of a word', 'art', 'part art-work', 'part [art]-work'],
    ['words of a phrase by themselves', 'ext4 inode', 'inode of ext4', '[inode] of [ext4]'],
    ['a prefix', 'journ*', 'adjourn journey Journal', 'adjourn [journey] [Journal]'],
    ['the stems of a prefix', 'happy*', 'happiness hap', '[happiness] hap'],
    ['without accents', 'naive', 'naïve nai\u0308ve NAÏVE', '[naïve] [nai\u0308ve] [NAÏVE]'],
    ['folded letters', 'strasse', 'Straße STRASSE', '[Straße] [STRASSE]'],
    ['Cyrillic', 'привет', 'Привет, мир', '[Привет], мир'],
    ['Greek with another final sigma', 'λόγος', 'ΛΟΓΟΣ λόγος', '[ΛΟΓΟΣ] [λόγος]'],
    ['Arabic', 'مرحبا', 'قال مرحبا لك', 'قال [مرحبا] لك'],
    ['Devanagari', 'हिन्दी', 'यह हिन्दी है', 'यह [हिन्दी] है'],
    ['a pair of Han', '内核', 'Linux内核开发', 'Linux[内核]开发'],
    ['a run of Han as its pairs', '内核开发', '新内核开发版', '新[内核开发]版'],
    ['a lone Han', '核', '内核 核心', '内[核] [核]心'],
    ['Latin beside Han', 'linux', '中Linux内核', '中[Linux]内核'],
    ['kana', 'カーネル', 'これはカーネルです', 'これは[カーネル]です'],
    ['halfwidth kana', 'ガス', 'ｶﾞｽ', '[ｶﾞｽ]'],
    ['Hangul', '커널', '새 커널을', '새 [커널]을'],
    ['Thai', 'ภาษา', 'ภาษาไทย', '[ภาษา]ไทย'],
    ['beyond the basic plane', '𐐨𐐲', 'a 𐐀𐐊 b', 'a [𐐀𐐊] b'],
    ['Han beyond the basic plane', '𠀀𠀁', '𠀀𠀁𠀂', '[𠀀𠀁]𠀂'],
    ['digits', '2020', '2020-01 x2020', '[2020]-01 x2020'],
    ['nothing where nothing is', 'x', 'the journal', 'the journal'],
    ['nothing in nothing', 'x', '', ''],
  ])('%s', (_, query, text, expected) => {
    expect(marked(query, text)).toBe(expected);
  });

  it('nothing without words', () => {
    expect(createWordMarker([])(joined('the journal'))).toEqual([]);
  });

  it('whole characters, in order, none over another, in any text', () => {
    const text = fc.string({
      unit: fc.oneof(
        fc.constantFrom('内', '核', 'ｶ', 'ﾞ', '𠀀', 'a', 'journal', ' ', '\u0301', 'ก', 'ำ', '가', '\u1161'),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
    });
    fc.assert(
      fc.property(text, text, (query, content) => {
        let at = 0;
        for (const { start, end } of createWordMarker(sought(analyzeQuery(query)))(joined(content))) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          for (const border of [start, end]) {
            const inside = content.slice(Math.max(0, border - 1), border + 1);
            expect(/^[\ud800-\udbff][\udc00-\udfff]$/.test(inside)).toBe(false);
          }
          at = end;
        }
        expect(at).toBeLessThanOrEqual(content.length);
      }),
    );
  });

  it('something of any text that holds a token, when that text is sought', () => {
    const text = fc.string({
      unit: fc.constantFrom('内', '核', '𠀀', 'a', 'run', 'ning', ' ', '-', 'é', 'ก', '가', '3'),
    });
    fc.assert(
      fc.property(text, (content) => {
        const items = analyzeQuery(content);
        expect(createWordMarker(sought(items))(joined(content)).length > 0).toBe(items.length > 0);
      }),
    );
  });

  it('each word whose stem is sought, whatever stands beside it', () => {
    const word = fc.constantFrom(
      ...['running', 'Runs', 'RUN', 'ＲＵＮ', 'run3', 'rüns', 'rn', 'urn', 'journal', 'ｊournals', 'Jour'],
      ...['naive', 'naïve', 'nai\u0308ve', 'Straße', 'strasse', 'привет', '3', 'a'],
    );
    const between = fc.constantFrom(' ', '-', '_', ' — ', '\n', '…');
    fc.assert(
      fc.property(word, fc.array(fc.tuple(word, between)), (query, words) => {
        const items = analyzeQuery(query);
        const same = (other: string) => JSON.stringify(analyzeQuery(other)) === JSON.stringify(items);
        const text = words.flat().join('');
        const found = createWordMarker(sought(items))(joined(text)).map(({ start, end }) =>
          text.slice(start, end),
        );
        expect(found).toEqual(words.map(([one]) => one).filter(same));
      }),
    );
  });
});
