import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html, multipart, plain } from '../../fixtures/parts.ts';
import { scanMessage } from './mime-tree.ts';
import { parseMessage, readText } from './read-message.ts';

/** Runs as `kind: text`, lines joined by a slash. */
function textOf(mail: string | Buffer): string[] {
  const bytes = typeof mail === 'string' ? Buffer.from(mail) : mail;
  const { text } = parseMessage(bytes);
  // The text alone is the same.
  expect(readText(scanMessage(bytes))).toEqual(text);
  return text.map(
    (run) => `${run.kind}: ${Buffer.from(run.bytes).toString('utf8').trim().replaceAll('\n', '/')}`,
  );
}

describe('text of parts', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['plain text', 'Subject: x\n\nhello', ['own: hello']],
    ['HTML', `${html('<p>one</p><blockquote>two</blockquote>')}`, ['own: one', 'quoted: > two']],
    ['mixed', multipart('mixed', plain('one'), plain('two')), ['own: one', 'own: two']],
    ['alternative', multipart('alternative', plain('text'), html('<b>html</b>')), ['own: text']],
    ['alternative, HTML first', multipart('alternative', html('<b>html</b>'), plain('text')), ['own: text']],
    [
      'alternative with blank text',
      multipart('alternative', plain(' \n\n'), html('<b>html</b>')),
      ['own: html'],
    ],
    ['alternative without text', multipart('alternative', html('<b>html</b>')), ['own: html']],
    [
      'alternative with related HTML',
      multipart(
        'alternative',
        plain('text'),
        multipart('related', html('html'), 'Content-Type: image/png\n\nx').replaceAll('=b=', 'r'),
      ),
      ['own: text'],
    ],
    [
      'attached text',
      multipart('mixed', plain('one'), plain('two\n> three\n-- \nfour', 'Content-Disposition: attachment\n')),
      ['own: one', 'attached: two/> three/-- /four'],
    ],
    [
      'named text',
      multipart('mixed', plain('one'), 'Content-Type: text/x-patch; name=a.diff\n\n+two'),
      ['own: one', 'attached: +two'],
    ],
    [
      'a patch without a type',
      multipart('mixed', plain('one'), 'Content-Type: application/octet-stream; name=a.patch\n\n+two'),
      ['own: one', 'attached: +two'],
    ],
    [
      'attached HTML',
      multipart('mixed', plain('one'), 'Content-Type: text/html; name=a.html\n\n<p>two'),
      ['own: one', 'attached: two'],
    ],
    [
      'a calendar',
      multipart('alternative', plain('one'), 'Content-Type: text/calendar\n\nBEGIN:VCALENDAR'),
      ['own: one', 'attached: BEGIN:VCALENDAR'],
    ],
    [
      'a report',
      multipart('report', plain('one'), 'Content-Type: message/delivery-status\n\nStatus: 5.0.0'),
      ['own: one', 'attached: Status: 5.0.0'],
    ],
    ['a named body', 'Content-Type: text/plain; name=a.txt\n\nhello', ['own: hello']],
    [
      'a message in it',
      multipart('mixed', plain('one'), 'Content-Type: message/rfc822\n\nSubject: inner\nTo: x\n\n> two'),
      ['own: one', 'attached: inner', 'attached: > two'],
    ],
    [
      'an encoded message in it',
      multipart(
        'mixed',
        `Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n${Buffer.from('Subject: inner\r\n\r\ntwo').toString('base64')}`,
      ),
      ['attached: inner', 'attached: two'],
    ],
    [
      'a digest',
      multipart('digest', '\nSubject: a\n\none', '\nSubject: b\n\ntwo'),
      ['attached: a', 'attached: one', 'attached: b', 'attached: two'],
    ],
    ['a part of a message', 'Content-Type: message/partial\n\nhello', ['attached: hello']],
    [
      'flowed text',
      'Content-Type: text/plain; format=flowed\n\none \ntwo\n > three',
      ['own: one /two/ > three'],
    ],
    [
      'flowed text with DelSp',
      'Content-Type: text/plain; format=flowed; delsp=yes\n\non \ne \n> qu \n> ote\n-- \nsig',
      ['own: one', 'quoted: > quote', 'signature: -- /sig'],
    ],
    [
      'quoted-printable',
      'Content-Transfer-Encoding: quoted-printable\nContent-Type: text/plain; charset=iso-8859-1\n\nGr=FC=DFe',
      ['own: Grüße'],
    ],
    ['rich text', 'Content-Type: text/enriched\n\n<bold>hello</bold>', ['own: hello']],
    ['a picture', 'Content-Type: image/png\n\nhello', []],
  ])('%s', (_, mail, expected) => expect(textOf(mail)).toEqual(expected));
});

