// Hot: bench/src/cases/analyze.ts.

/** Bytes of the longest code point. */
export const UTF8_LONGEST = 4;

const REPLACEMENT = 0xfffd;

/** Writes one code point (no surrogate) as UTF-8 and returns the place behind it. */
export function encodeCodePoint(codePoint: number, into: Uint8Array, at: number): number {
  if (codePoint < 0x80) {
    into[at] = codePoint;
    return at + 1;
  }
  if (codePoint < 0x800) {
    into[at] = 0xc0 | (codePoint >> 6);
    into[at + 1] = 0x80 | (codePoint & 0x3f);
    return at + 2;
  }
  if (codePoint < 0x10000) {
    into[at] = 0xe0 | (codePoint >> 12);
    into[at + 1] = 0x80 | ((codePoint >> 6) & 0x3f);
    into[at + 2] = 0x80 | (codePoint & 0x3f);
    return at + 3;
  }
  into[at] = 0xf0 | (codePoint >> 18);
  into[at + 1] = 0x80 | ((codePoint >> 12) & 0x3f);
  into[at + 2] = 0x80 | ((codePoint >> 6) & 0x3f);
  into[at + 3] = 0x80 | (codePoint & 0x3f);
  return at + 4;
}

/**
 * The code point at `at` < `end`, times 8, plus the bytes it takes: one number, so that nothing is allocated.
 * What is no UTF-8 is U+FFFD, one for each maximal part of a sequence, as TextDecoder has it (WHATWG Encoding, "UTF-8 decoder").
 */
export function decodeCodePoint(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return lead * 8 + 1;
  if (lead < 0xc2 || lead > 0xf4) return REPLACEMENT * 8 + 1;
  const second = at + 1 < end ? (bytes[at + 1] ?? 0) : 0;
  if (lead < 0xe0)
    return isTrail(second) ? (((lead & 0x1f) << 6) | (second & 0x3f)) * 8 + 2 : REPLACEMENT * 8 + 1;
  if (!isSecond(lead, second)) return REPLACEMENT * 8 + 1;
  const third = at + 2 < end ? (bytes[at + 2] ?? 0) : 0;
  if (!isTrail(third)) return REPLACEMENT * 8 + 2;
  if (lead < 0xf0) return (((lead & 0x0f) << 12) | ((second & 0x3f) << 6) | (third & 0x3f)) * 8 + 3;
  const fourth = at + 3 < end ? (bytes[at + 3] ?? 0) : 0;
  if (!isTrail(fourth)) return REPLACEMENT * 8 + 3;
  return (((lead & 0x07) << 18) | ((second & 0x3f) << 12) | ((third & 0x3f) << 6) | (fourth & 0x3f)) * 8 + 4;
}

function isTrail(byte: number): boolean {
  return (byte & 0xc0) === 0x80;
}

/** Excludes overlong forms, surrogates and what lies beyond U+10FFFF. */
function isSecond(lead: number, byte: number): boolean {
  if (lead === 0xe0) return byte >= 0xa0 && byte <= 0xbf;
  if (lead === 0xed) return byte >= 0x80 && byte <= 0x9f;
  if (lead === 0xf0) return byte >= 0x90 && byte <= 0xbf;
  if (lead === 0xf4) return byte >= 0x80 && byte <= 0x8f;
  return isTrail(byte);
}
