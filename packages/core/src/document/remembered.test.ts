import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createRemembered, identify, readMessage, scanMessage } from '../message/index.ts';
import { createDocumentBuilder } from './build.ts';

const name = fc.constantFrom(
  'Ann',
  '"Ann, B"',
  '=?utf-8?q?J=C3=BCrgen?=',
  'Ann\n\tB',
  'J\xfcrgen',
  '(none)',
  '',
);
const address = fc.constantFrom('ann@example.org', 'b@lists.example.org', 'root', '@@', 'x@[10.0.0.1]');
const mailbox = fc.tuple(name, address).map(([n, a]) => `${n} <${a}>`);
const list = fc.array(mailbox, { maxLength: 4 }).map((all) => all.join(', '));
const header = fc.tuple(fc.constantFrom('From', 'To', 'CC', 'Bcc'), list).map(([n, v]) => `${n}: ${v}\n`);
const mail = fc.array(header, { maxLength: 6 }).map((all) => `${all.join('')}\ntext\n`);

it('a thread that remembers headers makes the same documents as one that does not', () => {
  const remembered = createRemembered();
  const build = createDocumentBuilder([]);
  const facts = { archives: ['a'], date: 1, received: 2, size: 3 };
  fc.assert(
    fc.property(mail, (text) => {
      const raw = Buffer.from(text, 'latin1');
      const known = scanMessage(raw, remembered);
      const anew = scanMessage(raw);
      const message = readMessage(known, identify(known, []), []);
      const other = readMessage(anew, identify(anew, []), []);
      expect(message).toEqual(other);
      expect(build(message, facts)).toEqual(createDocumentBuilder([])(other, facts));
    }),
    { numRuns: 300 },
  );
});
