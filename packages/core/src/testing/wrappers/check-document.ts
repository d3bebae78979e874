import type { FieldNames } from '../../backend/check-condition.ts';
import { BOUNDARY, type Document, LIMITS } from '../../backend/index.ts';
import { isCount, isId, passed } from './breach.ts';

/** Holds a document that core passes to what document.ts says of it. */
export function checkDocument(document: Document, fields: FieldNames): void {
  const { id, archives, date, received, size, text, keywords, numbers } = document;
  const holds = (good: boolean, what: () => string): void => passed(good, () => `document ${id}: ${what()}`);
  holds(isId(id), () => 'its id is not 32 lower-case hex digits');
  holds(archives.length > 0, () => 'no archive holds it');
  holds(isSortedSet(archives), () => `its archives are not sorted, each once: ${archives.join(', ')}`);
  holds(Number.isSafeInteger(date), () => `its date is ${date}`);
  holds(Number.isSafeInteger(received), () => `it was received at ${received}`);
  holds(isCount(size), () => `its size is ${size}`);
  for (const [field, tokens] of Object.entries(text)) {
    holds(fields.text.has(field), () => `${field} is no text field`);
    holds(
      tokens !== '' && tokens.split(' ').every(isToken),
      () => `${field} is not tokens joined by single blanks`,
    );
  }
  for (const [field, values] of Object.entries(keywords)) {
    holds(fields.keyword.has(field), () => `${field} is no keyword field`);
    holds(
      values.length > 0 && new Set(values).size === values.length,
      () => `${field} does not have each value once`,
    );
    for (const value of values) {
      holds(isKeyword(value), () => `${field} has what is no keyword: ${JSON.stringify(value)}`);
    }
  }
  for (const [field, values] of Object.entries(numbers)) {
    holds(fields.number.has(field), () => `${field} is no number field`);
    holds(values.length > 0 && values.every(Number.isFinite), () => `${field} holds what is no number`);
  }
}

function isSortedSet(values: readonly string[]): boolean {
  return values.every((value, i) => i === 0 || (values[i - 1] ?? '') < value);
}

function isToken(token: string): boolean {
  if (token === BOUNDARY) return true;
  return (
    token !== '' &&
    !/\s/.test(token) &&
    (token.length <= LIMITS.tokenLength || [...token].length <= LIMITS.tokenLength)
  );
}

function isKeyword(value: string): boolean {
  return value.isWellFormed() && Buffer.byteLength(value) <= LIMITS.keywordBytes;
}
