import { join } from 'node:path';
import { BOUNDARY, type Document, FIELDS } from '@hayrick/core/backend';
import { createDocumentBuilder } from '@hayrick/core/document';
import { type Message, parseMessage } from '@hayrick/core/message';
import { readSourceFile } from '@hayrick/core/source';
import { type OracleDocument, oracleDocument } from '@hayrick/core/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { corpus } from '../corpora.ts';

const PATCH_FIELDS = Object.entries(FIELDS).flatMap(([name, shape]) => ('patches' in shape ? [name] : []));
const FACTS = { archives: ['list'], received: 0, size: 1 };
const build = createDocumentBuilder([], ['list']);

/** The fields of patches that have values, in one form. */
function ofBuilt({ text, keywords }: Document): object {
  return chosen(keywords, (field) =>
    (text[field] ?? '').split(BOUNDARY).map((value) => value.split(' ').filter((token) => token !== '')),
  );
}

function ofOracle({ text, keywords }: OracleDocument): object {
  return chosen(keywords, (field) => text[field] ?? []);
}

function chosen(
  keywords: Readonly<Record<string, readonly string[]>>,
  valuesOf: (field: string) => readonly (readonly string[])[],
): object {
  const entries = PATCH_FIELDS.map((field) => {
    const values = valuesOf(field).filter((tokens) => tokens.length > 0);
    return [field, [...values, ...(keywords[field] ?? [])]] as const;
  });
  return Object.fromEntries(entries.filter(([, values]) => values.length > 0));
}

function both(message: Message): readonly [built: object, oracle: object] {
  return [
    ofBuilt(build(message, { ...FACTS, date: 0 }).document),
    ofOracle(oracleDocument(message, FACTS, [], ['list'])),
  ];
}

const LONG = `${'word '.repeat(13)}end`;
const PIECES = [
  ...[
    'diff --git a/fs/x.c b/fs/x.c\n',
    'diff --git "a/\\303\\274 \\".c" "b/y\\t"\n',
    'diff --git a/a b b/a b\n',
  ],
  ...['diff --git x y z\n', `diff --git a/${LONG}\n`, 'diff -u a/x b/x\n', 'diff --cc x\n', 'diff of it\n'],
  ...['index 1234567..89abcdef 100644\n', 'index 12..34\n', 'INDEX 1234567..89abcde\n', 'old mode 100644\n'],
  ...['similarity index 90%\n', 'rename from old name\n', 'copy to "n\\"ew"\n', 'rename to "open\n'],
  ...['Binary files a/x and b/x differ\n', 'GIT binary patch\n', 'literal 3\n', 'KcmZ+-q\n'],
  ...[
    '--- a/x\n',
    '+++ b/x\n',
    '--- /dev/null\n+++ b/new.c\n',
    '--- linux.orig/x.c\t2020-01-01\n+++ linux/x.c\n',
  ],
  ...['--- x y Mon Jan  1 2001\n+++ x y 2001-01-02 10:00\n', '--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@ f\n'],
  ...[
    '@@ -1,2 +1,2 @@\n',
    '@@ -1 +1 @@ int f(void)\n',
    `@@ -1,4 +1,4 @@ ${LONG}\n`,
    '@@ -0,0 +1,9 @@\n',
    '@@ - +\n',
  ],
  ...[
    '@@@ -1 -1 +1 @@@\n',
    ' one\n',
    '-two\n',
    '+three\n',
    '\tfour\n',
    '\n',
    '-- \n',
    '--- five\n',
    '+++ six\n',
  ],
  ...[
    `+${LONG}\n`,
    `-${LONG}\n`,
    ` ${LONG}\n`,
    `${LONG}\n`,
    'prose\n',
    '> quoted\n',
    '>From here\n',
    '\\ No newline\n',
  ],
  ...[
    `+${'xYz0'.repeat(16)}\n`,
    `-${'xYz0'.repeat(16)}\n`,
    `+${'0a1f'.repeat(16)}\n`,
    `${'xYz0'.repeat(16)}\n`,
  ],
  ...['+内核\n', '-\u0301x\n', '2.30\n'],
];

it('what is read of any lines of patches is what the oracle reads', () => {
  const lines = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 30 });
  const start = fc.constantFrom(PIECES[0] ?? '', `${PIECES[0]}--- a/x\n+++ b/x\n@@ -1,9 +1,9 @@ f\n`);
  const type = fc.constantFrom('text/plain', 'text/plain; format=flowed', 'text/x-patch');
  let telling = 0;
  fc.assert(
    fc.property(start, lines, type, fc.boolean(), (head, pieces, contentType, ended) => {
      const text = ended ? pieces.join('') : pieces.join('').trimEnd();
      const message = parseMessage(
        Buffer.from(`Content-Type: ${contentType}; charset=utf-8\n\n${head}${text}`),
      );
      const [built, oracle] = both(message);
      if (Object.keys(built).length > 3) telling++;
      expect(built).toEqual(oracle);
    }),
    { numRuns: 3000 },
  );
  expect(telling).toBeGreaterThan(600);
});

it('a document has fields of patches where an archive that holds it is to have them, and nowhere else', () => {
  const message = parseMessage(
    Buffer.from('Subject: x\n\ndiff --git a/x.c b/x.c\n--- a/x.c\n+++ b/x.c\n@@ -1 +1 @@\n-old\n+new\n'),
  );
  const fieldsOf = (archives: readonly string[]): readonly string[] =>
    Object.keys(ofBuilt(build(message, { ...FACTS, archives, date: 0 }).document));
  expect(fieldsOf(['list'])).toEqual(['dfn', 'dfa', 'dfb', 'patchid']);
  expect(fieldsOf(['board', 'list'])).toEqual(['dfn', 'dfa', 'dfb', 'patchid']);
  expect(fieldsOf(['board'])).toEqual([]);
});

const list = corpus('lists/linux-ext4', 'what is read of its patches compared with the oracle');

it.skipIf(list === null)('patches of linux-ext4 are read as the oracle reads them', async () => {
  let patches = 0;
  for await (const item of readSourceFile({
    kind: 'mbox',
    path: join(list ?? '', '2026.mbox.gz'),
    name: '',
  })) {
    if (item.kind !== 'message') continue;
    const message = parseMessage(item.bytes);
    // Every third: the oracle is slow.
    if (message.patches.length === 0 || patches++ % 3 !== 0) continue;
    const [built, oracle] = both(message);
    expect(built, message.messageId).toEqual(oracle);
  }
  expect(patches).toBeGreaterThan(900);
});
