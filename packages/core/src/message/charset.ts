import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';
import type { MessageProblem } from './message.ts';

export interface Utf8Text {
  readonly bytes: Buffer;
  readonly problem: MessageProblem | null;
}

const ASCII_NAMES: ReadonlySet<string> = new Set([
  'us-ascii',
  'ascii',
  'ansi_x3.4-1968',
  'iso646-us',
  '7bit',
  'us',
]);
const UTF8_NAMES: ReadonlySet<string> = new Set([
  'utf-8',
  'utf8',
  'utf-8-sig',
  'unicode-1-1-utf-8',
  'unicode',
  'cp65001',
]);
/** Labels of mail that neither TextDecoder nor iconv-lite knows by that name. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ['unicode-1-1-utf-7', 'utf-7'],
  ['utf7', 'utf-7'],
  ['hz', 'hz-gb-2312'],
  ['iso-8859-8-e', 'iso-8859-8'],
  ['x-gbk', 'gbk'],
  ['cp932', 'shift_jis'],
  ['cp936', 'gbk'],
  ['cp949', 'euc-kr'],
  ['cp950', 'big5'],
  ['x-mac-japanese', 'shift_jis'],
  ['mac', 'macintosh'],
]);
/** Charsets in which ASCII bytes may stand for something else. */
const SEVEN_BIT = /^(?:iso-2022-|hz-gb-2312$|utf-7|utf-16|utf-32|ucs-|unicodefffe)/;

/**
 * A text part's bytes as UTF-8, without a copy where they are that already. A charset that is missing, unknown or contradicted by the bytes
 * gives UTF-8 where the bytes are that, else Windows-1252, and a problem. UTF-8 with few broken sequences stays UTF-8 (U+FFFD for those).
 * @param declared the label of the mail, the empty string where it has none
 */
export function toUtf8(bytes: Buffer, declared: string): Utf8Text {
  const label = normalLabel(declared);
  if (isAscii(bytes) && !SEVEN_BIT.test(label)) return { bytes, problem: null };
  if (label === '' || ASCII_NAMES.has(label)) {
    const code = label === '' ? 'charset-undeclared' : 'charset-contradicted';
    if (isUtf8(bytes))
      return { bytes: withoutMark(bytes), problem: label === '' ? null : { code, detail: label } };
    return { bytes: windows1252(bytes), problem: { code, detail: label } };
  }
  if (UTF8_NAMES.has(label)) {
    if (isUtf8(bytes)) return { bytes: withoutMark(bytes), problem: null };
    return { bytes: brokenUtf8(bytes), problem: { code: 'charset-contradicted', detail: label } };
  }
  const text = decodeWith(bytes, label);
  if (text !== null) return { bytes: Buffer.from(text, 'utf8'), problem: null };
  const problem = { code: 'charset-unknown', detail: label.slice(0, 80) };
  return { bytes: isUtf8(bytes) ? withoutMark(bytes) : windows1252(bytes), problem };
}

/** The same for short values of headers, as a string; never a problem. */
export function decodeText(bytes: Buffer, declared: string): string {
  return toUtf8(bytes, declared).bytes.toString('utf8');
}

/** The label of a charset in the form by which charsets are compared. */
export function normalLabel(declared: string): string {
  const label = declared.trim().toLowerCase();
  return ALIASES.get(label) ?? label;
}

function decodeWith(bytes: Buffer, label: string): string | null {
  if (label === 'iso-2022-kr') return new TextDecoder('euc-kr').decode(shiftedToEucKr(bytes));
  if (label === 'hz-gb-2312') return new TextDecoder('gbk').decode(hzToGbk(bytes));
  const decoder = decoderFor(label);
  if (decoder !== null) return decoder.decode(bytes);
  return iconv.encodingExists(label) ? iconv.decode(bytes, label) : null;
}

/** The one place where an exception is an answer: only the constructor knows which labels exist. */
function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}

function windows1252(bytes: Buffer): Buffer {
  return Buffer.from(new TextDecoder('windows-1252').decode(bytes), 'utf8');
}

function withoutMark(bytes: Buffer): Buffer {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

/** Few broken sequences among sound ones are damage on the way; mostly broken ones are another charset under a wrong name. */
function brokenUtf8(bytes: Buffer): Buffer {
  const text = bytes.toString('utf8');
  let broken = 0;
  let sound = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) broken++;
    else if (code >= 128) sound++;
  }
  return sound >= broken ? Buffer.from(text, 'utf8') : windows1252(bytes);
}

/** RFC 1557: SO and SI shift between ASCII and KS X 1001, whose EUC form has the high bits set. */
function shiftedToEucKr(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === 0x0e) shifted = true;
    else if (byte === 0x0f) shifted = false;
    else if (byte === 0x1b && bytes[at + 1] === 0x24 && bytes[at + 2] === 0x29) at += 3;
    else {
      if (byte === 10) shifted = false;
      out[to++] = shifted && byte > 32 && byte < 127 ? byte | 0x80 : byte;
    }
  }
  return out.subarray(0, to);
}

/** RFC 1843: `~{` and `~}` shift between ASCII and GB 2312, whose EUC form has the high bits set; `~~` is a tilde. */
function hzToGbk(bytes: Buffer): Buffer {
  const out = Buffer.allocUnsafe(bytes.length);
  let to = 0;
  let shifted = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    const next = bytes[at + 1];
    if (byte === 0x7e && next === 0x7b) {
      shifted = true;
      at++;
    } else if (byte === 0x7e && next === 0x7d) {
      shifted = false;
      at++;
    } else if (byte === 0x7e && !shifted && next === 0x7e) {
      out[to++] = 0x7e;
      at++;
    } else if (byte === 0x7e && !shifted && next === 10) at++;
    else {
      if (byte === 10) shifted = false;
      out[to++] = shifted && byte > 32 && byte < 127 ? byte | 0x80 : byte;
    }
  }
  return out.subarray(0, to);
}
