import { gzipSync } from 'node:zlib';
import type { Mail } from './compose.ts';
import { digest, separatorDate } from './headers.ts';

/** A file to be written, its name relative to `mail/`. */
export interface MailFile {
  readonly name: string;
  readonly messages: number;
  readonly bytes: Buffer;
}

/** All files of the sample: mbox and two-member mbox.gz, mboxrd, Maildir. */
export function mailFiles(mails: readonly Mail[]): MailFile[] {
  const of = (list: string, ...years: number[]): Mail[] =>
    mails
      .filter((m) => m.listName === list && (years.length === 0 || years.includes(yearOf(m))))
      .sort((a, b) => a.received - b.received || (a.draft.key < b.draft.key ? -1 : 1));
  const older = [of('garden', 2023), of('garden', 2024)];
  return [
    {
      name: 'garden/2023-2024.mbox.gz',
      messages: older.flat().length,
      bytes: Buffer.concat(older.map((year) => gzipMember(mbox(year)))),
    },
    mboxFile('garden/2025.mbox', of('garden', 2025)),
    mboxFile('hayloft-dev/2023-2024.mbox', of('hayloft-dev', 2023, 2024)),
    mboxFile('hayloft-dev/2025.mbox', of('hayloft-dev', 2025)),
    ...maildir('committee', of('committee')),
  ];
}

function mboxFile(name: string, mails: readonly Mail[]): MailFile {
  return { name, messages: mails.length, bytes: mbox(mails) };
}

/** mboxrd: every line of `>*From ` gets one more `>`. */
function mbox(mails: readonly Mail[]): Buffer {
  const pieces: Buffer[] = [];
  for (const mail of mails) {
    const escaped = mail.bytes.toString('latin1').replaceAll(/^(>*From )/gm, '>$1');
    pieces.push(
      Buffer.from(`From ${mail.draft.who.address} ${separatorDate(mail.received)}\n`),
      Buffer.from(escaped, 'latin1'),
      Buffer.from('\n'),
    );
  }
  return Buffer.concat(pieces);
}

/** Node writes no time into a gzip header; the system's number is wiped too. */
function gzipMember(bytes: Buffer): Buffer {
  const member = gzipSync(bytes, { level: 9 });
  member[9] = 255;
  return member;
}

function maildir(folder: string, mails: readonly Mail[]): MailFile[] {
  const files = mails.map((mail, i): MailFile => {
    const base = `${mail.received}.M${i}P${Number.parseInt(digest(mail.draft.key, 4), 16)}.barn`;
    const flags = mail.draft.options.get('flags')?.[0] ?? 'S';
    const name = mail.draft.options.has('new') ? `new/${base}` : `cur/${base}:2,${flags}`;
    return { name: `${folder}/${name}`, messages: 1, bytes: mail.bytes };
  });
  // A Maildir has three folders; git would leave out the empty one.
  return [...files, { name: `${folder}/tmp/.keep`, messages: 0, bytes: Buffer.alloc(0) }];
}

function yearOf(mail: Mail): number {
  return new Date(mail.received * 1000).getUTCFullYear();
}
