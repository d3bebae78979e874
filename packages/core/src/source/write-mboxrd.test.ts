import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSourceFile } from './read-source-file.ts';
import { mboxrdEntry } from './write-mboxrd.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-mboxrd-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const entry = (text: string, sender = 'ann@example.org', date = 1_580_472_000): string =>
  mboxrdEntry(Buffer.from(text), sender, date).toString();

it('begins with sender and date, and ends with a blank line', () => {
  expect(entry('Subject: a\n\ntext\n')).toBe(
    'From ann@example.org Fri Jan 31 12:00:00 2020\nSubject: a\n\ntext\n\n',
  );
  expect(entry('Subject: a\n\ntext', '')).toBe(
    'From MAILER-DAEMON Fri Jan 31 12:00:00 2020\nSubject: a\n\ntext\n\n',
  );
  expect(entry('', 'a b\n\u{202e}@ü', 0)).toBe('From ab@ Thu Jan  1 00:00:00 1970\n\n');
});

it('quotes what would be read as a separator', () => {
  expect(entry('A: b\n\nFrom x\n>From y\n From z\n>>From From\nx From\n')).toBe(
    'From ann@example.org Fri Jan 31 12:00:00 2020\nA: b\n\n>From x\n>>From y\n From z\n>>>From From\nx From\n\n',
  );
});

it('gives back, when read, just what was written', async () => {
  const line = fc.constantFrom(
    'From ',
    '>From x',
    'From ann Fri Jan 31 12:00:00 2020',
    '',
    'text',
    '>',
    ' From ',
    'é',
    'a\r',
  );
  const text = fc
    .array(line, { maxLength: 8 })
    .map((lines) => `Subject: a\n\n${lines.map((l) => `${l}\n`).join('')}`);
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 4 }), async (texts) => {
      const path = join(folder, 'written.mbox');
      writeFileSync(
        path,
        Buffer.concat(texts.map((raw) => mboxrdEntry(Buffer.from(raw), 'ann@example.org', 1_580_472_000))),
      );
      const read: string[] = [];
      for await (const item of readSourceFile({ kind: 'mbox', path, name: '' })) {
        read.push(item.kind === 'message' ? Buffer.from(item.bytes).toString() : item.kind);
      }
      expect(read).toEqual(texts);
    }),
    { numRuns: 200 },
  );
});
