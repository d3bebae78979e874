import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DiffRun, readDiffs } from './read-diffs.ts';

/** Runs as `kind: text`, lines joined by a slash. */
function lines(text: string): string[] {
  const bytes = Buffer.from(text);
  return readDiffs(bytes).runs.map(
    ({ kind, start, end }) =>
      `${kind}: ${bytes.toString('utf8', start, end).replace(/\n$/, '').replaceAll('\n', '/')}`,
  );
}

function files(text: string): readonly string[] {
  return readDiffs(Buffer.from(text)).files;
}

const GIT = 'diff --git a/fs/x.c b/fs/x.c\nindex 1234567..89abcdef 100644\n--- a/fs/x.c\n+++ b/fs/x.c\n';
const LONG = `${'word '.repeat(13)}end`;

describe('lines of hunks', () => {
  it.each<readonly [string, string, readonly string[]]>([
    [
      'of git',
      `Prose.\n---\n fs/x.c | 2 +-\n\n${GIT}@@ -1,3 +1,4 @@ int f(void)\n one\n-two\n+three\n+four\n five\n-- \n2.30\n`,
      ['head:  int f(void)', 'context:  one', 'removed: -two', 'added: +three/+four', 'context:  five'],
    ],
    [
      'of a plain diff',
      '--- x.c.orig\t2020-01-01\n+++ x.c\t2020-01-02\n@@ -1 +1 @@\n-a\n+b\n+no more\n',
      ['removed: -a', 'added: +b'],
    ],
    [
      'a removed line that looks like a signature',
      `${GIT}@@ -1,2 +1 @@\n-- \n a\n-- \nAnn\n`,
      ['removed: -- ', 'context:  a'],
    ],
    [
      'a signature where a hunk is too short',
      `${GIT}@@ -1,1 +1,9 @@\n-a\n+b\n-- \n+c\n`,
      ['removed: -a', 'added: +b'],
    ],
    [
      'last lines that look like names',
      `${GIT}@@ -1,2 +1,2 @@\n a\n--- b\n+++ c\n@@ -9 +9 @@\n-d\n+e\n`,
      ['context:  a', 'removed: --- b', 'added: +++ c', 'removed: -d', 'added: +e'],
    ],
    [
      'a hunk that is cut off',
      `${GIT}@@ -1,9 +1,9 @@\n a\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-b\n+c\n`,
      ['context:  a', 'removed: -b', 'added: +c'],
    ],
    [
      'a hunk with another behind it before its end',
      `${GIT}@@ -1,9 +1,9 @@ f\n a\n@@ -20 +20 @@ g\n-b\n+c\n`,
      ['head:  f', 'context:  a', 'head:  g', 'removed: -b', 'added: +c'],
    ],
    ['empty lines and lost blanks', `${GIT}@@ -1,3 +1,3 @@\n a\n\n\tb\n+c\n`, ['context:  a//\tb']],
    [
      'no end of line at the end',
      `${GIT}@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n\\ No newline at end of file\n`,
      ['removed: -a', 'added: +b'],
    ],
    ['a comment into a hunk', `${GIT}@@ -1,4 +1,4 @@\n a\nWhy this?\n-b\n`, ['context:  a']],
    ['a quote into a hunk', `${GIT}@@ -1,4 +1,4 @@\n ${LONG}\n> b\n-c\n`, [`context:  ${LONG}`]],
    [
      'a broken line',
      `${GIT}@@ -1,2 +1,2 @@\n-${LONG}\nbroken\n+b\n c\n`,
      [`removed: -${LONG}/broken`, 'added: +b', 'context:  c'],
    ],
    [
      'a broken last line',
      `${GIT}@@ -1 +1 @@\n-a\n+${LONG}\nbroken\n@@ -9 +9 @@\n-c\n+d\n`,
      ['removed: -a', `added: +${LONG}/broken`, 'removed: -c', 'added: +d'],
    ],
    [
      'a broken head',
      `${GIT}@@ -1 +1 @@ ${LONG}\nbroken\n-a\n+b\n`,
      [`head:  ${LONG}/broken`, 'removed: -a', 'added: +b'],
    ],
    [
      'of a file behind another',
      `${GIT}@@ -1 +1 @@\n-a\n+b\n${GIT}@@ -1 +1 @@\n-c\n+d\n`,
      ['removed: -a', 'added: +b', 'removed: -c', 'added: +d'],
    ],
    [
      'junk left out',
      `${GIT}@@ -0,0 +1,5 @@\n+a\n${`+${'xYz0'.repeat(16)}\n`.repeat(3)}+b\n`,
      ['added: +a', 'added: +b'],
    ],
    [
      'hex that is no junk',
      `${GIT}@@ -0,0 +1,3 @@\n${`+${'0a1 '.repeat(16)}\n`.repeat(3)}`,
      [`added: ${`+${'0a1 '.repeat(16)}/`.repeat(3).slice(0, -1)}`],
    ],
    [
      'none of a merge',
      'diff --cc x.c\nindex 1,2..3\n--- a/x.c\n+++ b/x.c\n@@@ -1,2 -1,2 +1,3 @@@ f\n- a\n +b\n++c\n',
      [],
    ],
    [
      'a plain diff behind that of a merge',
      'diff --cc x.c\n--- a/x.c\n+++ b/x.c\n@@@ -1 -1 +1 @@@\n++c\n--- a/y\n+++ b/y\n@@ -1 +1 @@\n-d\n+e\n',
      ['removed: -d', 'added: +e'],
    ],
    ['no hunk without a name', '@@ -1 +1 @@\n-a\n+b\n', []],
    ['no hunk whose head cannot be read', `${GIT}@@ -x +1 @@\n-a\n+b\n`, []],
    ['none in prose', '--- a/file is what I mean\n+++ or not\nso\n- one\n+ two\n', []],
    [
      'of a binary file',
      'diff --git a/x b/x\nindex 1234567..89abcde 100644\nGIT binary patch\nliteral 3\nKcmZ+-q\n\nliteral 0\nHcmV?d00001\n\n',
      [],
    ],
  ])('%s', (_, text, expected) => expect(lines(text)).toEqual(expected));
});

