/** Control characters, bidi embeddings, overrides and isolates, halves of surrogate pairs. The marks LRM, RLM and ALM stay: they belong to ordinary text. */
const STEERING = /[\p{Cc}\p{Cs}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
const REPLACEMENT = '\uFFFD';

/** A stranger's text on one line: what would steer a terminal or turn the line's direction is replaced. */
export function cleanLine(text: string): string {
  return text.replace(/[\r\n\t\u2028\u2029]+/gu, ' ').replace(STEERING, REPLACEMENT);
}

/** The same for text of several lines: line breaks and tabs stay. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replace(STEERING, (character) => (character === '\n' || character === '\t' ? character : REPLACEMENT));
}
