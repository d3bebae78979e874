import { describe, expect, it } from 'vitest';
import { joinFlowedLines, undoFlowed } from './flowed.ts';

describe('format=flowed of a patch', () => {
  it.each<readonly [string, string, string]>([
    ['a blank before a line goes', '  context\n+added\n', ' context\n+added\n'],
    ['a line goes on behind a blank at its end', '+one \ntwo \nthree\n', '+one two three\n'],
    ['the rest is unstuffed, too', '+one \n two\n', '+one two\n'],
    ['the mark of a signature stays', '-- \nAnn\n', '-- \nAnn\n'],
    ['and ends the line before it', 'one \n-- \nAnn\n', 'one \n-- \nAnn\n'],
    ['empty lines stay', '+a\n\n+b\n', '+a\n\n+b\n'],
    ['a blank at the very end stays', '+a ', '+a '],
    ['nothing', '', ''],
  ])('%s', (_, text, expected) => expect(undoFlowed(Buffer.from(text), false).toString()).toBe(expected));

  it('with DelSp the blank at the end goes', () =>
    expect(undoFlowed(Buffer.from('+one \ntwo\n'), true).toString()).toBe('+onetwo\n'));
});

it('without a blank that counts nothing needs to be joined but with DelSp', () =>
  expect(joinFlowedLines(Buffer.from('inter \nnational\n> a \n> b\n')).toString()).toBe(
    'international\n> ab\n',
  ));
