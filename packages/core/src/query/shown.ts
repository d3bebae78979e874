const LONGEST = 60;

/** Typed text as problems show it: in quotes, control characters escaped, cut where it is long. */
export function shown(text: string): string {
  const characters = [...text.slice(0, 2 * LONGEST + 2)];
  const cut = characters.length > LONGEST ? `${characters.slice(0, LONGEST).join('')}…` : text;
  return JSON.stringify(cut.toWellFormed()).replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, escaped);
}

function escaped(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}
