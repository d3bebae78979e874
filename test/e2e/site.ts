import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Mail {
  readonly id: string;
  readonly from?: string;
  readonly subject?: string;
  /** As in a Date header. */
  readonly date?: string;
  readonly text?: string;
  readonly headers?: readonly string[];
}

/** A day of January 2020, as in a Date header. */
export function onDay(day: number): string {
  return `Wed, ${String(day).padStart(2, '0')} Jan 2020 10:00:00 +0000`;
}

/** One raw message. */
export function mailText(mail: Mail): string {
  return [
    `From: ${mail.from ?? 'Ann Archer <ann@example.org>'}`,
    'To: list@example.org',
    `Subject: ${mail.subject ?? 'no subject'}`,
    `Date: ${mail.date ?? 'Fri, 31 Jan 2020 12:00:00 +0000'}`,
    `Message-ID: <${mail.id}>`,
    ...(mail.headers ?? []),
    '',
    mail.text ?? 'some text',
    '',
  ].join('\n');
}

/** An mbox of these. */
export function mbox(mails: readonly Mail[]): string {
  return mails.map((mail) => `From ann@example.org Fri Jan 31 12:00:00 2020\n${mailText(mail)}\n`).join('');
}

export interface TestSite {
  readonly folder: string;
  /** Writes a file into the site's folder and answers its path. */
  write(name: string, content: string | Uint8Array): string;
  /** Writes settings.json: archives, and what else is given. */
  settings(archives: Readonly<Record<string, unknown>>, more?: Readonly<Record<string, unknown>>): void;
  remove(): void;
}

/** A folder of its own for one test. */
export function makeSite(): TestSite {
  const folder = mkdtempSync(join(tmpdir(), 'hayrick-e2e-'));
  const write = (name: string, content: string | Uint8Array): string => {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
    // Settings that others may write are not used, whatever the umask of the tests.
    chmodSync(path, 0o644);
    return path;
  };
  return {
    folder,
    write,
    settings: (archives, more = {}) => {
      const settings = { archives, connections: { default: { engine: 'sqlite' } }, ...more };
      write('settings.json', JSON.stringify(settings));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Six messages over two archives, one of them private to ann, one message in both. */
export function fillSite(site: TestSite): void {
  site.write(
    'mail/garden.mbox',
    mbox([
      {
        id: 'g1@example.org',
        subject: 'Scythes in spring',
        date: 'Wed, 1 Jan 2020 10:00:00 +0000',
        text: 'A scythe and a whetstone.',
      },
      {
        id: 'g2@example.org',
        subject: 'Re: Scythes in spring',
        from: 'Bob <bob@example.com>',
        date: 'Thu, 2 Jan 2020 10:00:00 +0000',
        text: 'The blade is blunt.\n\n> A scythe and a whetstone.',
      },
      {
        id: 'g3@example.org',
        subject: 'Compost',
        date: 'Fri, 3 Jan 2020 10:00:00 +0000',
        text: 'The heap is warm, says the thermometer.',
      },
      {
        id: 'both@example.org',
        subject: 'Invitation',
        date: 'Sat, 4 Jan 2020 10:00:00 +0000',
        text: 'Quince jelly for all.',
      },
    ]),
  );
  site.write(
    'mail/board.mbox',
    mbox([
      {
        id: 'b1@example.org',
        subject: 'Money',
        date: 'Sun, 5 Jan 2020 10:00:00 +0000',
        text: 'The escrow of the scythe fund.',
      },
      {
        id: 'both@example.org',
        subject: 'Invitation',
        date: 'Sat, 4 Jan 2020 10:00:00 +0000',
        text: 'Quince jelly for all.',
      },
    ]),
  );
  site.settings({
    garden: { paths: ['mail/garden.mbox'], access: 'public' },
    board: { paths: ['mail/board.mbox'], readers: ['ann'] },
  });
}
