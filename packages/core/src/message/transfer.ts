// Hot: bench/src/cases/parse.ts.
import { decodeQuotedPrintable } from './quoted-printable.ts';

export type TransferEncoding = 'identity' | 'base64' | 'quoted-printable' | 'uuencode';

/** The encoding a Content-Transfer-Encoding header means; unknown ones are taken as they are (`known` false). */
export function transferEncoding(value: string | null): {
  readonly encoding: TransferEncoding;
  readonly known: boolean;
  readonly name: string;
} {
  const name = (value ?? '').toLowerCase().replace(/^[\s"']+|[\s"';].*$/g, '');
  switch (name) {
    case 'base64':
    case 'base-64':
      return { encoding: 'base64', known: true, name };
    case 'quoted-printable':
    case 'quotedprintable':
    case 'qp':
      return { encoding: 'quoted-printable', known: true, name };
    case 'x-uuencode':
    case 'uuencode':
    case 'x-uue':
    case 'uue':
      return { encoding: 'uuencode', known: true, name };
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
    case '7-bit':
    case '8-bit':
      return { encoding: 'identity', known: true, name };
    default:
      return { encoding: 'identity', known: false, name };
  }
}

/** The decoded bytes of a part; the same buffer where nothing is encoded. Damage is passed over, never thrown. */
export function decodeTransfer(bytes: Buffer, encoding: TransferEncoding): Buffer {
  switch (encoding) {
    case 'identity':
      return bytes;
    case 'base64':
      return decodeBase64(bytes);
    case 'quoted-printable':
      return decodeQuotedPrintable(bytes);
    case 'uuencode':
      return decodeUuencode(bytes);
  }
}

function decodeBase64(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1');
  const odd = text.search(/[^A-Za-z0-9+/\s]/);
  const hasWords = text.includes(' ') && /\S[ \t]+\S/.test(text);
  if (odd === -1 && !hasWords) return Buffer.from(text, 'base64');
  if (!hasWords && text.charCodeAt(odd) === 61) {
    const rest = /[^=\s]/g;
    rest.lastIndex = odd;
    if (!rest.test(text)) return Buffer.from(text, 'base64');
  }
  return decodeDamagedBase64(text) ?? bytes;
}

/**
 * Line by line: a line with a blank between words, or with signs that base64 lacks making up a quarter of it, is text that someone appended
 * (a list footer) and left out; other odd signs are skipped; padding ends a run of digits and a new run may follow it.
 * Null where the first line and most others are text: then the label is wrong, and nothing is encoded.
 */
function decodeDamagedBase64(text: string): Buffer | null {
  const pieces: Buffer[] = [];
  let digits = '';
  let encodedLines = 0;
  let textLines = 0;
  let beginsAsText = false;
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    const clean = trimmed.replace(/[^A-Za-z0-9+/=]+/g, '');
    if (clean.length < trimmed.length && (/\s/.test(trimmed) || clean.length * 4 < trimmed.length * 3)) {
      if (encodedLines === 0) beginsAsText = true;
      textLines++;
      continue;
    }
    // Behind padding, and behind such text, only lines that are beyond doubt.
    if (digits === '' && pieces.length > 0 && clean !== trimmed) continue;
    if (textLines > 0 && encodedLines > 0 && (clean !== trimmed || clean.length < 60)) continue;
    if (clean !== '') encodedLines++;
    const runs = clean.split(/=+/);
    runs.forEach((run, i) => {
      digits += run;
      if (i < runs.length - 1) {
        pieces.push(Buffer.from(digits, 'base64'));
        digits = '';
      }
    });
  }
  if (beginsAsText && textLines > encodedLines) return null;
  pieces.push(Buffer.from(digits, 'base64'));
  return Buffer.concat(pieces);
}

/** POSIX uuencode: what stands between `begin` and `end`, or everything where neither stands. */
function decodeUuencode(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let at = 0;
  while (at < bytes.length) {
    let end = bytes.indexOf(10, at);
    if (end === -1) end = bytes.length;
    const line = bytes.subarray(at, end);
    at = end + 1;
    if (isWord(line, 'begin ')) {
      to = 0;
      continue;
    }
    if (isWord(line, 'end') && line.length <= 5) break;
    const first = line[0];
    if (first === undefined || first < 32 || first > 96) continue;
    const length = (first - 32) & 63;
    for (let k = 0, i = 1; k < length && i < line.length; i += 4) {
      const a = sextet(line[i]);
      const b = sextet(line[i + 1]);
      const c = sextet(line[i + 2]);
      const d = sextet(line[i + 3]);
      out[to++] = (a << 2) | (b >> 4);
      if (++k < length) out[to++] = ((b << 4) | (c >> 2)) & 255;
      if (++k < length) out[to++] = ((c << 6) | d) & 255;
      k++;
    }
  }
  return out.subarray(0, to);
}

function sextet(byte: number | undefined): number {
  return byte === undefined ? 0 : (byte - 32) & 63;
}

function isWord(line: Buffer, word: string): boolean {
  return line.length >= word.length && line.toString('latin1', 0, word.length) === word;
}
