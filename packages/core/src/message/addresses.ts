import { LIMITS } from '../limits.ts';
import { decodeLine } from './encoded-word.ts';
import type { Address } from './message.ts';

export interface AddressList {
  readonly addresses: readonly Address[];
  /** More stood there than the limit allows. */
  readonly cut: boolean;
}

/** Characters between `<` and `>`; what is longer is no address. */
const MAX_ANGLE = 2_000;

/** What needs no repair. */
const USUAL_ADDRESS = /^[\w.+-]+@[\w.-]+$/;

interface Draft {
  /** Words outside of brackets, comments and quotes, and quoted strings, in their order. */
  phrase: string;
  comment: string;
  angle: string | null;
  /** How long the phrase was when the brackets came. */
  angleAt: number;
  /** Something of the phrase stood in quotes: then an `@` in it does not make it an address where one stands in brackets. */
  quoted: string;
}

/**
 * Addresses of a From, To, Cc or Bcc value: RFC 5322 with its obsolete forms (routes, comments as names, empty entries), groups flattened to
 * their members, encoded words decoded, also in quotes. What holds no address keeps its words as the name. One pass, never fails.
 * @param value unfolded, encoded words not decoded
 */
export function parseAddresses(value: string): AddressList {
  const addresses: Address[] = [];
  let draft = emptyDraft();
  let at = 0;
  let cut = false;
  // A quote that is never closed is a stray one, and so are all behind it.
  let quotesCount = true;
  const finish = (): void => {
    const address = addressOf(draft);
    draft = emptyDraft();
    if (address === null) return;
    if (addresses.length < LIMITS.addresses) addresses.push(address);
    else cut = true;
  };
  while (at < value.length) {
    const char = value[at];
    switch (char) {
      case '"': {
        const quoted = quotesCount ? quotedFrom(value, at + 1) : null;
        if (quoted === null) {
          quotesCount = false;
          at++;
          break;
        }
        const [text, next] = quoted;
        // A quoted local part goes on with its domain; a quoted name stands apart.
        if (value[next] === '@') draft.phrase += `"${text}"`;
        else {
          draft.quoted += text;
          draft.phrase += text;
        }
        at = next;
        break;
      }
      case '(': {
        const [text, next] = commentFrom(value, at + 1);
        draft.comment += `${draft.comment === '' ? '' : ' '}${text}`;
        draft.phrase += ' ';
        at = next;
        break;
      }
      case '<': {
        const [text, next] = angleFrom(value, at + 1);
        if (draft.angle === null) {
          draft.angle = text;
          draft.angleAt = draft.phrase.length;
        } else if (text.includes('@')) {
          // A second address in brackets without a comma between: two mailboxes, the words between belong to the second.
          const between = draft.phrase.slice(draft.angleAt);
          draft.phrase = draft.phrase.slice(0, draft.angleAt);
          finish();
          draft.phrase = between;
          draft.angle = text;
          draft.angleAt = between.length;
        }
        at = next;
        break;
      }
      case ',':
      case ';':
        finish();
        at++;
        break;
      case ':':
        // The name of a group; elsewhere (in an address without brackets) it belongs to the text.
        if (draft.angle === null && !draft.phrase.includes('@') && isGroup(value, at)) draft = emptyDraft();
        else draft.phrase += ':';
        at++;
        break;
      default: {
        const end = plainEnd(value, at + 1);
        draft.phrase += value.slice(at, end);
        at = end;
      }
    }
  }
  finish();
  return { addresses, cut };
}

function emptyDraft(): Draft {
  return { phrase: '', comment: '', angle: null, angleAt: 0, quoted: '' };
}

