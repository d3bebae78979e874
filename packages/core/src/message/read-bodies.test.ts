import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, multipart, plain } from '../../fixtures/parts.ts';
import type { TextRun } from './message.ts';
import { scanMessage } from './mime-tree.ts';
import { readBodies, readText } from './read-message.ts';

describe('the text of bodies alone', () => {
  const line = fc.constantFrom(
    'some words of the sender',
    'a longer line of the sender, '.repeat(20),
    '> a quote',
    '>> another quote',
    'On Monday somebody <a@example.org> wrote:',
    'somebody wrote:',
    'x'.repeat(70),
    'Zm9vYmFy'.repeat(10),
    '-- ',
    '--',
    '@@ -1,40 +1,40 @@',
    'diff --git a/x b/x',
    '+++ b/x',
    'literal 20',
    'begin 644 x',
    '-----Original Message-----',
    '_______________________________________________',
    '\f'.repeat(300),
    ' ',
    '',
  );
  const lines = fc.array(
    fc.tuple(line, fc.integer({ min: 1, max: 30 })).map(([text, times]) => `${text}\n`.repeat(times)),
    { maxLength: 40 },
  );
  const body = lines.map((parts) => parts.join(''));
  const part = fc.oneof(
    body.map((text) => plain(text)),
    body.map((text) => plain(text, 'Content-Disposition: attachment\n')),
    body.map((text) => `Content-Type: text/plain; format=flowed\n\n${text}`),
    body.map((text) => html(`<p>${text}</p><blockquote>${text}</blockquote>`)),
    body.map((text) => `Content-Type: message/rfc822\n\nSubject: inner\n\n${text}`),
  );
  const mail = fc.oneof(
    part,
    fc
      .tuple(fc.constantFrom('mixed', 'alternative'), fc.array(part, { minLength: 1, maxLength: 3 }))
      .map(([kind, parts]) => multipart(kind, ...parts)),
  );
  const ofKind = (text: readonly TextRun[], kind: string) =>
    Buffer.concat(text.filter((run) => run.kind === kind).map(({ bytes }) => bytes));

  it('has the first of the sender’s words that the whole text has, or is what the whole text has of bodies', () => {
    fc.assert(
      fc.property(mail, fc.nat(30_000), (text, enough) => {
        const scan = scanMessage(Buffer.from(text));
        const all = readText(scan);
        const bodies = readBodies(scan, enough);
        if (bodies.whole) expect(bodies.text).toEqual(all.filter(({ kind }) => kind !== 'attached'));
        else {
          const own = ofKind(bodies.text, 'own');
          expect(own.length).toBeGreaterThanOrEqual(enough);
          expect(own.subarray(0, enough)).toEqual(ofKind(all, 'own').subarray(0, enough));
        }
        for (const kind of ['own', 'quoted', 'attached', 'signature'])
          expect(bodies.all().filter((run) => run.kind === kind)).toEqual(
            all.filter((run) => run.kind === kind),
          );
      }),
      { numRuns: 300 },
    );
  });

  it('ends early', () => {
    const scan = scanMessage(Buffer.from(`Subject: x\n\n${'some words\n'.repeat(10_000)}`));
    const { text, whole } = readBodies(scan, 1000);
    expect(whole).toBe(false);
    expect(ofKind(text, 'own').length).toBeLessThan(10_000);
  });
});
