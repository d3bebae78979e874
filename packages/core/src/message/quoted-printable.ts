// Hot: bench/src/cases/parse.ts.
const EQUALS = 61;
const LF = 10;

/**
 * RFC 2045, section 6.7, tolerantly: lower-case digits, blanks behind a soft line break; an `=` that begins nothing stays.
 * Answers the buffer itself where nothing is encoded.
 */
export function decodeQuotedPrintable(bytes: Buffer): Buffer {
  let from = bytes.indexOf(EQUALS);
  if (from === -1) return bytes;
  const size = bytes.length;
  const out = Buffer.allocUnsafe(size);
  out.set(bytes.subarray(0, from));
  let to = from;
  while (from < size) {
    const byte = bytes[from] ?? 0;
    if (byte !== EQUALS) {
      out[to++] = byte;
      from++;
      continue;
    }
    const high = digit(bytes[from + 1]);
    const low = high === -1 ? -1 : digit(bytes[from + 2]);
    if (low !== -1) {
      out[to++] = (high << 4) | low;
      from += 3;
      continue;
    }
    let end = from + 1;
    while (end < size && (bytes[end] === 32 || bytes[end] === 9)) end++;
    if (end >= size || bytes[end] === LF) from = end + 1;
    else {
      // The blanks behind a lone `=` belong to the text: copied with it, so that no byte is looked at twice.
      for (; from < end; from++) out[to++] = bytes[from] ?? 0;
    }
  }
  return out.subarray(0, to);
}

function digit(byte: number | undefined): number {
  if (byte === undefined) return -1;
  if (byte >= 48 && byte <= 57) return byte - 48;
  const letter = byte | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : -1;
}
