import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import type { Difference, Site } from '@hayrick/core';
import { type Mail, mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** A site over small archives of several kinds, whose data can be laid down again as it was after its first build. */
export interface VerifiedSite {
  readonly folder: string;
  /** Opens it, lets it be used and closes it. */
  use<T>(work: (site: Site) => Promise<T>): Promise<T>;
  /** Its data become what they were at first. */
  restore(): void;
  /** Of the message with that Message-ID, less its domain. */
  idOf(mid: string): string;
  /** Of all messages. */
  readonly ids: readonly string[];
  /** What a statement on a database of the site answers as `n`. */
  ask(path: string, statement: string): unknown;
  /** Statements on the catalog, or on the index of the connection `default`. */
  sql(database: 'catalog' | 'index', ...statements: readonly string[]): void;
  remove(): void;
}

const MAILS: Readonly<Record<'garden' | 'board' | 'shed', readonly Mail[]>> = {
  garden: [
    {
      id: 'a1@example.org',
      subject: 'Scythes',
      date: '1 Jan 2020 10:00:00 +0000',
      text: 'A scythe and a whetstone.',
    },
    {
      id: 'a2@example.org',
      subject: 'Re: Scythes',
      date: '2 Jan 2020 10:00:00 +0000',
      text: 'The blade is blunt.\n\n> A scythe and a whetstone.',
      headers: ['References: <a1@example.org>', 'X-Score: 7'],
    },
    {
      id: 'a3@example.org',
      subject: 'Re: Scythes',
      date: '3 Jan 2020 10:00:00 +0000',
      text: 'Whet it, then.',
      headers: ['References: <a1@example.org> <a2@example.org>'],
    },
    {
      id: 'b1@example.org',
      subject: 'Compost',
      date: '4 Jan 2020 10:00:00 +0000',
      text: 'The heap is warm.',
    },
    {
      id: 'b2@example.org',
      subject: 'Re: Compost',
      date: '5 Jan 2020 10:00:00 +0000',
      text: 'Turn it.',
      headers: ['References: <gone@example.org> <b1@example.org>'],
    },
    {
      id: 'both@example.org',
      subject: 'Invitation',
      date: '6 Jan 2020 10:00:00 +0000',
      text: 'Quince jelly.',
    },
  ],
  board: [
    { id: 'c1@example.org', subject: 'Money', date: '7 Jan 2020 10:00:00 +0000', text: 'The escrow.' },
    {
      id: 'both@example.org',
      subject: 'Invitation',
      date: '6 Jan 2020 10:00:00 +0000',
      text: 'Quince jelly.',
    },
  ],
  shed: [
    {
      id: 'd1@example.org',
      subject: 'Hedgehog',
      date: '8 Jan 2020 10:00:00 +0000',
      text: 'Under the tedder.',
    },
    { id: 'd2@example.org', subject: 'Harrow', date: '9 Jan 2020 10:00:00 +0000', text: 'It is bent.' },
  ],
};

/** How many messages it holds. */
export const MESSAGES = 9;

/** @param connections of the settings */
export async function makeVerifiedSite(connections: Readonly<Record<string, object>>): Promise<VerifiedSite> {
  const folder = mkdtempSync(join(tmpdir(), 'hayrick-verify-'));
  const first = join(folder, 'first');
  writeMail(join(folder, 'mail'));
  const settings = {
    archives: {
      garden: { paths: ['mail/garden.mbox'] },
      board: { paths: ['mail/board.mbox.gz'] },
      shed: { paths: ['mail/shed'], kind: 'maildir' as const },
    },
    fields: { score: { header: 'X-Score', kind: 'number' as const } },
    connections,
  };
  const use: VerifiedSite['use'] = async (work) => {
    const site = await openSiteAt(settings as never, folder);
    try {
      return await work(site);
    } finally {
      await site.close();
    }
  };
  await use((site) => site.rebuild());
  const hits = await use(async (site) => (await site.search('*', { limit: 50 })).hits);
  const ids = new Map(hits.map(({ id, messageId }) => [messageId, id]));
  cpSync(join(folder, 'data'), first, { recursive: true });
  return {
    folder,
    use,
    idOf: (mid) => ids.get(`${mid}@example.org`) ?? '',
    ids: [...ids.values()],
    ask(path, statement) {
      const db = new DatabaseSync(join(folder, path));
      const n = db.prepare(statement).get()?.['n'];
      db.close();
      return n;
    },
    restore() {
      rmSync(join(folder, 'data'), { recursive: true, force: true });
      cpSync(first, join(folder, 'data'), { recursive: true });
    },
    sql(database, ...statements) {
      const path = database === 'catalog' ? 'data/catalog.db' : 'data/indexes/default/g1/index.db';
      const db = new DatabaseSync(join(folder, path));
      for (const statement of statements) db.exec(statement);
      db.close();
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function writeMail(folder: string): void {
  mkdirSync(folder);
  writeFileSync(join(folder, 'garden.mbox'), mbox(MAILS.garden));
  writeFileSync(join(folder, 'board.mbox.gz'), gzipSync(mbox(MAILS.board)));
  for (const name of ['cur', 'new', 'tmp']) mkdirSync(join(folder, 'shed', name), { recursive: true });
  for (const mail of MAILS.shed) writeFileSync(join(folder, 'shed/cur', `${mail.id}:2,S`), mailText(mail));
}

/** A difference in short: `missing default a1`. */
export function inShort({ what, connection, messageId, id }: Difference): string {
  const message = messageId?.replace('@example.org', '') ?? (id === null ? '' : 'unknown');
  return `${what} ${connection ?? '-'} ${message}`.trim();
}
