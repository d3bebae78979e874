import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyzeQuery } from '../analysis/index.ts';
import type { TextRun } from '../message/index.ts';
import type { SoughtWord } from '../query/index.ts';
import type { SnippetPiece } from './answers.ts';
import { markByKind, snippetOf } from './snippet.ts';

const BODY = ['subject', 'own', 'quoted', 'attached', 'signature'];
const run = (kind: TextRun['kind'], text: string): TextRun => ({ kind, bytes: Buffer.from(text) });
const words = (query: string, fields: readonly string[] = BODY): SoughtWord[] =>
  analyzeQuery(query).map((item) => ({ fields, item }));

function snippet(query: string, ...text: TextRun[]): readonly SnippetPiece[] {
  return snippetOf({ text }, markByKind(words(query)));
}
const plain = (pieces: readonly SnippetPiece[]) => pieces.map((piece) => piece.text).join('');
const shown = (pieces: readonly SnippetPiece[]) =>
  pieces.map(({ text, match }) => (match ? `[${text}]` : text)).join('');

const FILLER = 'some words that nobody looks for. '.repeat(40);

describe('a snippet', () => {
  it('is a short text whole, its blanks made one', () => {
    expect(shown(snippet('journal', run('own', ' The\n\n journal\t is  full. ')))).toBe(
      'The [journal] is full.',
    );
  });

  it('begins near where most of the words stand together', () => {
    const text = `${FILLER}journal. ${FILLER}journal and inode of ext4. ${FILLER}`;
    const pieces = snippet('journal inode ext4', run('own', text));
    expect(shown(pieces)).toContain('[journal] and [inode] of [ext4]');
    expect(plain(pieces)).toMatch(/^… .* …$/);
    expect(plain(pieces).length).toBeLessThan(240);
  });

  it('prefers the sender to quotes, quotes to attachments, these to the signature', () => {
    const kinds = ['signature', 'attached', 'quoted', 'own'] as const;
    for (let from = 0; from < kinds.length; from++) {
      const runs = kinds.map((kind, i) => run(kind, i <= from ? `${kind} journal` : `${kind} nothing`));
      expect(shown(snippet('journal', ...runs))).toBe(`${kinds[from]} [journal]`);
    }
  });

  it('joins the runs of a kind', () => {
    expect(shown(snippet('journal', run('own', 'one'), run('quoted', '> two'), run('own', 'journal')))).toBe(
      'one [journal]',
    );
  });

  it('is the beginning where no word stands in the text', () => {
    expect(shown(snippet('journal', run('own', 'Hello. '), run('quoted', '> x')))).toBe('Hello.');
    expect(shown(snippet('journal', run('quoted', '> x')))).toBe('> x');
    expect(snippet('journal')).toEqual([]);
  });

  it('marks only what is sought in text of that kind', () => {
    const text = [run('own', 'the journal'), run('quoted', '> the journal')];
    expect(shown(snippetOf({ text }, markByKind(words('journal', ['subject']))))).toBe('the journal');
    expect(shown(snippetOf({ text }, markByKind(words('journal', ['quoted']))))).toBe('> the [journal]');
  });

  it('of Chinese marks runs of pairs', () => {
    expect(shown(snippet('内核', run('own', `${'中'.repeat(500)}内核${'文'.repeat(500)}`)))).toMatch(
      /^… 中+\[内核\]文+ …$/,
    );
  });

  it('ends within a word longer than itself', () => {
    const pieces = snippet('x'.repeat(64), run('own', `${'x'.repeat(5000)} y`));
    expect(plain(pieces).length).toBeLessThan(240);
    expect(pieces[0]).toMatchObject({ match: true });
  });

  it('never splits a character, wherever it is cut', () => {
    const unit = fc.constantFrom('𠀀', '😀', 'a', 'journal', ' ', '内核', '\u0301');
    fc.assert(
      fc.property(fc.array(unit, { minLength: 100, maxLength: 400 }), (parts) => {
        for (const { text } of snippet('journal', run('own', parts.join('')))) {
          expect(text.isWellFormed()).toBe(true);
          expect(text).not.toBe('');
        }
      }),
    );
  });

  it('never splits a character where it stops looking', () => {
    for (let before = 99_996; before < 100_000; before++) {
      const pieces = snippet('journal', run('own', `${' '.repeat(before)}𠀀journal`));
      expect(plain(pieces)).not.toContain('\ufffd');
    }
  });

  it('is of the first 100,000 bytes of each kind, however long the text', () => {
    const big = Buffer.alloc(10_000_000, 'word ');
    const last = Buffer.from('journal');
    const text: TextRun[] = [{ kind: 'own', bytes: Buffer.concat([big, last]) }, run('quoted', 'journal')];
    const looked: number[] = [];
    const pieces = snippetOf({ text }, (kind) => {
      const mark = markByKind(words('journal'))(kind);
      return (content) => {
        looked.push(content.text.length);
        return mark(content);
      };
    });
    expect(shown(pieces)).toBe('[journal]');
    expect(Math.max(...looked)).toBeLessThanOrEqual(100_000);
    const many = Array.from({ length: 5000 }, () => run('own', 'word '.repeat(500)));
    expect(plain(snippet('journal', ...many)).length).toBeLessThan(240);
  });

  it('is that of the text with single blanks, wherever its lines break', () => {
    const word = fc.constantFrom(
      'journal',
      'Runs',
      'run_x',
      'a',
      '-',
      '.',
      'x'.repeat(45),
      'y'.repeat(230),
      'é',
      '─',
      '内核',
      'Journale\u0301',
      '”',
    );
    const white = fc.constantFrom(
      '',
      ' ',
      '  ',
      '\n',
      '\t \n\r',
      ' '.repeat(300),
      '\u00a0',
      '\u3000 \ufeff\n',
    );
    const text = fc.array(fc.tuple(white, word), { maxLength: 150 });
    fc.assert(
      fc.property(text, white, fc.constantFrom('journal', 'run a', 'x'), (parts, end, query) => {
        const content = `${parts.flat().join('')}${end}`;
        const single = content.replace(/\s+/g, ' ').trim();
        const pieces = snippet(query, run('own', content));
        expect(pieces).toEqual(snippet(query, run('own', single)));
        expect(single).toContain(plain(pieces).replace(/^… /, '').replace(/ …$/, ''));
      }),
      { numRuns: 500 },
    );
  });
});
