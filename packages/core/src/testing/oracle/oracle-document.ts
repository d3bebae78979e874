import { createHash } from 'node:crypto';
import { type DeclaredField, LIMITS, PATCH_TEXT_FIELDS, TEXT_FIELDS } from '../../backend/index.ts';
import { type Address, type Message, patchIds } from '../../message/index.ts';
import type { OracleDocument } from './matches.ts';
import { referenceTokens } from './reference-analyser.ts';
import { type ReferencePatches, referencePatches } from './reference-patches.ts';

/** What the places of a message add to it. */
export interface PlaceFacts {
  readonly archives: readonly string[];
  /** Earliest of all places, unix seconds. */
  readonly received: number;
  /** Of the smallest copy. */
  readonly size: number;
}

/**
 * A message as the oracle judges it: the reference analyser's tokens, and keywords made here, from the documented rules alone. Ids of patches are
 * core's: they are judged by git itself.
 * @param patched archives whose messages have the fields of patches
 */
export function oracleDocument(
  message: Message,
  facts: PlaceFacts,
  declared: readonly DeclaredField[] = [],
  patched: readonly string[] = [],
): OracleDocument {
  const hasPatches = facts.archives.some((archive) => patched.includes(archive));
  const patches = hasPatches ? referencePatches(message.patches) : null;
  const text: Record<string, readonly (readonly string[])[]> = {};
  let left: number = LIMITS.tokensPerMessage;
  const textFields = [
    ...TEXT_FIELDS.filter((field) => !PATCH_TEXT_FIELDS.includes(field)),
    ...declared.flatMap((field) => (field.kind === 'text' ? [field.name] : [])),
    ...PATCH_TEXT_FIELDS,
  ];
  for (const field of textFields) {
    const values = valuesOf(message, field, declared, patches).map((value) => {
      const tokens = referenceTokens(value).slice(0, left);
      left -= tokens.length;
      return tokens;
    });
    text[field] = values.filter((tokens) => tokens.length > 0);
  }
  const { received, size, archives } = facts;
  return {
    id: message.id,
    archives,
    text,
    keywords: { ...keywordsOf(message, declared), ...patchKeywords(message, patches) },
    numbers: { date: [dateOf(message, received)], received: [received], size: [size] },
  };
}

/** The Date header where it can be true: not before 1970, and no more than a day after the message arrived. */
function dateOf(message: Message, received: number): number {
  const date = message.dateHeader;
  return date !== null && date >= 0 && date <= received + 24 * 60 * 60 ? date : received;
}

function valuesOf(
  message: Message,
  field: string,
  declared: readonly DeclaredField[],
  patches: ReferencePatches | null,
): readonly string[] {
  switch (field) {
    case 'dfn':
    case 'dfa':
    case 'dfb':
    case 'dfhh':
    case 'dfctx':
      return patches?.[field] ?? [];
    case 'subject':
      return [message.subject];
    case 'from':
    case 'to':
    case 'cc':
    case 'bcc':
      return message[field].flatMap(({ name, address }) => [name, address]);
    case 'filename':
      return message.filenames;
    case 'mid':
      return [message.messageId];
    case 'own':
    case 'quoted':
    case 'attached':
    case 'signature':
      return message.text
        .filter((run) => run.kind === field)
        .map((run) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(run.bytes));
    default:
      return headerOf(
        message,
        declared.find((one) => one.name === field),
      );
  }
}

function keywordsOf(message: Message, declared: readonly DeclaredField[]): OracleDocument['keywords'] {
  const keywords: Record<string, readonly string[]> = {
    from: message.from.flatMap(addressKeywords),
    to: message.to.flatMap(addressKeywords),
    cc: message.cc.flatMap(addressKeywords),
    bcc: message.bcc.flatMap(addressKeywords),
    mid: [exact(message.messageId)],
    refs: message.references.map(exact),
    mime: message.mime.map(inLowerCase),
    has: message.flags,
  };
  for (const field of declared) {
    if (field.kind === 'keyword') keywords[field.name] = headerOf(message, field).map(inLowerCase);
  }
  return Object.fromEntries(Object.entries(keywords).map(([field, values]) => [field, [...new Set(values)]]));
}

function patchKeywords(message: Message, patches: ReferencePatches | null): OracleDocument['keywords'] {
  if (patches === null) return {};
  const ids = new Set(message.patches.flatMap((text) => patchIds(Buffer.from(text))));
  return {
    dfpre: patches.dfpre.slice(0, LIMITS.patchBlobs),
    dfpost: patches.dfpost.slice(0, LIMITS.patchBlobs),
    patchid: [...ids].slice(0, LIMITS.patchIds),
  };
}

function headerOf(message: Message, field: DeclaredField | undefined): readonly string[] {
  return field === undefined ? [] : (message.headers[field.header.toLowerCase()] ?? []);
}

/**
 * An address itself, its local part alone, and `@domain` for its domain and each domain above. Quotes around a plain local part, angle
 * brackets around the whole and empty labels of the domain do not count. What has no @ is a local part.
 */
function addressKeywords({ address }: Pick<Address, 'address'>): string[] {
  const whole = /^<?(.*?)>?$/s.exec(wellFormed(address).toLowerCase())?.[1]?.trim() ?? '';
  const [, before = whole, after = ''] = /^(.*)@([^@]*)$/s.exec(whole) ?? [];
  const local = before.trim().replace(/^"([^\s"@\\]+)"$/, '$1');
  const labels = after
    .trim()
    .split('.')
    .filter((label) => label !== '');
  const domains = labels[0]?.startsWith('[')
    ? [`@${labels.join('.')}`]
    : labels.map((_, i) => `@${labels.slice(i).join('.')}`);
  const spelled = local !== '' && labels.length > 0 ? [`${local}@${labels.join('.')}`] : [];
  return [...spelled, ...(local === '' || local.includes('@') ? [] : [local]), ...domains].map(exact);
}

function inLowerCase(value: string): string {
  return exact(wellFormed(value).toLowerCase());
}

/** NFC without blanks around it. What is longer than a keyword may be is cut there, closed with ~ and the first half of its SHA-256. */
function exact(value: string): string {
  const whole = wellFormed(value);
  if (Buffer.byteLength(whole) <= LIMITS.keywordBytes) return whole;
  const hash = createHash('sha256').update(whole).digest('hex').slice(0, 32);
  let kept = '';
  for (const character of whole) {
    if (Buffer.byteLength(kept + character) > LIMITS.keywordBytes - hash.length - 1) break;
    kept += character;
  }
  return `${kept}~${hash}`;
}

function wellFormed(value: string): string {
  return value.toWellFormed().trim().normalize('NFC');
}
