import { type Condition, type KeptValues, type PhraseItem, unreachable } from '../../backend/index.ts';

/** A document as the oracle sees it: tokens in values that no phrase crosses, and plain lists of keywords and numbers. */
export interface OracleDocument {
  readonly id: string;
  readonly archives: readonly string[];
  /** Per text field its values, each a list of tokens. */
  readonly text: Readonly<Record<string, readonly (readonly string[])[]>>;
  readonly keywords: Readonly<Record<string, readonly string[]>>;
  /** date, received and size among them. */
  readonly numbers: Readonly<Record<string, readonly number[]>>;
  /** Of declared fields that are stored; absent where there are none. */
  readonly kept?: KeptValues | undefined;
}

/**
 * Whether a document matches, by the plain meaning of each condition: what every engine is judged by. Never fast, never clever.
 * Threads and regular expressions are resolved before a backend is asked and are not judged here.
 */
export function matches(condition: Condition, document: OracleDocument): boolean {
  switch (condition.kind) {
    case 'all':
      return true;
    case 'none':
      return false;
    case 'and':
      return condition.of.every((part) => matches(part, document));
    case 'or':
      return condition.of.some((part) => matches(part, document));
    case 'not':
      return !matches(condition.of, document);
    case 'phrase':
      return valuesOf(document, condition.fields).some((value) => holdsPhrase(value, condition.items));
    case 'near':
      return valuesOf(document, condition.fields).some((value) =>
        holdsNear(value, condition.tokens, condition.distance),
      );
    case 'fuzzy':
      return valuesOf(document, condition.fields).some((value) =>
        value.some((token) => isFuzzy(token, condition.token, condition.edits)),
      );
    case 'keyword':
      return (document.keywords[condition.field] ?? []).includes(condition.value);
    case 'keyword-prefix':
      return (document.keywords[condition.field] ?? []).some((value) => value.startsWith(condition.prefix));
    case 'archives':
      return mayRead(document, condition.names);
    case 'range':
      return (document.numbers[condition.field] ?? []).some(
        (n) =>
          (condition.from === null || n >= condition.from) && (condition.to === null || n <= condition.to),
      );
    case 'ids':
      return condition.ids.includes(document.id);
    default:
      return unreachable(condition);
  }
}

/** Documents in none of the archives do not exist for the one who asks. */
export function mayRead(document: OracleDocument, archives: readonly string[]): boolean {
  return document.archives.some((archive) => archives.includes(archive));
}

function valuesOf(document: OracleDocument, fields: readonly string[]): (readonly string[])[] {
  return fields.flatMap((field) => document.text[field] ?? []);
}

function holdsPhrase(value: readonly string[], items: readonly PhraseItem[]): boolean {
  if (items.length === 0) return false;
  for (let start = 0; start + items.length <= value.length; start++) {
    if (items.every((item, i) => fits(value[start + i] ?? '', item))) return true;
  }
  return false;
}

function fits(token: string, item: PhraseItem): boolean {
  return item.kind === 'token'
    ? token === item.token
    : token.startsWith(item.prefix) || item.stems.includes(token);
}

/** A stretch of the value, `distance` tokens longer than the words asked for, that holds all of them, each as often as asked. */
function holdsNear(value: readonly string[], tokens: readonly string[], distance: number): boolean {
  if (tokens.length === 0) return false;
  for (let start = 0; start < value.length; start++) {
    const stretch = value.slice(start, start + tokens.length + distance);
    const left = [...tokens];
    for (const token of stretch) {
      const at = left.indexOf(token);
      if (at >= 0) left.splice(at, 1);
    }
    if (left.length === 0) return true;
  }
  return false;
}

function isFuzzy(token: string, wanted: string, edits: number): boolean {
  const a = [...token];
  const b = [...wanted];
  return a[0] === b[0] && Math.abs(a.length - b.length) <= edits && levenshtein(a, b) <= edits;
}

/** The textbook's table of Wagner and Fischer, by code points. */
function levenshtein(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, x] of a.entries()) {
    const next = [i + 1];
    for (const [j, y] of b.entries()) {
      const swap = (row[j] ?? 0) + (x === y ? 0 : 1);
      next.push(Math.min(swap, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
