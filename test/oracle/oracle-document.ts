import { createHash } from 'node:crypto';
import { type DeclaredField, LIMITS, TEXT_FIELDS } from '@hayrick/core/backend';
import type { Address, Message } from '@hayrick/core/message';
import type { OracleDocument } from './matches.ts';
import { referenceTokens } from './reference-analyser.ts';

/** What the places of a message add to it. */
export interface PlaceFacts {
  readonly archives: readonly string[];
  /** Earliest of all places, unix seconds. */
  readonly received: number;
  /** Of the smallest copy. */
  readonly size: number;
}

/** A message as the oracle judges it: the reference analyser's tokens, and keywords made here, from the documented rules alone. */
export function oracleDocument(
  message: Message,
  facts: PlaceFacts,
  declared: readonly DeclaredField[] = [],
): OracleDocument {
  const text: Record<string, readonly (readonly string[])[]> = {};
  let left: number = LIMITS.tokensPerMessage;
  const textFields = [
    ...TEXT_FIELDS,
    ...declared.flatMap((field) => (field.kind === 'text' ? [field.name] : [])),
  ];
  for (const field of textFields) {
    const values = valuesOf(message, field, declared).map((value) => {
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
    keywords: keywordsOf(message, declared),
    numbers: { date: [dateOf(message, received)], received: [received], size: [size] },
  };
}

/** The Date header where it can be true: not before 1970, and no more than a day after the message arrived. */
function dateOf(message: Message, received: number): number {
  const date = message.dateHeader;
  return date !== null && date >= 0 && date <= received + 24 * 60 * 60 ? date : received;
}

function valuesOf(message: Message, field: string, declared: readonly DeclaredField[]): readonly string[] {
  switch (field) {
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

function headerOf(message: Message, field: DeclaredField | undefined): readonly string[] {
  return field === undefined ? [] : (message.headers[field.header.toLowerCase()] ?? []);
}

/** An address itself, `local@` for its local part, and `@domain` for its domain and each domain above. */
export function addressKeywords({ address }: Pick<Address, 'address'>): string[] {
  const whole = address.trim().toLowerCase();
  const at = whole.lastIndexOf('@');
  if (whole === '') return [];
  if (at < 0) return [inLowerCase(whole)];
  const labels = whole.slice(at + 1).split('.');
  const domains = labels.map((_, i) => `@${labels.slice(i).join('.')}`);
  return [whole, whole.slice(0, at + 1), ...domains].map(inLowerCase);
}

function inLowerCase(value: string): string {
  return exact(value.toLowerCase());
}

/** NFC; what is longer than a keyword may be is cut and closed with a hash of the whole. */
function exact(value: string): string {
  const whole = value.normalize('NFC');
  if (Buffer.byteLength(whole) <= LIMITS.keywordBytes) return whole;
  return `${whole}${createHash('sha256').update(whole).digest('hex')}`;
}
