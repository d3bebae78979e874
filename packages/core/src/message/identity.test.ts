import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { identify, idOf } from './identity.ts';
import { scanMessage } from './mime-tree.ts';

const MAIL = `Received: from a by b; Mon, 3 Feb 2020 10:00:05 +0000
From: =?utf-8?q?J=C3=BCrgen?= <j@example.org>
To: Ann <ann@example.org>, Bob <bob@example.org>
Subject: A subject that is long enough to be folded somewhere
Date: Mon, 3 Feb 2020 10:00:00 +0000
Message-ID: <one@example.org>
In-Reply-To: <zero@example.org>
References: <root@example.org> <zero@example.org>
Change-Id: I1234
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=utf-8

Grüße
From the start of a line
--b
Content-Type: application/octet-stream; name="a.bin"
Content-Transfer-Encoding: base64

AAEC
--b--
`;

/** The id alone is the same, whatever the message. */
function of(text: string | Buffer, declared: readonly string[] = []): ReturnType<typeof identify> {
  const scan = scanMessage(typeof text === 'string' ? Buffer.from(text) : text);
  const identity = identify(scan, declared);
  expect(idOf(scan, declared)).toBe(identity.id);
  return identity;
}

describe('identify', () => {
  it('reads what a message is known by', () => {
    expect(of(MAIL)).toMatchObject({
      messageId: 'one@example.org',
      subject: 'A subject that is long enough to be folded somewhere',
      from: [{ name: 'Jürgen', address: 'j@example.org' }],
      dateHeader: Date.parse('2020-02-03T10:00:00Z') / 1000,
      receivedHeader: Date.parse('2020-02-03T10:00:05Z') / 1000,
      references: ['root@example.org', 'zero@example.org'],
      filenames: ['a.bin'],
      problems: [],
    });
  });

  it('makes hash and id as the comment of identify says', () => {
    const counted = (text: string): string => `${Buffer.byteLength(text)}:${text}`;
    const digest = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');
    const headers: readonly (readonly [string, string])[] = [
      ['from', 'Jürgen<j@example.org>'],
      ['to', 'Ann<ann@example.org>,Bob<bob@example.org>'],
      ['subject', 'Asubjectthatislongenoughtobefoldedsomewhere'],
      ['date', 'Mon,3Feb202010:00:00+0000'],
      ['in-reply-to', '<zero@example.org>'],
      ['references', '<root@example.org><zero@example.org>'],
      ['change-id', 'I1234'],
    ];
    const contentHash = createHash('sha256')
      .update(headers.map(([name, value]) => counted(name) + counted(value)).join(''))
      .update(counted(''))
      .update(counted('text/plain') + counted('') + counted(digest('Grüße\nFrom the start of a line')))
      .update(
        counted('application/octet-stream') + counted('a.bin') + counted(digest(Buffer.from([0, 1, 2]))),
      )
      .digest('hex');
    const identity = of(MAIL, ['Change-Id', 'SUBJECT']);
    expect(identity.contentHash).toBe(contentHash);
    expect(identity.id).toBe(
      createHash('sha256')
        .update(counted('one@example.org') + counted(contentHash))
        .digest('hex')
        .slice(0, 32),
    );
  });

  it.each<readonly [string, (mail: string) => string]>([
    ['CR LF', (mail) => mail.replaceAll('\n', '\r\n')],
    ['CR alone', (mail) => mail.replaceAll('\n', '\r')],
    ['CR CR LF', (mail) => mail.replaceAll('\n', '\r\r\n')],
    ['line ends of several kinds', (mail) => mail.replace(/\n(?=[A-Z])/g, '\r\n')],
    [
      'trace headers',
      (mail) =>
        `Received: from c by d; Tue, 4 Feb 2020 10:00:00 +0000\nDKIM-Signature: x\nList-Id: <l>\n${mail}`,
    ],
    [
      'other folding',
      (mail) => mail.replace('that is long', 'that\n\tis\n  long').replace('>, Bob', '>,\n Bob'),
    ],
    ['an encoded subject', (mail) => mail.replace('A subject that', '=?utf-8?q?A_subject?= that')],
    [
      'other words for the same name',
      (mail) => mail.replace('=?utf-8?q?J=C3=BCrgen?=', '=?iso-8859-1?b?Svy=?= =?utf-8?q?rgen?='),
    ],
    ['a raw name', (mail) => mail.replace('=?utf-8?q?J=C3=BCrgen?=', 'Jürgen')],
    [
      'quoted-printable',
      (mail) =>
        mail.replace(
          'charset=utf-8\n\nGrüße',
          'charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nGr=C3=BC=\n=C3=9Fe',
        ),
    ],
    ['an mbox escape', (mail) => mail.replace('\nFrom the', '\n>From the')],
    ['two mbox escapes', (mail) => mail.replace('\nFrom the', '\n>>From the')],
    ['more empty lines at the end', (mail) => mail.replace('of a line\n', 'of a line\n \n\n')],
    [
      'another boundary',
      (mail) => mail.replaceAll('--b', '--other').replace('boundary=b', 'boundary="other"'),
    ],
    ['base64 in other lines', (mail) => mail.replace('AAEC', 'AA\nEC')],
    [
      'names in other cases',
      (mail) => mail.replace('Subject:', 'SUBJECT:').replace('text/plain', 'TEXT/Plain'),
    ],
  ])('is the same with %s', (_, change) => {
    const changed = change(MAIL);
    expect(changed).not.toBe(MAIL);
    expect(of(changed)).toMatchObject({ id: of(MAIL).id, contentHash: of(MAIL).contentHash });
  });

  it.each<readonly [string, (mail: string) => string]>([
    ['subject', (mail) => mail.replace('A subject', 'Another subject')],
    ['sender', (mail) => mail.replace('j@example', 'k@example')],
    ['date', (mail) => mail.replace('Date: Mon, 3', 'Date: Mon, 4')],
    ['references', (mail) => mail.replace('<root@example.org> ', '')],
    ['text', (mail) => mail.replace('Grüße', 'Gruß')],
    ['attachment', (mail) => mail.replace('AAEC', 'AAED')],
    ['file name', (mail) => mail.replace('a.bin', 'b.bin')],
    ['type', (mail) => mail.replace('application/octet-stream', 'application/zip')],
    ['part', (mail) => mail.replace('--b--', '--b\n\nmore\n--b--')],
  ])('is another with another %s', (_, change) => {
    expect(of(change(MAIL)).contentHash).not.toBe(of(MAIL).contentHash);
  });

  it('has other ids for one content under two Message-IDs', () => {
    const other = of(MAIL.replace('<one@', '<two@'));
    expect(other.contentHash).toBe(of(MAIL).contentHash);
    expect(other.id).not.toBe(of(MAIL).id);
  });

  it('counts declared headers, whatever their order and case', () => {
    expect(of(MAIL, ['change-id']).contentHash).not.toBe(of(MAIL).contentHash);
    expect(of(MAIL, ['CHANGE-ID', 'x']).contentHash).toBe(
      of(MAIL, ['x', 'Change-Id', 'change-id']).contentHash,
    );
  });

  it('makes a Message-ID where there is none', () => {
    const identity = of(MAIL.replace(/^Message-ID.*\n/m, ''));
    expect(identity.messageId).toBe(`${identity.contentHash}@missing.invalid`);
    expect(identity.problems.map((problem) => problem.code)).toEqual(['message-id-missing']);
  });

  it.each([
    ['Message-ID: one@example.org', 'one@example.org'],
    ['Message-ID: junk one@example.org junk', 'one@example.org'],
    ['Message-ID: <one@\n example.org>', 'one@example.org'],
    ['Message-ID: <one@example.org', 'one@example.org'],
    ['Message-ID: one two', 'one'],
  ])('reads %j', (header, expected) => expect(of(`${header}\n\n`).messageId).toBe(expected));

  it.each([
    ['References: <a@b> junk <c@d>\nIn-Reply-To: Your message of "Monday" <e@f>', ['a@b', 'c@d', 'e@f']],
    ['References: <a@b> <c@d>\nIn-Reply-To: <a@b>', ['a@b', 'c@d']],
    ['To: Ann <Ann@b>\nIn-Reply-To: Message from Ann <ann@b> of "Monday" <c@d>', ['c@d']],
    ['From: ann@b\nIn-Reply-To: <c@d> (Ann <ann@b>, Monday)', ['c@d']],
    ['To: a@b\nIn-Reply-To: <a@b>, <c@d>', ['a@b', 'c@d']],
    ['References: no ids at all', []],
    ['References: <a@b> <a\n @b> <>', ['a@b']],
    ['In-Reply-To: <<a@b>>', ['a@b']],
  ])('reads %j', (header, expected) => expect(of(`${header}\n\n`).references).toEqual(expected));

  it.each<readonly [string, readonly string[]]>([
    ['Message-ID: <a@b>', ['date-missing']],
    ['Message-ID: <a@b>\nDate: 31 Feb 2020 10:00:00 +0000', ['date-unreadable']],
    ['Message-ID: <a@b>\nDate: 3 Feb 2020 10:00:00 XYZT', ['date-zone-unknown']],
    ['Message-ID: a@b\nDate: 3 Feb 2020 10:00:00 +0000', ['message-id-unbracketed']],
    ['Date: 3 Feb 2020 10:00:00 +0000', ['message-id-missing']],
    ['Message-ID: <a@b>\nDate: 3 Feb 2020 10:00:00 +0000\nFrom: root', ['address-garbled']],
    [`Message-ID: <a@b>\nDate: 3 Feb 2020 10:00:00 +0000\nFrom: ${'a@b,'.repeat(10_001)}`, ['addresses-cut']],
    ['Message-ID: <a@b>\nDate: 3 Feb 2020 10:00:00 +0000\nFrom: a@b', []],
  ])('tells the problems of %j', (header, codes) => {
    expect(of(`${header}\n\n`).problems.map((problem) => problem.code)).toEqual(codes);
  });

  it('keeps the newest of very many references', () => {
    const ids = Array.from({ length: 1_200 }, (_, i) => `<${i}@x>`).join('\n ');
    const { references, problems } = of(`References: ${ids}\n\n`);
    expect(references).toHaveLength(1_000);
    expect(references.at(-1)).toBe('1199@x');
    expect(problems.map((problem) => problem.code)).toContain('references-cut');
  });

  it('takes the topmost Received that has a date', () => {
    expect(
      of('Received: from a; nonsense\nReceived: x\nReceived: from b; Mon, 3 Feb 2020 10:00:00 +0000\n\n')
        .receivedHeader,
    ).toBe(1_580_724_000);
  });

  it('is the same for a text under any line ends', () => {
    const line = fc.string({ unit: fc.constantFrom(...'ab >-:=\t', 'é') });
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom('\r\n', '\r'), (lines, lineEnd) => {
        const mail = `Subject: x\n\n${lines.join('\n')}`;
        expect(of(mail.replaceAll('\n', lineEnd)).id).toBe(of(mail).id);
      }),
    );
  });
});