describe('names of files', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['of git', GIT, ['fs/x.c']],
    [
      'a new file',
      'diff --git a/x.c b/x.c\nnew file mode 100644\n--- /dev/null\n+++ b/x.c\n@@ -0,0 +1 @@\n+a\n',
      ['x.c'],
    ],
    [
      'a file that goes',
      'diff --git a/d/x.c b/d/x.c\n--- a/d/x.c\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
      ['d/x.c'],
    ],
    ['a mode', 'diff --git a/run me b/run me\nold mode 100644\nnew mode 100755\n', ['run me']],
    [
      'a rename',
      'diff --git a/old dir/x b/new dir/y\nsimilarity index 100%\nrename from old dir/x\nrename to new dir/y\n',
      ['old dir/x', 'new dir/y'],
    ],
    ['a copy', 'diff --git a/x b/y\ncopy from x\ncopy to y\n', ['x', 'y']],
    [
      'a binary file',
      'diff --git a/x.png b/x.png\nindex 1234567..89abcde 100644\nBinary files a/x.png and b/x.png differ\n',
      ['x.png'],
    ],
    [
      'in quotes',
      'diff --git "a/\\303\\274 \\"x\\".c" "b/\\303\\274 \\"x\\".c"\n--- "a/\\303\\274 \\"x\\".c"\n+++ "b/\\303\\274 \\"x\\".c"\n',
      ['ü "x".c'],
    ],
    ['one in quotes', 'diff --git a/x "b/t\\tb"\n', ['x', 't\tb']],
    ['without prefixes', 'diff --git fs/x.c fs/x.c\n--- fs/x.c\n+++ fs/x.c\n', ['fs/x.c']],
    ['with other prefixes', 'diff --git i/fs/x.c w/fs/x.c\n', ['fs/x.c']],
    [
      'of two trees',
      'diff -urN linux.orig/fs/x.c linux/fs/x.c\n--- linux.orig/fs/x.c\t2020-01-01 10:00:00\n+++ linux/fs/x.c\t2020-01-01\n@@ -1 +1 @@\n-a\n+b\n',
      ['fs/x.c'],
    ],
    [
      'with a time behind blanks',
      '--- a/x y.c Mon Jan  1 10:00:00 2001\n+++ b/x y.c 2001-01-02 10:00:00\n@@ -1 +1 @@\n-a\n+b\n',
      ['x y.c'],
    ],
    ['beside one kept', '--- fs/x.c.orig\n+++ fs/x.c\n@@ -1 +1 @@\n-a\n+b\n', ['fs/x.c.orig', 'fs/x.c']],
    [
      'of a broken line',
      `diff --git a/${'long/'.repeat(12)}x.c\nb/${'long/'.repeat(12)}x.c\nrename from x\n`,
      ['x'],
    ],
    ['each once', GIT + GIT, ['fs/x.c']],
    ['none of a lone line', '--- a/x.c\nprose\n+++ b/x.c\n', []],
    ['none of prose', 'a diff --git a/x b/x\nrename from x\n', []],
  ])('%s', (_, text, expected) => expect(files(text)).toEqual(expected));
});

