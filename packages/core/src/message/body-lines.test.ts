import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readAttached, readBody } from './body-lines.ts';

/** Runs as `kind: text`, lines joined by a slash. */
function runs(text: string, flowed = false): string[] {
  const bytes = Buffer.from(text);
  return readBody(bytes, flowed).runs.map(
    (run) => `${run.kind}: ${bytes.toString('utf8', run.start, run.end).trimEnd().replaceAll('\n', '/')}`,
  );
}

const encoded = (letter: string): string =>
  `${letter}${'AbCdEfGhIjKlMnOpQrStUvWxYz0123456789+/'.repeat(2).slice(1, 64)}`;

describe('quotes', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'by depth',
      'own\n> one\n>> two\n> > two\nown',
      ['own: own', 'quoted: > one', 'quoted: >> two/> > two', 'own: own'],
    ],
    ['with empty lines in them', '> one\n>\n> two\n\nown', ['quoted: > one/>/> two', 'own: own']],
    ['behind blanks', ' > one\n  > two\nown', ['quoted:  > one/  > two', 'own: own']],
    ['with initials', 'TT> one\nAnn> two\nown', ['quoted: TT> one/Ann> two', 'own: own']],
    [
      'but no prompts, arrows and tables',
      'SQL> select\n-> a\n| a | b |\nlonger> x',
      ['own: SQL> select/-> a/| a | b |/longer> x'],
    ],
    [
      'with the attribution above',
      'Hi\n\nOn Mon, Ann wrote:\n> one',
      ['own: Hi', 'quoted: On Mon, Ann wrote:/> one'],
    ],
    [
      'an attribution of two lines',
      'Hi\nOn Mon, 3 Feb 2020, Ann Lee\n<ann@example.org> wrote:\n> one',
      ['own: Hi', 'quoted: On Mon, 3 Feb 2020, Ann Lee/<ann@example.org> wrote:/> one'],
    ],
    [
      'an attribution and an empty line',
      'Am 3.2.2020 um 10:00 schrieb Ann:\n\n> one',
      ['quoted: Am 3.2.2020 um 10:00 schrieb Ann://> one'],
    ],
    [
      'French',
      'Le lun. 3 févr. 2020, Ann a écrit :\n> one',
      ['quoted: Le lun. 3 févr. 2020, Ann a écrit :/> one'],
    ],
    [
      'Spanish',
      'El lun, 3 feb 2020, Ann escribió:\n> one',
      ['quoted: El lun, 3 feb 2020, Ann escribió:/> one'],
    ],
    ['Dutch', 'Op 3 februari 2020 schreef Ann:\n> one', ['quoted: Op 3 februari 2020 schreef Ann:/> one']],
    ['Russian', 'В понедельник Анна пишет:\n> one', ['quoted: В понедельник Анна пишет:/> one']],
    ['Chinese', 'Ann 于2020年2月3日写道:\n> one', ['quoted: Ann 于2020年2月3日写道:/> one']],
    ['a name and an address only', 'Ann <ann@example.org>:\n> one', ['quoted: Ann <ann@example.org>:/> one']],
    [
      'but no plain sentence above',
      'My answer is this:\n> one',
      ['own: My answer is this:', 'quoted: > one'],
    ],
    [
      'all behind an original message',
      'Hi\n-----Original Message-----\nFrom: Ann\n\ntext\n> deeper',
      ['own: Hi', 'quoted: -----Original Message-----/From: Ann//text', 'quoted: > deeper'],
    ],
    [
      'all behind a forwarded message',
      'Hi\n---------- Forwarded message ---------\ntext',
      ['own: Hi', 'quoted: ---------- Forwarded message ---------/text'],
    ],
    [
      'a copied header',
      'Hi\nFrom: Ann\nSent: Monday\nTo: Bob\nSubject: x\n\ntext',
      ['own: Hi', 'quoted: From: Ann/Sent: Monday/To: Bob/Subject: x//text'],
    ],
    [
      'a German copied header',
      'Von: Ann\nGesendet: Montag\nAn: Bob\nBetreff: x\n\ntext',
      ['quoted: Von: Ann/Gesendet: Montag/An: Bob/Betreff: x//text'],
    ],
    [
      'but not the header of a patch',
      'From: Ann <a@b>\nDate: Mon\nSubject: x\n\ntext',
      ['own: From: Ann <a@b>/Date: Mon/Subject: x//text'],
    ],
    ['but no escaped From', 'one\n>From here on\ntwo', ['own: one/>From here on/two']],
  ])('%s', (_, text, expected) => expect(runs(text)).toEqual(expected));

  it('counts a blank before the mark as text in format=flowed', () => {
    expect(runs(' > text\n> quote', true)).toEqual(['own:  > text', 'quoted: > quote']);
  });
});

