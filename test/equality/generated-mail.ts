import fc from 'fast-check';
import { ADDRESSES, line, MESSAGE_IDS, word } from './words.ts';

/** One archive of one site. */
export interface GeneratedArchive {
  /** mbox files. */
  readonly files: readonly Buffer[];
  /** What was written into them before it was encoded: where words for queries are taken from. */
  readonly lines: readonly string[];
}

interface Person {
  readonly name: string;
  readonly address: string;
}

interface Block {
  readonly kind:
    | 'own'
    | 'quoted'
    | 'deep'
    | 'attribution'
    | 'signature'
    | 'patch'
    | 'junk'
    | 'uuencoded'
    | 'from';
  readonly lines: readonly string[];
}

type Shape =
  | 'plain'
  | 'base64'
  | 'quoted-printable'
  | 'html'
  | 'alternative'
  | 'attachment'
  | 'nested'
  | 'latin1'
  | 'broken';

interface Mail {
  readonly from: readonly Person[];
  readonly to: readonly Person[];
  readonly cc: readonly Person[];
  readonly bcc: readonly Person[];
  readonly subject: string;
  readonly id: string | null;
  readonly refs: readonly string[];
  readonly date: string | null;
  readonly received: string | null;
  /** Unix seconds of the separator line. */
  readonly arrived: number;
  readonly declared: readonly string[];
  readonly blocks: readonly Block[];
  readonly shape: Shape;
  readonly attached: readonly string[];
  readonly filename: string;
  /** How headers are written: encoded words or bare UTF-8. */
  readonly encoded: boolean;
  /** Places beside the first: of an exact copy, in the same archive or the next. */
  readonly copies: readonly ('here' | 'next')[];
}

const DATES: readonly string[] = [
  'Wed, 1 Jan 2020 10:00:00 +0000',
  'Wed, 1 Jan 2020 11:00:00 +0100',
  'Wed, 1 Jan 2020 10:00:01 GMT',
  'Tue, 31 Dec 2019 23:59:59 -0500',
  'Sat, 29 Feb 2020 12:00:00 +0000',
  'Thu, 1 Jan 1970 00:00:00 +0000',
  'Mon, 1 Jan 1900 00:00:00 +0000',
  'Fri, 1 Jan 2100 00:00:00 +0000',
  'no date',
];
const ARRIVALS: readonly number[] = [
  1_577_872_800, 1_577_872_801, 1_577_959_200, 1_582_977_600, 86_400, 1_700_000_000,
];

const people = fc.array(
  fc.record({ name: fc.oneof(fc.constant(''), line), address: fc.constantFrom(...ADDRESSES) }),
  { maxLength: 3 },
);
const block: fc.Arbitrary<Block> = fc.record({
  kind: fc.constantFrom<Block['kind'][]>(
    'own',
    'own',
    'own',
    'quoted',
    'deep',
    'attribution',
    'signature',
    'patch',
    'junk',
    'uuencoded',
    'from',
  ),
  lines: fc.array(line, { minLength: 1, maxLength: 4 }),
});
const declared = fc
  .record({
    topic: fc.array(line, { maxLength: 2 }),
    changeId: fc.array(fc.oneof(word, fc.constantFrom('I8473b9', 'i8473B9', 'a b')), { maxLength: 2 }),
    score: fc.array(fc.constantFrom('7', '-3', '0.5', '1e3', '7'), { maxLength: 2 }),
    due: fc.array(fc.constantFrom(...DATES.slice(0, 6)), { maxLength: 1 }),
  })
  .map(({ topic, changeId, score, due }) => [
    ...topic.map((value) => `X-Topic: ${bare(value)}`),
    ...changeId.map((value) => `Change-Id: ${bare(value)}`),
    ...score.map((value) => `X-Score: ${value}`),
    ...due.map((value) => `X-Due: ${value}`),
  ]);

const mail: fc.Arbitrary<Mail> = fc.record({
  from: people,
  to: people,
  cc: people,
  bcc: fc.oneof({ weight: 3, arbitrary: fc.constant([]) }, people),
  subject: fc.oneof({ weight: 8, arbitrary: line }, fc.constant('')),
  id: fc.option(
    fc.oneof(
      fc.constantFrom(...MESSAGE_IDS),
      fc.nat(50).map((n) => `${n}@mail.example.org`),
    ),
    { freq: 8 },
  ),
  refs: fc.array(fc.constantFrom(...MESSAGE_IDS), { maxLength: 3 }),
  date: fc.option(fc.constantFrom(...DATES), { freq: 10 }),
  received: fc.option(fc.constantFrom(...DATES.slice(0, 6))),
  arrived: fc.constantFrom(...ARRIVALS),
  declared,
  blocks: fc.array(block, { maxLength: 5 }),
  shape: fc.constantFrom<Shape[]>(
    'plain',
    'plain',
    'plain',
    'base64',
    'quoted-printable',
    'html',
    'alternative',
    'attachment',
    'nested',
    'latin1',
    'broken',
  ),
  attached: fc.array(line, { minLength: 1, maxLength: 3 }),
  filename: fc.oneof(fc.constantFrom('a.patch', 'Ü内核.txt', 'x y.tar.gz', 'config'), word),
  encoded: fc.boolean(),
  copies: fc.array(fc.constantFrom<('here' | 'next')[]>('here', 'next'), { maxLength: 1 }),
});

