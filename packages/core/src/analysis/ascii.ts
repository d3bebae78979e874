/** What an ASCII byte does in text: nothing of a token, or (of a letter or digit) its lower case; any other byte needs the exact form. */
export const ASCII_KIND = { none: 0, other: 1 } as const;

/** The kind of each byte: `none`, `other`, or the byte of the token it gives. */
export function asciiKinds(): Uint8Array {
  const kinds = new Uint8Array(256).fill(ASCII_KIND.other, 0x80);
  for (const letter of 'abcdefghijklmnopqrstuvwxyz0123456789') {
    kinds[letter.charCodeAt(0)] = letter.charCodeAt(0);
    kinds[letter.toUpperCase().charCodeAt(0)] = letter.charCodeAt(0);
  }
  return kinds;
}