describe('signatures', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['behind the mark', 'text\n-- \nAnn\nTel 1', ['own: text', 'signature: -- /Ann/Tel 1']],
    ['of git', 'text\n-- \n2.30.2\n', ['own: text', 'signature: -- /2.30.2']],
    ['behind a mark without its blank', 'text\n--\nAnn', ['own: text', 'signature: --/Ann']],
    [
      'end where a quote begins',
      '-- \nAnn\n\nOn Mon Bob wrote:\n> one\nown',
      ['signature: -- /Ann', 'quoted: On Mon Bob wrote:/> one', 'own: own'],
    ],
    [
      'but no rule over a long text',
      `a\n--\n${'text\n'.repeat(11)}`,
      [`own: a/--/${'text/'.repeat(11)}`.slice(0, -1)],
    ],
    ['but no other dashes', 'a\n---\nb\n--- a/file\n-- b', ['own: a/---/b/--- a/file/-- b']],
  ])('%s', (_, text, expected) => expect(runs(text)).toEqual(expected));
});

describe('patches', () => {
  const hunk = '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n context\n-- \n+> quote?\n >more\n';

  it('are own from the first line to the last, whatever their lines look like', () => {
    const text = `Why\n---\n x | 2 +-\n\ndiff --git a/x b/x\n${hunk}-- \n2.30.2\n`;
    const body = readBody(Buffer.from(text), false);
    expect(body.patch).toBe(true);
    expect(runs(text)).toEqual([
      `own: ${text.slice(0, text.indexOf('-- \n2')).trimEnd().replaceAll('\n', '/')}`,
      'signature: -- /2.30.2',
    ]);
  });

  it.each([
    ['a git diff', 'diff --git a/x b/x\n', true],
    ['a plain unified diff', hunk, true],
    ['a quoted diff', hunk.replace(/^/gm, '> '), false],
    ['dashes and pluses', '--- a\n+++ b\nno hunk\n', false],
    ['a hunk head alone', '@@ -1,3 +1,3 @@\n', false],
  ])('flag of %s', (_, text, expected) => {
    expect(readBody(Buffer.from(text), false).patch).toBe(expected);
  });

  it('are found in attached text', () => {
    const body = readAttached(Buffer.from(hunk));
    expect(body.patch).toBe(true);
    expect(body.runs).toEqual([{ kind: 'attached', depth: 0, start: 0, end: hunk.length }]);
  });
});

describe('list footers', () => {
  it.each([
    [
      'Mailman',
      '_______________________________________________\nfoo mailing list\nfoo@lists.example\nhttps://lists.example/mailman/listinfo/foo\n',
    ],
    [
      'majordomo',
      '-- \nTo unsubscribe from this list: send the line "unsubscribe foo" in\nthe body of a message to majordomo@example.org\nMore majordomo info at  http://example.org/\n',
    ],
    [
      'Google groups',
      '\nYou received this message because you are subscribed to the Google Groups "foo" group.\nTo unsubscribe from this group and stop receiving emails from it, send an email to foo+x@googlegroups.com.\n',
    ],
    [
      'Yahoo groups',
      'To unsubscribe from this group, send an email to:\nfoo-unsubscribe@yahoogroups.com\n\nYour use of Yahoo! Groups is subject to http://docs.yahoo.com/info/terms/\n',
    ],
  ])('of %s are left out', (_, footer) => expect(runs(`text\n${footer}`)).toEqual(['own: text']));

  it.each([
    ['a rule over other text', '_______________________________________________\nplain words\n'],
    ['a sentence on leaving', 'To unsubscribe people should press the button\n'],
    [
      'a heading',
      '-----------------------------------\n\nTo unsubscribe from this news, see the end of this message\n',
    ],
  ])('but not %s', (_, text) => expect(runs(text).join()).toContain(text.trim().split('\n').at(-1)));
});

