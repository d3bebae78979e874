import type { ReadItem } from './source.ts';

/**
 * Archives that Mailman offers to readers have `ann at example.org` for ann@example.org: the text files of Pipermail (Mailman 2) in postmark and From
 * (`ann at example.org (Ann Smith)`), the exports of HyperKitty (Mailman 3) in postmark, From and To (`Ann Smith <ann at example.org>`).
 */

/** Bytes of a header that are looked through. */
const HEADER_BYTES = 64 * 1024;
const AT = ' at ';

/** An obscured address that is all of a From or To value, but for a name in front of brackets or in a comment behind. */
const OBSCURED =
  /^(?:From|To):[ \t]{0,8}(?:[^\s@<>()",;:]{1,255}( at )|[^@<>\r\n]{0,500}(?:(?:\r\n|\r|\n)[ \t][^@<>\r\n]{0,500}){0,4}<[^\s@<>]{1,255}( at ))[A-Za-z0-9.-]{1,255}(?=>?[ \t]*(?:\(|\r|\n|$))/dgim;
const POSTMARK = /^From [^\s@]{1,255} at [^\s@]{1,255} /;

/**
 * Whether an mbox is one of these: its first postmark has an obscured address, and so has its first message's From.
 * @param head the file's beginning as Latin-1, its postmark first
 */
export function isPipermail(head: string): boolean {
  return POSTMARK.test(head) && obscuredIn(headerOf(head)).some(({ name }) => name === 'from');
}

/** Gives back the @ of From and To, where they have lost it: changes the bytes and answers those that are left of them, at the end. */
export function withAddresses(bytes: Buffer): Buffer {
  const header = headerOf(bytes.toString('latin1', 0, HEADER_BYTES));
  let start = 0;
  for (const { at } of obscuredIn(header)) {
    bytes.copyWithin(start + AT.length - 1, start, at);
    start += AT.length - 1;
    bytes[at + AT.length - 1] = 64;
  }
  return bytes.subarray(start);
}

/** A message as it was before its addresses were obscured. Its place stays that of what is in the file. */
export function withAddressesOf(item: ReadItem): ReadItem {
  if (item.kind !== 'message') return item;
  const { buffer, byteOffset, byteLength } = item.bytes;
  return { ...item, bytes: withAddresses(Buffer.from(buffer, byteOffset, byteLength)) };
}

interface Obscured {
  readonly name: string;
  /** Of ` at `. */
  readonly at: number;
}

function obscuredIn(header: string): readonly Obscured[] {
  return [...header.matchAll(OBSCURED)].flatMap((match) => {
    const found = match.indices?.[1] ?? match.indices?.[2];
    const name = match[0].slice(0, match[0].indexOf(':')).toLowerCase();
    return found === undefined ? [] : [{ name, at: found[0] }];
  });
}

function headerOf(text: string): string {
  const blank = /\r\n\r\n|\n\r?\n|\r\r/.exec(text);
  return blank === null ? text : text.slice(0, blank.index);
}
