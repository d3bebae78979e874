import fc from 'fast-check';
import { expect, it } from 'vitest';
import { patchIds } from './patch-id.ts';

const ID = /^[0-9a-f]{40}$/;
const ONE =
  'diff --git a/x b/x\nindex 1234567..89abcde 100644\n--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@ f\n a\n-b\n+c\n';
const OTHER = 'diff --git a/y b/y\nindex 2345678..9abcdef 100644\n--- a/y\n+++ b/y\n@@ -7 +7,2 @@\n d\n+e\n';

function idsOf(text: string): readonly string[] {
  return patchIds(Buffer.from(text));
}

// As git 2.39 prints them; test/mail/patch-ids.test.ts asks git itself.
it.each<readonly [string, string, readonly string[]]>([
  ['one file', ONE, ['a5b62214d09d1a8c1095beba1a403e0d1c634f13']],
  ['two files', ONE + OTHER, ['b4f64650a5563d4f8d62757404b7ce1c65349e94']],
  [
    'a binary file',
    'diff --git a/x b/x\nindex 1234567..89abcde\nGIT binary patch\nliteral 3\nKcmZ\n\n',
    ['a0bc2a56429b219eb49e65f6e2c58687a90fe386'],
  ],
  [
    'a rename',
    'diff --git a/x b/y\nsimilarity index 100%\nrename from x\nrename to y\n-- \n2.30\n',
    ['18df27b32c0996f34aa52b1464f3d86cd15e063a'],
  ],
  ['a plain diff without its command', '--- x\n+++ y\n@@ -1 +1 @@\n-a\n+b\n', []],
])('%s', (_, text, expected) => expect(idsOf(text)).toEqual(expected));

it.each<readonly [string, string]>([
  ['blanks', ONE.replace(' a\n', ' \ta  \r\n')],
  ['numbers of lines', ONE.replace('@@ -1,2 +1,2 @@ f', '@@ -71,2 +81,2 @@ g')],
  ['ids of blobs', ONE.replace('1234567', '7654321')],
  ['prose around it', `Prose.\n---\n x | 2 +-\n\n${ONE}-- \n2.30\n`],
  ['a missing end of line', `${ONE}\\ No newline at end of file\n`],
])('%s makes no other patch', (_, text) => expect(idsOf(text)).toEqual(idsOf(ONE)));

it('the order of files makes no other patch', () => {
  expect(idsOf(ONE + OTHER)).toHaveLength(1);
  expect(idsOf(ONE + OTHER)).toEqual(idsOf(OTHER + ONE));
  expect(idsOf(ONE + OTHER)).not.toEqual(idsOf(ONE));
});

it('what stands between two patches parts them', () => {
  expect(idsOf(`${ONE}-- \n2.30\n\n${OTHER}`)).toEqual([...idsOf(ONE), ...idsOf(OTHER)]);
  expect(idsOf(`${ONE}-- \n2.30\n\n${ONE}`)).toEqual(idsOf(ONE));
});

it('text without a line that begins with "diff " is no patch', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/^diff /m.test(text));
      expect(idsOf(text)).toEqual([]);
    }),
  );
});

it('any text has ids that are ids, each once', () => {
  const piece = fc.constantFrom(
    ...(ONE + OTHER).split(/(?<=\n)/),
    '\n',
    'diff \n',
    'GIT binary patch\n',
    'index ..\n',
    '@@ -\n',
    '\0',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 40 }), (pieces) => {
      const ids = idsOf(pieces.join(''));
      expect(ids.every((id) => ID.test(id))).toBe(true);
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});
