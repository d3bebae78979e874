import { distance } from 'fastest-levenshtein';
import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Condition } from '../query/condition.ts';

/**
 * The words of an index that a fuzzy word stands for: at most so many insertions, deletions and replacements of a character away
 * (Levenshtein, by code points) and with the same first character. For engines that cannot look for them by themselves.
 *
 * @param vocabulary any words of the index, all with the first character of the token among them; each may come several times
 * @throws HayrickError QUERY_TOO_LARGE where they are more than LIMITS.expansions
 */
export function expandFuzzy(
  { token, edits }: Pick<Extract<Condition, { kind: 'fuzzy' }>, 'token' | 'edits'>,
  vocabulary: Iterable<string>,
): readonly string[] {
  const isNear = nearTest(token, edits);
  const found = new Set<string>();
  for (const word of vocabulary) {
    if (!isNear(word)) continue;
    found.add(word);
    if (found.size <= LIMITS.expansions) continue;
    const limit = LIMITS.expansions.toLocaleString('en-US');
    throw new HayrickError(
      'QUERY_TOO_LARGE',
      `"${token}~${edits}" stands for more than ${limit} words of the index. ${edits === 2 ? `Ask for "${token}~1", or` : 'Ask for a longer word, or'} for the word itself.`,
    );
  }
  return [...found];
}

function nearTest(token: string, edits: number): (word: string) => boolean {
  const characters = [...token];
  const [first = ''] = characters;
  // A character is one or two code units.
  const least = characters.length - edits;
  const most = 2 * (characters.length + edits);
  const isPlain = token.length === characters.length;
  return (word) => {
    if (word.length < least || word.length > most || !word.startsWith(first)) return false;
    if (isPlain && !SURROGATE.test(word)) {
      return word.length <= characters.length + edits && distance(word, token) <= edits;
    }
    return distance(...inOneUnitEach([...word], characters)) <= edits;
  };
}

const SURROGATE = /[\uD800-\uDFFF]/;

/** Each character as a code unit of its own: the distance is counted in code units. */
function inOneUnitEach(a: readonly string[], b: readonly string[]): [string, string] {
  const units = new Map<string, string>();
  const unitOf = (character: string): string => {
    const known = units.get(character) ?? String.fromCharCode(units.size);
    units.set(character, known);
    return known;
  };
  return [a.map(unitOf).join(''), b.map(unitOf).join('')];
}
