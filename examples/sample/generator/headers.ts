import { createHash } from 'node:crypto';
import { encodeAddress, encodeHeader } from './encode.ts';
import { LISTS, type List, PEOPLE, type Person } from './people.ts';
import { type Draft, offsetOf } from './read-threads.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** First hex digits of a hash of the text: what would be random in real mail. */
export function digest(text: string, digits: number): string {
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** Without brackets; null where the mail is to have none. */
export function messageId(draft: Draft): string | null {
  if (draft.options.has('noid')) return null;
  const given = draft.options.get('id')?.[0];
  if (given !== undefined) return given;
  const { who } = draft;
  const host = who.address.slice(who.address.indexOf('@') + 1);
  const stamp = new Date(draft.sent * 1000).toISOString().replaceAll(/\D/g, '').slice(0, 14);
  const hash = digest(draft.key, 32);
  if (draft.options.has('patch')) {
    const nth = /\b0*(\d+)\/\d+\]/.exec(draft.subject)?.[1] ?? '1';
    return `${stamp}.${(Number.parseInt(hash.slice(0, 4), 16) % 60_000) + 1000}-${nth}-${who.address}`;
  }
  if (who.mailer.startsWith('Mutter')) return `${stamp}.GA${Number.parseInt(hash.slice(0, 5), 16)}@${host}`;
  if (who.mailer.startsWith('Gnat')) return `87${hash.slice(0, 8)}.fsf@${host}`;
  if (who.mailer.startsWith('Featherpost')) {
    return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-a${hash.slice(17, 20)}-${hash.slice(20)}@${host}`;
  }
  return who.mailer === '' ? `CAF${hash.slice(0, 24)}@mail.${host}` : `${stamp}.${hash.slice(0, 6)}@${host}`;
}

/** Message-IDs of what came before in the thread, oldest first. */
export function referencesOf(draft: Draft): string[] {
  const ids: string[] = [];
  for (let up = draft.parent; up !== null; up = up.parent) {
    const id = messageId(up);
    if (id !== null) ids.unshift(id);
  }
  return ids;
}

/** When a list's server took it in, some seconds after it was sent. */
export function arrival(draft: Draft, listName: string): number {
  return draft.sent + 3 + (Number.parseInt(digest(draft.key + listName, 4), 16) % 45);
}

/** RFC 5322 date in the given zone (minutes). */
function mailDate(seconds: number, zone: number): string {
  const t = new Date((seconds + zone * 60) * 1000);
  const size = Math.abs(zone);
  const hours = String(Math.floor(size / 60)).padStart(2, '0');
  const offset = `${zone < 0 ? '-' : '+'}${hours}${String(size % 60).padStart(2, '0')}`;
  const time = t.toISOString().slice(11, 19);
  return `${DAYS[t.getUTCDay()]}, ${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]} ${t.getUTCFullYear()} ${time} ${offset}`;
}

/** As an mbox separator has it: `Sat Mar  4 08:15:00 2023`, UTC. */
export function separatorDate(seconds: number): string {
  const t = new Date(seconds * 1000);
  const day = String(t.getUTCDate()).padStart(2, ' ');
  return `${DAYS[t.getUTCDay()]} ${MONTHS[t.getUTCMonth()]} ${day} ${t.toISOString().slice(11, 19)} ${t.getUTCFullYear()}`;
}

/** To and Cc as people and lists: `{ name, address }` with empty names for lists. */
export function recipients(draft: Draft): { to: readonly Addressee[]; cc: readonly Addressee[] } {
  const list = { name: '', address: draft.list.address };
  const others = (draft.options.get('also') ?? draft.options.get('also-footer') ?? []).map((name) => ({
    name: '',
    address: LISTS.get(name)?.address ?? name,
  }));
  const copied = (draft.options.get('cc') ?? []).flatMap((v) => v.split(' ')).map(addressee);
  const named = draft.options
    .get('to')
    ?.flatMap((v) => v.split(' '))
    .map(addressee);
  if (named !== undefined) return { to: named, cc: [list, ...others, ...copied] };
  if (draft.list.replyToWriter && draft.parent !== null && draft.parent.who !== draft.who) {
    return { to: [addressOf(draft.parent.who)], cc: [list, ...others, ...copied] };
  }
  return { to: [list, ...others], cc: copied };
}

interface Addressee {
  readonly name: string;
  readonly address: string;
}

/** The header lines of a draft in one list, without those of its content. Raw ones are in the message's charset. */
export function headerLines(
  draft: Draft,
  listName: string,
  list: List,
  received: number,
  charset: string,
): string[] {
  const { who, options } = draft;
  const style = who.encoding === 'quoted-printable' || charset.startsWith('iso-8859') ? 'Q' : 'B';
  const raw = options.has('raw8');
  const address = (a: Addressee): string =>
    raw ? `${a.name} <${a.address}>`.trimStart() : encodeAddress(a.name, a.address, charset, style);
  const { to, cc } = recipients(draft);
  const id = messageId(draft);
  const host = who.address.slice(who.address.indexOf('@') + 1);
  const lines = [`Return-Path: <${listName}-bounces@${list.address.slice(list.address.indexOf('@') + 1)}>`];
  if (!options.has('noreceived')) {
    lines.push(
      `Received: from mail.${host} (mail.${host} [192.0.2.${17 + (draft.sent % 40)}])`,
      `\tby lists.example.org (Postbox) with ESMTPS id ${digest(draft.key + listName + received, 10).toUpperCase()}`,
      `\tfor <${list.address}>; ${mailDate(received, 0)}`,
    );
  }
  lines.push(`From: ${address(addressOf(who))}`, `To: ${to.map(address).join(',\n ')}`);
  if (cc.length > 0) lines.push(`Cc: ${cc.map(address).join(',\n ')}`);
  if (!options.has('nosubject')) {
    lines.push(`Subject: ${raw ? draft.subject : foldSubject(encodeHeader(draft.subject, charset, style))}`);
  }
  if (!options.has('nodate')) {
    lines.push(`Date: ${options.get('date')?.[0] ?? mailDate(draft.sent, offsetOf(who, draft.sent))}`);
  }
  if (id !== null) lines.push(`Message-ID: <${id}>`);
  lines.push(...replyLines(draft));
  if (who.mailer !== '' && !options.has('patch')) lines.push(`User-Agent: ${who.mailer}`);
  if (options.has('patch')) lines.push('X-Mailer: git-send-email 2.39.2');
  lines.push(`List-Id: ${list.id}`, `List-Post: <mailto:${list.address}>`, 'Precedence: list');
  return [...lines, ...(options.get('header') ?? [])].flatMap((l) => l.split('\n'));
}

function replyLines(draft: Draft): string[] {
  const ids = referencesOf(draft).map((id) => `<${id}>`);
  const last = ids.at(-1);
  const kind = draft.options.get('refs')?.[0];
  if (draft.parent === null || last === undefined || kind === 'none') return [];
  if (kind === 'irt') return [`In-Reply-To: ${last}`];
  if (kind === 'obsolete') {
    const words = `Your message of "${mailDate(draft.parent.sent, offsetOf(draft.parent.who, draft.parent.sent))}"`;
    return [`In-Reply-To: ${words}`, ` ${last}`];
  }
  return [`In-Reply-To: ${last}`, `References: ${ids.join('\n ')}`];
}

function foldSubject(text: string): string {
  if (text.includes('\n') || text.length <= 68) return text;
  const at = text.lastIndexOf(' ', 66);
  return at < 1 ? text : `${text.slice(0, at)}\n${text.slice(at)}`;
}

function addressee(name: string): Addressee {
  const who = PEOPLE.get(name);
  if (who !== undefined) return addressOf(who);
  const list = LISTS.get(name);
  if (list !== undefined) return { name: '', address: list.address };
  throw new Error(`nobody is called ${name}`);
}

function addressOf(who: Person): Addressee {
  return { name: who.name, address: who.address };
}
