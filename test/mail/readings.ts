import { createRequire } from 'node:module';
import { type Message, parseMessage } from '@hayrick/core/message';
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';

/** What is compared of a message, the same from every parser. Sets are sorted arrays without repeats. */
export interface Reading {
  readonly subject: string;
  readonly addresses: readonly string[];
  /** Unix seconds or null. */
  readonly date: number | null;
  /** Words of what a reader sees first: text, or HTML where there is no text, and attached text. */
  readonly words: ReadonlySet<string>;
  /** Words that another reading of the same message may hold besides. */
  readonly moreWords: ReadonlySet<string>;
  readonly filenames: readonly string[];
  readonly text: string;
}

type HtmlToText = (html: string, options: object) => string;

/** html-to-text comes with mailparser. */
const htmlToText: HtmlToText = createRequire(createRequire(import.meta.url).resolve('mailparser'))(
  'html-to-text',
).htmlToText;
const HTML_OPTIONS = {
  wordwrap: false,
  limits: { maxDepth: 100, maxInputLength: 1 << 22 },
  // Text behind </body> is text; without this only the body is read.
  baseElements: { selectors: [], returnDomByDefault: true },
  selectors: [
    { selector: 'title', format: 'skip' },
    { selector: 'a', options: { ignoreHref: true } },
    { selector: 'img', format: 'skip' },
    // Numbers of list items are no words of the mail.
    ...['ol', 'ul', 'li', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'table'].map((selector) => ({
      selector,
      format: 'block',
    })),
    { selector: 'td', format: 'block' },
    { selector: 'th', format: 'block' },
  ],
};

export function ourReading(raw: Buffer): { readonly reading: Reading; readonly message: Message } {
  const message = parseMessage(raw);
  const text = message.text.map((run) => Buffer.from(run.bytes).toString('utf8')).join('\n');
  return {
    message,
    reading: {
      subject: oneLine(message.subject),
      addresses: sorted(
        [...message.from, ...message.to, ...message.cc, ...message.bcc].map((a) => a.address.toLowerCase()),
      ),
      date: message.dateHeader,
      words: wordsOf(text),
      moreWords: new Set(),
      filenames: sorted(message.filenames.map(oneLine)),
      text,
    },
  };
}

export async function mailparserReading(raw: Buffer): Promise<Reading> {
  const mail = await simpleParser(raw, {
    skipTextToHtml: true,
    skipTextLinks: true,
    skipImageLinks: true,
    skipHtmlToText: true,
    keepCidLinks: true,
  } as object);
  const html = mail.html === false ? '' : (mail.html ?? '');
  const lists = [mail.from, mail.to, mail.cc, mail.bcc].flatMap((field) =>
    field === undefined ? [] : [field].flat(),
  );
  // Its own date falls back to the clock: the header's text is read the way Date.parse does.
  const dateLine = mail.headerLines.find((line) => line.key === 'date')?.line ?? '';
  return readingOf(
    mail.subject ?? '',
    lists
      .flatMap((list) => list.value)
      .flatMap((a) => [a, ...(a.group ?? [])])
      .map((a) => a.address ?? ''),
    dateLine.replace(/^date:/i, ''),
    mail.text ?? '',
    html,
    mail.attachments.map((a) => ({ name: a.filename ?? '', type: a.contentType, content: a.content })),
  );
}

export async function postalMimeReading(raw: Buffer): Promise<Reading> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'arraybuffer' });
  const lists = [
    mail.from === undefined ? [] : [mail.from],
    mail.to ?? [],
    mail.cc ?? [],
    mail.bcc ?? [],
  ].flat();
  return readingOf(
    mail.subject ?? '',
    lists.flatMap((a) => [a.address ?? '', ...(a.group ?? []).map((member) => member.address ?? '')]),
    mail.headers.find((header) => header.key === 'date')?.value ?? '',
    mail.text ?? '',
    mail.html ?? '',
    mail.attachments.map((a) => ({
      name: a.filename ?? '',
      type: a.mimeType,
      content: Buffer.from(a.content as ArrayBuffer),
    })),
  );
}

/** Runs of letters, marks and digits, in lower case and compatibility form. */
function wordsOf(text: string): Set<string> {
  return new Set(
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{M}\p{N}]+/gu) ?? [],
  );
}

interface Attachment {
  readonly name: string;
  readonly type: string;
  readonly content: Buffer;
}

function readingOf(
  subject: string,
  addresses: readonly string[],
  dateText: string,
  text: string,
  html: string,
  attachments: readonly Attachment[],
): Reading {
  const htmlText = html === '' ? '' : htmlToText(html, HTML_OPTIONS);
  const attached = attachments.filter((a) => a.type.startsWith('text/')).map(textOf);
  const seen = [text.trim() === '' ? htmlText : text, ...attached].join('\n');
  const parsed = Date.parse(dateText.replace(/\([^()]*\)/g, ' '));
  return {
    subject: oneLine(subject),
    addresses: sorted(addresses.map((a) => a.toLowerCase())),
    date: Number.isNaN(parsed) ? null : parsed / 1000,
    words: wordsOf(seen),
    moreWords: wordsOf([text, htmlText, ...attachments.map((a) => a.content.toString('utf8'))].join('\n')),
    filenames: sorted(attachments.map((a) => oneLine(a.name))),
    text: seen,
  };
}

function textOf(attachment: Attachment): string {
  const text = attachment.content.toString('utf8');
  return attachment.type === 'text/html' ? htmlToText(text, HTML_OPTIONS) : text;
}

function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].filter((value) => value !== '').sort();
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