/** Archives of one site, which share some of their mail. @param most messages of one, copies apart */
export function generatedArchives(archives: number, most: number): fc.Arbitrary<readonly GeneratedArchive[]> {
  const one = fc.array(mail, { minLength: 3, maxLength: most });
  return fc.array(one, { minLength: archives, maxLength: archives }).map(writeArchives);
}

function writeArchives(archives: readonly (readonly Mail[])[]): GeneratedArchive[] {
  return archives.map((own, i) => {
    const shared = (archives[i - 1] ?? []).filter(({ copies }) => copies.includes('next'));
    const here = own.filter(({ copies }) => copies.includes('here'));
    const files = [own, [...shared, ...here]].filter((mails) => mails.length > 0);
    return {
      files: files.map((mails, n) => Buffer.concat(mails.map((one) => writePlace(one, n)))),
      lines: [...own, ...shared].flatMap(linesOf),
    };
  });
}

/** In an mbox: separator line, what is different at each place, the message with its lines that begin so escaped. */
function writePlace(one: Mail, copy: number): Buffer {
  const arrived = new Date((one.arrived - copy * 3600) * 1000);
  const [day, date, month, year, time] = arrived.toUTCString().replace(',', '').split(' ');
  const separator = `From mboxrd@z ${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}\n`;
  const delivered = copy === 0 ? '' : 'Delivered-To: somebody@example.org\n';
  const raw = Buffer.concat([Buffer.from(delivered), writeMail(one)]).toString('latin1');
  return Buffer.from(`${separator}${raw.replace(/^(>*From )/gm, '>$1')}\n\n`, 'latin1');
}

function writeMail(one: Mail): Buffer {
  const { from, to, cc, bcc, subject, id, refs, date, received } = one;
  const text = (value: string): string => (one.encoded ? encodedWords(value) : bare(value));
  const list = (name: string, all: readonly Person[]): string[] =>
    all.length === 0
      ? []
      : [`${name}: ${all.map((person) => writePerson(person, one.encoded)).join(',\n ')}`];
  const headers = [
    ...(received === null ? [] : [`Received: from a by b with SMTP; ${received}`]),
    ...list('From', from),
    ...list('To', to),
    ...list('Cc', cc),
    ...list('Bcc', bcc),
    ...(subject === '' ? [] : [`Subject: ${text(subject)}`]),
    ...(id === null ? [] : [`Message-ID: <${id}>`]),
    ...(refs.length === 0 ? [] : [`References: ${refs.map((ref) => `<${ref}>`).join('\n ')}`]),
    ...(date === null ? [] : [`Date: ${date}`]),
    ...one.declared,
    'MIME-Version: 1.0',
  ];
  return Buffer.concat([Buffer.from(`${headers.join('\n')}\n`), writeBody(one)]);
}

function writeBody(one: Mail): Buffer {
  const body = one.blocks.map(writeBlock).join('\n\n');
  const attached = one.attached.length > 2 ? gitPatch(one.attached) : one.attached.join('\n');
  const plain = `Content-Type: text/plain; charset=utf-8\n\n${body}\n`;
  switch (one.shape) {
    case 'plain':
      return Buffer.from(plain);
    case 'base64':
      return Buffer.from(
        `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${base64(body)}\n`,
      );
    case 'quoted-printable':
      return Buffer.from(
        `Content-Type: text/plain; charset="UTF-8"\nContent-Transfer-Encoding: quoted-printable\n\n${quotedPrintable(body)}\n`,
      );
    case 'html':
      return Buffer.from(`Content-Type: text/html; charset=utf-8\n\n${html(body)}\n`);
    case 'alternative':
      return multipart('alternative', [plain, `Content-Type: text/html; charset=utf-8\n\n${html(body)}\n`]);
    case 'attachment':
      return multipart('mixed', [
        plain,
        `Content-Type: text/x-patch; charset=utf-8; name="x"\nContent-Disposition: attachment;\n filename*=UTF-8''${encodeURIComponent(one.filename.toWellFormed())}\n\n${attached}\n`,
        `Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n${base64(attached)}\n`,
      ]);
    case 'nested':
      return multipart('mixed', [
        plain,
        `Content-Type: message/rfc822\n\nSubject: ${bare(one.subject)}\nFrom: ann@example.org\n\n${attached}\n`,
      ]);
    case 'latin1':
      return Buffer.concat([
        Buffer.from('Content-Type: text/plain; charset=iso-8859-1\n\n'),
        Buffer.from(body, 'latin1'),
      ]);
    case 'broken':
      return Buffer.from(
        `Content-Type: multipart/mixed; boundary="b"\n\n${body}\n--b\nContent-Type: text/plain; charset=x-none\n\n${attached}\n`,
      );
  }
}