describe('junk', () => {
  const three = `${encoded('a')}\n${encoded('b')}\n${encoded('c')}\n`;
  it.each<readonly [string, string, readonly string[]]>([
    ['three lines', `text\n${three}more`, ['own: text', 'own: more']],
    ['four lines', `${three}${encoded('d')}\nmore`, ['own: more']],
    [
      'quoted lines',
      `> text\n${three.replace(/^/gm, '> ').trimEnd().slice(0, -2)}\n> more`,
      ['quoted: > text', 'quoted: > more'],
    ],
    ['uuencode', 'text\nbegin 644 a\n#0V%T\n`\nend\nmore', ['own: text', 'own: more']],
    [
      'base85',
      `GIT binary patch\nliteral 10\nRc$\`Q6Wq!@!WMUYyaPH@\n\nmore`,
      ['own: GIT binary patch', 'own: more'],
    ],
  ])('%s are left out', (_, text, expected) => expect(runs(text)).toEqual(expected));

  it.each([
    ['two lines', `${encoded('a')}\n${encoded('b')}\ntext\n`],
    [
      'two and two with an empty line between',
      `${encoded('a')}\n${encoded('b')}\n\n${encoded('c')}\n${encoded('d')}\n`,
    ],
    ['59 characters', `${`${encoded('a').slice(0, 59)}\n`.repeat(5)}`],
    ['hex ids', `${'0123456789abcdef'.repeat(4)}\n`.repeat(5)],
    ['Chinese', `${'中文没有空格'.repeat(12)}\n`.repeat(5)],
    ['a word that only begins like uuencode', 'begin 644 times\nand go on with words\n'],
    ['a word that only begins like base85', 'literal 10\nis what I said, and more\n'],
  ])('%s stay', (_, text) => expect(runs(text)).toEqual([`own: ${text.trimEnd().replaceAll('\n', '/')}`]));

  it('is left out of attached text', () => {
    expect(readAttached(Buffer.from(`text\n${three}more`)).runs).toHaveLength(2);
  });
});

describe('runs', () => {
  const line = fc.constantFrom(
    'text',
    '',
    '> one',
    '>> two',
    '-- ',
    '--',
    '---',
    'On x, y wrote:',
    encoded('a'),
    'begin 644 a',
    '#0V%T',
    'end',
    'diff --git a/x b/x',
    '--- a',
    '+++ b',
    '@@ -1 +1,2 @@',
    '+x',
    ' y',
    '_'.repeat(47),
    'a mailing list',
    '-----Original Message-----',
    '>From x',
    'To unsubscribe from this list',
    'literal 3',
    'From: a',
    'Sent: b',
    'To: c',
    'Subject: d',
  );

  it('stand in order, do not overlap and hold whole lines', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.boolean(), (lines, attached) => {
        const bytes = Buffer.from(lines.join('\n'));
        const found = (attached ? readAttached(bytes) : readBody(bytes, false)).runs;
        let end = 0;
        for (const run of found) {
          expect(run.start).toBeGreaterThanOrEqual(end);
          expect(run.end).toBeGreaterThan(run.start);
          if (run.start > 0) expect(bytes[run.start - 1]).toBe(10);
          end = run.end;
        }
        expect(end).toBeLessThanOrEqual(bytes.length);
      }),
    );
  });

  it.each([
    '\n',
    '>',
    '> \n',
    '--\n',
    '-- \n',
    `${'_'.repeat(20)}\n`,
    'begin 644 a\n',
    'literal 1\nA\n',
    'From: a\n',
    'To unsubscribe\n',
    'a:\n',
    '@@ -1,9 +1,9 @@\n',
    '+++ a\n@@ -1,99999999 +1,9 @@\n',
    `${encoded('a')}\n`,
    'On a wrote:\n> b\n',
  ])('are found in four megabytes of %j', (piece) => {
    const body = readBody(Buffer.from(piece.repeat(Math.floor((4 * 1024 * 1024) / piece.length))), false);
    expect(body.runs.length).toBeLessThan(2_000_000);
  });
});