describe('ids of blobs', () => {
  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    ['of git', GIT, ['1234567'], ['89abcdef']],
    ['in capitals', 'diff --git a/x b/x\nindex ABCDEF1..0000000\n', ['abcdef1'], ['0000000']],
    [
      'in full',
      `diff --git a/x b/x\nindex ${'a'.repeat(64)}..${'b'.repeat(40)}\n`,
      ['a'.repeat(64)],
      ['b'.repeat(40)],
    ],
    ['none that is too short', 'diff --git a/x b/x\nindex 12345..89abc 100644\n', [], []],
    ['none of prose', 'index 1234567..89abcdef 100644\n', [], []],
    ['none of a merge', 'diff --cc x\nindex 1234567,2345678..89abcdef\n', [], []],
  ])('%s', (_, text, before, after) => expect(readDiffs(Buffer.from(text))).toMatchObject({ before, after }));
});

describe('laws', () => {
  const piece = fc.constantFrom(
    ...GIT.split(/(?<=\n)/),
    ...[
      '@@ -1,2 +1,2 @@ f\n',
      '@@ -1 +0,0 @@\n',
      '@@ -1,999999999 +1,99 @@\n',
      '--- a\n',
      '+++ b\n',
      '-- \n',
      '\n',
      ' a\n',
      '-b\n',
      '+c\n',
      '\\\n',
    ],
    ...[
      '> q\n',
      'prose\n',
      `+${LONG}\n`,
      `${'z'.repeat(70)}\n`,
      `+${'z'.repeat(70)}\n`,
      'diff --cc x\n',
      'rename to "\n',
      '--- "\\\n',
      '\0\xff',
    ],
  );
  const text = fc.array(fc.oneof({ weight: 9, arbitrary: piece }, fc.string({ unit: 'binary' })), {
    maxLength: 40,
  });

  it('whatever the text, runs stand one behind the other within it and begin as their kind does', () => {
    const mark: Readonly<Record<DiffRun['kind'], RegExp>> = {
      removed: /^-/,
      added: /^\+/,
      context: /^[ \t\n]/,
      head: /^/,
    };
    fc.assert(
      fc.property(text, (pieces) => {
        const bytes = Buffer.from(pieces.join(''));
        let at = 0;
        for (const { kind, start, end } of readDiffs(bytes).runs) {
          expect(start).toBeGreaterThanOrEqual(at);
          expect(end).toBeGreaterThan(start);
          expect(bytes.toString('latin1', start, end)).toMatch(mark[kind]);
          at = end;
        }
        expect(at).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 500 },
    );
  });

  it('prose before and behind changes nothing', () => {
    const patch = `${GIT}@@ -1 +1 @@ f\n-a\n+b\n`;
    fc.assert(
      fc.property(fc.lorem(), fc.lorem(), (before, behind) => {
        expect(lines(`${before}\n\n${patch}-- \n${behind}\n`)).toEqual(lines(patch));
      }),
    );
  });
});