function addressOf(draft: Draft): Address | null {
  const phrase = oneLine(draft.phrase);
  const comment = draft.comment === '' ? '' : decodeLine(draft.comment);
  if (draft.angle !== null) {
    const address = /^[^@]*:;?$/.test(draft.angle) ? '' : bareAddress(draft.angle);
    const name = decodeLine(phrase) || comment;
    if (address !== '') return { name: unquoted(name), address };
    // `foo@example.org <>`: the address stands before the brackets.
  }
  if (phrase === '' && comment === '') return null;
  const quotedLocal = phrase.startsWith('"') ? /^("[^"]{0,200}"@[^\s@]+)(?: (.*))?$/.exec(phrase) : null;
  if (quotedLocal !== null)
    return { name: decodeLine(quotedLocal[2] ?? '') || comment, address: quotedLocal[1] ?? '' };
  const words = withoutObsoleteBlanks(phrase).split(' ');
  const at = phrase.includes('@') ? words.findIndex((word) => /^[^@]+@[^@]/.test(word)) : -1;
  const written = words[at];
  if (written !== undefined) {
    const name = decodeLine(words.toSpliced(at, 1).join(' '));
    return { name: unquoted(name) || comment, address: bareAddress(written) };
  }
  const decoded = decodeLine(phrase);
  // The whole mailbox inside of an encoded word, brackets and all.
  const inner = decoded.length > MAX_ANGLE ? null : /^(.*?)\s?<([^<>\s]+@[^<>\s]+)>$/.exec(decoded);
  if (inner !== null && phrase.includes('=?'))
    return { name: unquoted(inner[1] ?? ''), address: inner[2] ?? '' };
  // A lone word is a local name (`root`), several are a name.
  if (words.length === 1 && draft.quoted === '' && !phrase.includes('=?'))
    return { name: comment, address: phrase };
  return { name: decoded || comment, address: '' };
}

/** Without route (`@relay,@relay:`), blanks, `mailto:` and stray quotes around it. */
function bareAddress(text: string): string {
  if (USUAL_ADDRESS.test(text)) return text;
  let address = text
    .replace(/\([^()]*\)/g, '')
    .trim()
    .replace(/ ?([@.]) ?/g, '$1');
  if (address.startsWith('@')) address = address.slice(address.indexOf(':') + 1);
  if (/^mailto:/i.test(address)) address = address.slice(7);
  // Words before the address, as in `<Undisclosed Recipients@example.org>`.
  if (/\s/.test(address) && !address.includes('"'))
    address = address.split(/\s+/).findLast((word) => word.includes('@')) ?? address;
  const inner = /^'([^']*@[^']*)'$/.exec(address);
  return decodeLine(inner?.[1] ?? address);
}

/** Old syntax allows blanks around `@` and before dots: `ann @ example . org`. */
function withoutObsoleteBlanks(phrase: string): string {
  return phrase.includes('@') ? phrase.replace(/ ?@ ?/g, '@').replace(/ \. ?/g, '.') : phrase;
}

function oneLine(text: string): string {
  const trimmed = text.trim();
  return /\s{2}|[^\S ]/.test(trimmed) ? trimmed.replace(/\s+/g, ' ') : trimmed;
}

function unquoted(name: string): string {
  const first = name.charCodeAt(0);
  if (first !== 34 && first !== 39) return name;
  const inner = /^(['"])(.*)\1$/.exec(name);
  return (inner?.[2] ?? name).trim();
}

function quotedFrom(value: string, from: number): readonly [string, number] | null {
  let text = '';
  for (let at = from; at < value.length; at++) {
    const char = value[at];
    if (char === '"') return [text, at + 1];
    if (char === '\\' && at + 1 < value.length) text += value[++at];
    else text += char;
  }
  return null;
}

/** A comment with the comments in it; one that is never closed reaches to the end. */
function commentFrom(value: string, from: number): readonly [string, number] {
  let text = '';
  let depth = 1;
  for (let at = from; at < value.length; at++) {
    const char = value[at];
    if (char === '(') depth++;
    else if (char === ')' && --depth === 0) return [text, at + 1];
    if (char === '\\' && at + 1 < value.length) text += value[++at];
    else text += char;
  }
  return [text, value.length];
}

function angleFrom(value: string, from: number): readonly [string, number] {
  let inQuotes = false;
  const bound = Math.min(value.length, from + MAX_ANGLE);
  for (let at = from; at < bound; at++) {
    const char = value[at];
    if (char === '\\' && inQuotes) at++;
    else if (char === '"') inQuotes = !inQuotes;
    else if (inQuotes) continue;
    else if (char === '>') return [value.slice(from, at), at + 1];
    else if (char === '<') return [value.slice(from, at), at];
  }
  const comma = value.indexOf(',', from);
  const end = comma === -1 ? value.length : comma;
  return [value.slice(from, end).replaceAll('"', ''), end];
}

/** A colon begins a group if it does not belong to an address without brackets, a URL or a time. */
function isGroup(value: string, colon: number): boolean {
  return value[colon + 1] !== '/' && !/\d/.test(value[colon + 1] ?? '');
}

function plainEnd(value: string, from: number): number {
  let at = from;
  for (; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code === 34 || code === 40 || code === 60 || code === 44 || code === 59 || code === 58) break;
  }
  return at;
}