function multipart(kind: string, parts: readonly string[]): Buffer {
  const boundary = '=_generated';
  const inside = parts.map((part) => `--${boundary}\n${part}`).join('\n');
  return Buffer.from(
    `Content-Type: multipart/${kind}; boundary="${boundary}"\n\n${inside}\n--${boundary}--\n`,
  );
}

function writeBlock({ kind, lines }: Block): string {
  const text = lines.join('\n');
  switch (kind) {
    case 'own':
      return text;
    case 'quoted':
      return lines.map((one) => `> ${one}`).join('\n');
    case 'deep':
      return lines.map((one, i) => `${'>'.repeat(1 + (i % 3))} ${one}`).join('\n');
    case 'attribution':
      return `On Wed, 1 Jan 2020, Ann wrote:\n> ${text.replaceAll('\n', '\n> ')}`;
    case 'signature':
      return `-- \n${text}`;
    case 'patch':
      return lines.length % 2 === 0 ? gitPatch(lines) : plainPatch(lines);
    case 'junk':
      return lines
        .concat(lines, lines)
        .map((one) => one.replace(/\s/gu, '').repeat(12))
        .join('\n');
    case 'uuencoded':
      return `begin 644 x\nM${'9'.repeat(60)}\n${text}\n\`\nend`;
    case 'from':
      return `From here: ${text}\n>From there`;
  }
}

/** A rename, and a hunk of lines that go, come and stay; the head counts one too many where there is an odd number of characters. */
function gitPatch(lines: readonly string[]): string {
  const name = bare(lines[0] ?? '').split(/\s/u)[0] ?? '';
  const marked = lines.map((one, i) => `${['-', '+', ' '][i % 3]}${one}`);
  const count = lines.length + ((lines[0] ?? '').length % 2);
  return [
    `diff --git a/fs/${name} b/fs/inode.c`,
    `rename from fs/${name}`,
    'rename to fs/inode.c',
    'index 0123abcd..89abcdef0123 100644',
    `--- a/fs/${name}`,
    '+++ b/fs/inode.c',
    `@@ -1,${count} +1,${count} @@ ${lines.at(-1)}`,
    ...marked,
    '',
    ...marked.toReversed(),
    '-- ',
    '2.30',
  ].join('\n');
}

function plainPatch(lines: readonly string[]): string {
  const head = `--- linux.orig/${lines[0]}\t2020-01-01\n+++ linux/inode.c`;
  return `${head}\n@@ -1,2 +1,2 @@\n${lines.map((one, i) => (i % 2 === 0 ? '-' : '+') + one).join('\n')}`;
}

function writePerson({ name, address }: Person, encoded: boolean): string {
  if (name === '') return address;
  const written = encoded ? encodedWords(name) : `"${bare(name).replace(/["\\]/g, (c) => `\\${c}`)}"`;
  return `${written} <${address}>`;
}

/** RFC 2047: a few characters at a time, so that no word is over 75 characters. */
function encodedWords(text: string): string {
  const characters = [...text.toWellFormed()];
  const words = Array.from({ length: Math.ceil(characters.length / 10) }, (_, i) =>
    base64(characters.slice(10 * i, 10 * i + 10).join('')).trim(),
  );
  return words.map((one) => `=?utf-8?B?${one}?=`).join('\n ');
}

/** In one header line. */
function bare(text: string): string {
  return text.replace(/[\r\n\0]/g, ' ');
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64').replace(/.{76}/g, '$&\n');
}

function quotedPrintable(text: string): string {
  return [...Buffer.from(text)]
    .map((byte) =>
      byte === 10 || (byte >= 32 && byte < 127 && byte !== 61)
        ? String.fromCharCode(byte)
        : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('')
    .replace(/ $/gm, '=20')
    .replace(/[^\n]{70}(?=[^\n])/g, (part) =>
      part.replace(/(=.?)?$/, (tail: string) => (tail === '' ? '=\n' : `=\n${tail}`)),
    );
}

function html(text: string): string {
  const escaped = text.replace(/[&<]/g, (c) => (c === '&' ? '&amp;' : '&lt;'));
  return `<html><body><p>${escaped.replaceAll('\n\n', '</p><p>').replaceAll('\n', '<br>')}</p><blockquote>x ${escaped.slice(0, 20)}</blockquote></body></html>`;
}

function linesOf({ from, to, cc, subject, declared: headers, blocks, attached, filename }: Mail): string[] {
  const names = [...from, ...to, ...cc].map(({ name }) => name);
  const values = headers.map((header) => header.replace(/^[^:]*: /, ''));
  return [
    subject,
    filename,
    ...names,
    ...values,
    ...attached,
    ...blocks.flatMap(({ lines }) => lines),
  ].filter((one) => /\S/.test(one));
}