describe('broken multiparts', () => {
  it.each<readonly [string, string, readonly string[], readonly string[]]>([
    [
      'no boundary named',
      'Content-Type: multipart/mixed\n\n--x\nContent-Type: text/plain\n\none\n--x--\n',
      ['own: one'],
      ['boundary-missing'],
    ],
    [
      'another boundary named',
      'Content-Type: multipart/mixed; boundary=y\n\n--x\nContent-Type: text/plain\n\none\n--x--\n',
      ['own: one'],
      ['boundary-unseen'],
    ],
    [
      'no boundary at all',
      'Content-Type: multipart/mixed; boundary=y\n\nhello\n',
      ['own: hello'],
      ['boundary-unseen'],
    ],
    [
      'neither named nor there',
      'Content-Type: multipart/mixed\n\nhello\n',
      ['own: hello'],
      ['boundary-missing'],
    ],
    [
      'no end',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x\n\ntwo\n',
      ['own: one', 'own: two'],
      ['multipart-unclosed'],
    ],
    [
      'blanks behind the boundary',
      'Content-Type: multipart/mixed; boundary=x\n\n--x \t\n\none\n--x-- \n',
      ['own: one'],
      [],
    ],
    [
      'a sign behind the end',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--x-->\nepilogue\n',
      ['own: one'],
      [],
    ],
    [
      'a longer line that begins alike',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\n\none\n--xy\ntwo\n--x--\n',
      ['own: one/--xy/two'],
      [],
    ],
    [
      'an inner multipart that is not closed',
      multipart('mixed', 'Content-Type: multipart/mixed; boundary=x\n\n--x\n\none', plain('two')),
      ['own: one', 'own: two'],
      [],
    ],
    [
      'the boundary of the outer in the inner',
      multipart(
        'mixed',
        'Content-Type: multipart/mixed; boundary="=b="\n\n--=b=\n\none\n--=b=--',
        plain('two'),
      ),
      ['own: one', 'own: two'],
      [],
    ],
    [
      'a part without header',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\nno header here\nat all\n--x--\n',
      ['own: no header here/at all'],
      [],
    ],
    [
      'empty parts',
      'Content-Type: multipart/mixed; boundary=x\n\n--x\n--x\n\n--x\n\none\n--x--',
      ['own: one'],
      [],
    ],
    [
      'a header without end before the boundary',
      'Content-Type: multipart/mixed; boundary=x\n--x\n\none\n--x--',
      ['own: one'],
      [],
    ],
    [
      'a boundary with blanks',
      'Content-Type: multipart/mixed; boundary="a  b"\n\n--a  b\n\none\n--a  b--',
      ['own: one'],
      [],
    ],
    ['a type that is none', 'Content-Type: nonsense here\n\nhello', ['own: hello'], ['content-type-garbled']],
    ['an old type', 'Content-Type: text\n\nhello', ['own: hello'], []],
    [
      'an unknown encoding',
      'Content-Transfer-Encoding: x-foo\n\nhello',
      ['own: hello'],
      ['transfer-encoding-unknown'],
    ],
  ])('%s', (_, mail, text, codes) => {
    expect(textOf(mail)).toEqual(text);
    const seen = parseMessage(Buffer.from(mail)).problems.map((problem) => problem.code);
    expect(seen.filter((code) => !/^(?:date|message-id)-missing$/.test(code))).toEqual(codes);
  });
});

describe('file names', () => {
  it.each([
    ['Content-Disposition: attachment; filename="a b.txt"', 'a b.txt'],
    ['Content-Disposition: attachment; filename=a b.txt', 'a b.txt'],
    ['Content-Disposition: attachment; filename="a \\"b\\".txt"', 'a "b".txt'],
    ['Content-Disposition: attachment; filename="C:\\dir\\a.txt"', 'C:\\dir\\a.txt'],
    ['Content-Disposition: attachment; filename=a(1).txt', 'a(1).txt'],
    ['Content-Disposition: attachment; filename="never closed.txt', 'never closed.txt'],
    ["Content-Disposition: attachment; filename*=utf-8''Gr%C3%BC%C3%9Fe.txt", 'Grüße.txt'],
    [
      "Content-Disposition: attachment; filename*=iso-8859-1'de'Gr%FC%DFe.txt; filename=plain.txt",
      'Grüße.txt',
    ],
    ['Content-Disposition: attachment; filename*1=b.txt; filename*0=a', 'ab.txt'],
    ["Content-Disposition: attachment; filename*0*=utf-8''%E4%B8; filename*1*=%AD.txt", '中.txt'],
    ['Content-Disposition: attachment; filename*0*=utf-8\'\'a%20; filename*1="b.txt"', 'a b.txt'],
    ['Content-Disposition: attachment; filename="=?utf-8?q?Gr=C3=BC=C3=9Fe.txt?="', 'Grüße.txt'],
    ['Content-Disposition: attachment; filename="Grüße.txt"', 'Grüße.txt'],
    ['Content-Type: application/pdf; name=a.pdf', 'a.pdf'],
    ['Content-Type: application/pdf; name=a.pdf\nContent-Disposition: inline; filename=b.pdf', 'b.pdf'],
    ['Content-Type: application/pdf;;; =x; name = a.pdf ;', 'a.pdf'],
  ])('%j', (header, expected) => {
    expect(parseMessage(Buffer.from(`${header}\n\nx`)).filenames).toEqual([expected]);
  });
});

