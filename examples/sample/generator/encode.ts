import { createRequire } from 'node:module';

interface Iconv {
  encode(text: string, charset: string): Buffer;
  decode(bytes: Buffer, charset: string): string;
}

// The folder is no package of its own: it borrows core's dependency.
const iconv = createRequire(new URL('../../../packages/core/package.json', import.meta.url))(
  'iconv-lite',
) as Iconv;

export function encodeText(text: string, charset: string): Buffer {
  return charset === 'iso-2022-jp' ? encodeIso2022Jp(text) : iconv.encode(text, charset);
}

/** Whether the charset can hold the text. */
export function fits(text: string, charset: string): boolean {
  const plain = charset === 'iso-2022-jp' ? 'euc-jp' : charset;
  const bytes = iconv.encode(text, plain);
  // Half-width kana (0x8E) and JIS X 0212 (0x8F) have no place in plain ISO-2022-JP.
  if (charset === 'iso-2022-jp' && (bytes.includes(0x8e) || bytes.includes(0x8f))) return false;
  return iconv.decode(bytes, plain) === text;
}

/** RFC 2045, section 6.7; lines of at most 76 characters. */
export function quotedPrintable(bytes: Buffer): string {
  const lines: string[] = [];
  let line = '';
  const put = (piece: string): void => {
    if (line.length + piece.length > 75) {
      lines.push(`${line}=`);
      line = '';
    }
    line += piece;
  };
  for (let i = 0; i < bytes.length; i += 1) {
    const byte = bytes[i] ?? 0;
    if (byte === 10) {
      lines.push(line);
      line = '';
    } else {
      const last = i + 1 === bytes.length || bytes[i + 1] === 10;
      const literal = (byte > 32 && byte < 127 && byte !== 61) || (byte === 32 && !last);
      put(literal ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`);
    }
  }
  if (line !== '') lines.push(line);
  return lines.join('\n');
}

export function base64(bytes: Buffer): string {
  return (bytes.toString('base64').match(/.{1,76}/g) ?? []).join('\n');
}

/** A header value with encoded words (RFC 2047) where it is not ASCII, folded between them. */
export function encodeHeader(text: string, charset: string, style: 'B' | 'Q'): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const used = fits(text, charset) && charset !== 'us-ascii' ? charset : 'utf-8';
  const room = 75 - `=?${used}?B??=`.length;
  const words: string[] = [];
  let chunk = '';
  for (const character of text) {
    if (encodedWord(chunk + character, used, style).length > room) {
      words.push(chunk);
      chunk = '';
    }
    chunk += character;
  }
  words.push(chunk);
  return words.map((w) => `=?${used}?${style}?${encodedWord(w, used, style)}?=`).join('\n ');
}

/** A display name and address as a header holds them. */
export function encodeAddress(name: string, address: string, charset: string, style: 'B' | 'Q'): string {
  const written = /^[\x20-\x7e]*$/.test(name) && /[^\w .'-]|\w\./.test(name) ? `"${name}"` : name;
  return name === '' ? address : `${encodeHeader(written, charset, style)} <${address}>`;
}

function encodedWord(text: string, charset: string, style: 'B' | 'Q'): string {
  const bytes = encodeText(text, charset);
  if (style === 'B') return bytes.toString('base64');
  let out = '';
  for (const byte of bytes) {
    const character = String.fromCharCode(byte);
    if (byte === 32) out += '_';
    else if (/[A-Za-z0-9!*+/-]/.test(character)) out += character;
    else out += `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return out;
}

/** RFC 1468, by way of EUC-JP, whose two-byte characters are those of JIS X 0208 with the high bits set. */
function encodeIso2022Jp(text: string): Buffer {
  const bytes = iconv.encode(text, 'euc-jp');
  const out: number[] = [];
  let wide = false;
  for (const byte of bytes) {
    if (byte >= 0x80 !== wide) {
      wide = !wide;
      out.push(0x1b, ...(wide ? [0x24, 0x42] : [0x28, 0x42]));
    }
    out.push(byte & 0x7f);
  }
  if (wide) out.push(0x1b, 0x28, 0x42);
  return Buffer.from(out);
}
