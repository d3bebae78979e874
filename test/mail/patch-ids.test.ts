import { join } from 'node:path';
import { parseMessage, patchIds } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { corpus } from '../corpora.ts';
import { gitPatchIds } from './git-patch-ids.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const HEAD = 'diff --git a/x b/x\nindex 1234567..89abcde 100644\n';
/** Lines of patches, of what is none, and of what git's reader has rules of its own for. */
const PIECES = [
  ...[HEAD, 'diff of it\n', 'index 1234567..89abcde\n', 'index nothing\n', '--- a/x\n', '+++ b/x\n'],
  ...['--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n', '@@ -1 +1 @@ f\n', '@@ -1,2 +1,2 @@\n', '@@ -1,2 +1 @@\n'],
  ...[
    '@@ -0,0 +1,2 @@\n',
    '@@ -1, 2 +1,+1 @@\n',
    '@@ - +\n',
    '@@ -5 + 3\n',
    '@@ -1,99999999999 +1,4294967297 @@\n',
  ],
  ...[' a  b\n', '+a\tb\n', '-c\r\n', '-- \n', '--\n', '2.30.1\n', '\n', 'Binary files a/x and b/x differ\n'],
  ...['GIT binary patch\n', 'literal 3\n', 'KcmZ\n', '\\ No newline at end of file\n', '\\ short\n'],
  ...[
    `commit ${COMMIT}\n`,
    `From ${COMMIT} Mon\n`,
    `${COMMIT.toUpperCase()}\n`,
    'prose and\n',
    'new file mode 100644\n',
  ],
  ...['rename from x\n', '+ä\0b\n', 'From nobody\n', '> quoted\n', '---\n', ' 1 file changed\n'],
];

it('texts of generated lines have the ids that git prints', async () => {
  const text = fc
    .array(fc.constantFrom(...PIECES), { maxLength: 14 })
    // What git makes of a binary file without an index line is left to chance.
    .map((pieces) => HEAD + pieces.join(''));
  const texts = fc.sample(text, { numRuns: 20_000, seed: 7 }).map((each) => Buffer.from(each));
  const expected = await gitPatchIds(texts);
  expect(expected.filter((ids) => ids.length > 0).length).toBeGreaterThan(15_000);
  for (const [i, each] of texts.entries())
    expect(patchIds(each), JSON.stringify(each.toString())).toEqual(expected[i]);
});

const list = corpus('lists/linux-ext4', 'ids of patches compared with those of git patch-id');

it.skipIf(list === null)('every patch of two years of linux-ext4 has the ids that git prints', async () => {
  const texts: Buffer[] = [];
  for (const year of ['2019', '2025']) {
    const path = join(list ?? '', `${year}.mbox.gz`);
    for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
      if (item.kind !== 'message') continue;
      texts.push(...parseMessage(item.bytes).patches.map((text) => Buffer.from(text)));
    }
  }
  expect(texts.length).toBe(4029);
  const expected = await gitPatchIds(texts);
  // The others have no line that begins with "diff ".
  expect(expected.filter((ids) => ids.length > 0).length).toBeGreaterThan(3900);
  for (const [i, text] of texts.entries()) {
    const ids = patchIds(text);
    if (ids.join() !== expected[i]?.join()) expect(ids, text.toString()).toEqual(expected[i]);
  }
});