describe('flags and headers', () => {
  it.each<readonly [string, string, readonly string[]]>([
    ['nothing', 'Subject: x\n\nhello', []],
    ['a reply', 'In-Reply-To: <a@b>\n\nhello', ['reply']],
    ['a reply to words', 'In-Reply-To: your mail\n\nhello', ['reply']],
    ['no reply', 'In-Reply-To:\nReferences: \n\nhello', []],
    ['HTML', html('hello'), ['html']],
    [
      'an attachment',
      multipart('mixed', plain('a'), 'Content-Type: image/png; name=a.png\n\nx'),
      ['attachment'],
    ],
    [
      'an attachment without a name',
      multipart('mixed', plain('a'), 'Content-Type: image/png\nContent-Disposition: attachment\n\nx'),
      ['attachment'],
    ],
    [
      'a signed message',
      multipart('signed', plain('a'), 'Content-Type: application/pgp-signature; name=signature.asc\n\nx'),
      [],
    ],
    [
      'an attached patch',
      multipart('mixed', plain('a'), 'Content-Type: text/x-patch; name=a.patch\n\ndiff --git a/x b/x\n'),
      ['attachment', 'patch'],
    ],
    ['a patch', 'Subject: x\n\ndiff --git a/x b/x\n', ['patch']],
  ])('%s', (_, mail, flags) => expect(parseMessage(Buffer.from(mail)).flags).toEqual(flags));

  it('gives declared headers by lower-case name, decoded, all of them', () => {
    const message = parseMessage(Buffer.from('X-Tag: =?utf-8?q?=C3=BC?=\nx-tag: b\n\n'), ['X-TAG', 'absent']);
    expect(message.headers).toEqual({ 'x-tag': ['ü', 'b'] });
  });

  it('gives every content type once', () => {
    expect(parseMessage(Buffer.from(multipart('mixed', plain('a'), plain('b'), html('c')))).mime).toEqual([
      'multipart/mixed',
      'text/plain',
      'text/html',
    ]);
  });
});

describe('any input', () => {
  const piece = fc.constantFrom(
    'From: a <b@c>\n',
    'Subject: =?utf-8?q?x?=\n',
    'Content-Type: multipart/mixed; boundary=x\n',
    'Content-Type: message/rfc822\n',
    'Content-Type: text/html\n',
    'Content-Transfer-Encoding: base64\n',
    '\n',
    '--x\n',
    '--x--\n',
    '\r',
    '\0',
    '\xff',
    ' fold\n',
    '> a\n',
    ':',
    'AAAA',
    '<p>',
    'Date: 1\n',
  );

  it('is parsed, never thrown at', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 400 }),
          fc.array(piece, { maxLength: 40 }).map((pieces) => Buffer.from(pieces.join(''), 'latin1')),
        ),
        (bytes) => {
          const message = parseMessage(bytes, ['subject']);
          expect(message.id).toMatch(/^[0-9a-f]{32}$/);
          for (const run of message.text)
            expect(Buffer.from(Buffer.from(run.bytes).toString('utf8'))).toEqual(run.bytes);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('may nest as deep as it likes', () => {
    const deep = Array.from(
      { length: 5_000 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    ).join('');
    expect(parseMessage(Buffer.from(`${deep}\nhello`)).problems.map((problem) => problem.code)).toContain(
      'parts-too-deep',
    );
    const messages = 'Content-Type: message/rfc822\n\n'.repeat(5_000);
    expect(parseMessage(Buffer.from(`${messages}\nhello`)).problems.map((problem) => problem.code)).toContain(
      'parts-too-deep',
    );
  });

  it('may have as many parts as it likes', () => {
    const message = parseMessage(
      Buffer.from(`Content-Type: multipart/mixed; boundary=x\n\n${'--x\n\na\n'.repeat(50_000)}`),
    );
    expect(message.problems.map((problem) => problem.code)).toContain('parts-too-many');
    expect(message.text.length).toBeLessThanOrEqual(2_000);
  });

  it.each([
    '--x\n',
    '--y\n',
    '--',
    'Content-Type: multipart/mixed\n\n',
    'a: b\n',
    ' \n',
    ')(\n',
    'Subject: =?a?q?',
    '\r',
    'begin 644 a\n',
    'From: <"\\',
  ])('is done with four megabytes of %j', (text) => {
    const body = text.repeat(Math.floor((4 * 1024 * 1024) / text.length));
    const nested = Array.from(
      { length: 60 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    ).join('');
    for (const mail of [body, `Content-Type: multipart/mixed; boundary=x\n\n${body}`, `${nested}\n${body}`]) {
      expect(parseMessage(Buffer.from(mail)).id).toHaveLength(32);
    }
  });

  it('is cut at the limit', () => {
    const scan = scanMessage(Buffer.alloc(64 * 1024 * 1024 + 1, 'a\n'));
    expect(scan.problems.map((problem) => problem.code)).toContain('message-cut');
  });
});
