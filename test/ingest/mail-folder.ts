import { appendFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** Message number `mail`, in a copy that arrived on a day of its own. */
export interface Copy {
  readonly mail: number;
  readonly day: number;
}

const WORDS = ['scythe', 'whetstone', 'quince', 'hedgehog', 'tedder'] as const;

/** The archives of this folder, as settings have them: every kind of source that is read. */
export const ARCHIVES = {
  plain: { paths: ['mail/plain.mbox'] },
  packed: { paths: ['mail/packed.mbox.gz'] },
  dir: { paths: ['mail/dir'], kind: 'maildir' },
  loose: { paths: ['mail/loose'] },
  many: { paths: ['mail/many'] },
} as const;

/**
 * Raw text of a message, the same for the same copy. Every fifth has no Message-ID, every seventh bears that of the one before it; every
 * third has its arrival in a Received header.
 */
export function rawMail({ mail, day }: Copy): string {
  const id = mail % 7 === 6 ? mail - 1 : mail;
  return [
    ...(mail % 3 === 0 ? [`Received: by mx.example.org; ${day + 1} Mar 2020 08:00:00 +0000`] : []),
    `From: Ann ${mail % 4} <ann${mail % 4}@example.org>`,
    'To: list@example.org',
    `Subject: ${WORDS[mail % WORDS.length]} ${mail}`,
    `Date: ${(mail % 28) + 1} Feb 2020 12:00:00 +0000`,
    ...(mail % 5 === 4 ? [] : [`Message-ID: <m${id}@example.org>`]),
    '',
    `About ${WORDS[(mail + 1) % WORDS.length]} and number${mail}.`,
    ...Array.from({ length: mail % 11 }, (_, i) => `Line ${i} of many lines of text that fill a page.`),
    '',
  ].join('\n');
}

export function mboxOf(copies: readonly Copy[]): string {
  return copies
    .map((copy) => {
      const day = String((copy.day % 28) + 1).padStart(2, ' ');
      return `From ann@example.org Sun Mar ${day} 09:00:00 2020\n${rawMail(copy)}\n`;
    })
    .join('');
}

/** A folder with one archive of each kind, kept in step with what it should hold. */
export class MailFolder {
  readonly directory: string;
  plain: Copy[] = [];
  packed: Copy[] = [];
  /** By name below the Maildir. */
  readonly dir = new Map<string, Copy>();
  readonly loose = new Map<string, Copy>();
  readonly many = new Map<string, Copy[]>();
  /** What is still missing of the plain mbox's last message. */
  #rest = '';
  #names = 0;

  constructor(directory: string) {
    this.directory = directory;
    for (const folder of ['dir/new', 'dir/cur', 'dir/tmp', 'loose', 'many']) {
      mkdirSync(this.#path(folder), { recursive: true });
    }
    this.rewritePlain([]);
    this.rewritePacked([]);
  }

  appendPlain(copies: readonly Copy[]): void {
    this.plain.push(...copies);
    appendFileSync(this.#path('plain.mbox'), this.#rest + mboxOf(copies));
    this.#rest = '';
  }

  /** As if a delivery were under way: the last message is there in part. */
  tearPlain(copy: Copy): void {
    const text = mboxOf([copy]);
    const cut = text.length - 25;
    this.plain.push(copy);
    appendFileSync(this.#path('plain.mbox'), this.#rest + text.slice(0, cut));
    this.#rest = text.slice(cut);
  }

  rewritePlain(copies: readonly Copy[]): void {
    this.plain = [...copies];
    this.#rest = '';
    writeFileSync(this.#path('plain.mbox'), mboxOf(copies));
  }

  rewritePacked(copies: readonly Copy[]): void {
    this.packed = [...copies];
    writeFileSync(this.#path('packed.mbox.gz'), gzipSync(mboxOf(copies)));
  }

  deliver(copy: Copy): void {
    const name = `new/${1_583_000_000 + copy.day * 3600}.${this.#names++}.host`;
    this.dir.set(name, copy);
    writeFileSync(this.#path(`dir/${name}`), rawMail(copy));
  }

  /** Marks a message as seen: it moves to cur/, or its flags change there. */
  flag(name: string): void {
    const copy = this.dir.get(name);
    if (copy === undefined) return;
    const unique = name.replace(/^.*\//, '').replace(/:2,.*$/, '');
    const next = name.endsWith(':2,S') ? `cur/${unique}:2,FS` : `cur/${unique}:2,S`;
    if (next === name) return;
    this.dir.delete(name);
    this.dir.set(next, copy);
    renameSync(this.#path(`dir/${name}`), this.#path(`dir/${next}`));
  }

  removeDelivered(name: string): void {
    this.dir.delete(name);
    rmSync(this.#path(`dir/${name}`));
  }

  writeLoose(name: string, copy: Copy): void {
    this.loose.set(name, copy);
    writeFileSync(this.#path(`loose/${name}`), rawMail(copy));
  }

  renameLoose(from: string, to: string): void {
    const copy = this.loose.get(from);
    if (copy === undefined) return;
    this.loose.delete(from);
    this.loose.set(to, copy);
    renameSync(this.#path(`loose/${from}`), this.#path(`loose/${to}`));
  }

  /** The last one stays: a folder without mail is taken for a disk that is not mounted. */
  removeLoose(name: string): void {
    if (this.loose.size < 2 || !this.loose.delete(name)) return;
    rmSync(this.#path(`loose/${name}`));
  }

  writeMany(name: string, copies: readonly Copy[]): void {
    this.many.set(name, [...copies]);
    writeFileSync(this.#path(`many/${name}`), mboxOf(copies));
  }

  removeMany(name: string): void {
    if (this.many.size < 2 || !this.many.delete(name)) return;
    rmSync(this.#path(`many/${name}`));
  }

  newName(): string {
    return `n${this.#names++}`;
  }

  #path(name: string): string {
    return join(this.directory, 'mail', name);
  }
}
