import { isPatchField } from '../fields/fields.ts';
import type { Condition, ConditionWithThreads } from './condition.ts';
import type { ReadableArchive } from './readable-archive.ts';
import type { Report, WordLeaf } from './resolve-words.ts';
import { shown } from './shown.ts';

/** With fewer digits an id is nobody's. */
const FEWEST_DIGITS = 7;
const HEX = /^[0-9a-f]{7,64}$/;

/**
 * Blobs by the first digits of their ids: those whose id, as a patch abbreviates it, begins with what was typed, and those whose abbreviation is the
 * beginning of it. Null, with a report, where it is no id.
 */
export function resolveBlob(leaf: WordLeaf, fields: readonly string[], report: Report): Condition | null {
  const id = leaf.text.trim().toLowerCase();
  const isId = (leaf.kind === 'text' || leaf.kind === 'prefix') && HEX.test(id);
  if (!isId) {
    const what = `${shown(`${leaf.field}:`)} takes the first ${FEWEST_DIGITS} hex digits of a blob's id, or more`;
    report(leaf.span, `${what}: searched as text.`);
    return null;
  }
  const shorter = Array.from({ length: id.length - FEWEST_DIGITS }, (_, i) => id.slice(0, FEWEST_DIGITS + i));
  const of = fields.flatMap((field): Condition[] => [
    { kind: 'keyword-prefix', field, prefix: id },
    ...shorter.map((value): Condition => ({ kind: 'keyword', field, value })),
  ]);
  const [only] = of;
  return of.length === 1 && only !== undefined ? only : { kind: 'or', of };
}

/**
 * What looks into fields of patches looks within the readable archives that have them: a message that stands in another one as well, which may
 * not be read, answers like one that does not. Where there are none, that is said.
 */
export function withinPatches(
  condition: ConditionWithThreads,
  leaf: WordLeaf,
  archives: readonly ReadableArchive[],
  report: Report,
): ConditionWithThreads {
  if (!looksIntoPatches(condition)) return condition;
  const names = archives.flatMap(({ name, patches }) => (patches === true ? [name] : [])).sort();
  if (names.length === 0) {
    report(leaf.span, `${shown(`${leaf.field}:`)} finds nothing: no archive has the setting "patches".`);
    return { kind: 'none' };
  }
  if (names.length === archives.length) return condition;
  return { kind: 'and', of: [condition, { kind: 'archives', names }] };
}

/** Of what one term of a query becomes. */
function looksIntoPatches(condition: ConditionWithThreads): boolean {
  switch (condition.kind) {
    case 'or':
      return condition.of.some(looksIntoPatches);
    case 'phrase':
    case 'near':
    case 'fuzzy':
      return condition.fields.some(isPatchField);
    case 'keyword':
    case 'keyword-prefix':
      return isPatchField(condition.field);
    default:
      return false;
  }
}
