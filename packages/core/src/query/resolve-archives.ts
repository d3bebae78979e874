import { analyzeQuery } from '../analysis/index.ts';
import { didYouMean } from '../nearest.ts';
import type { Condition, PhraseItem } from './condition.ts';
import { archivesLike, archivesWithWords, type ReadableArchive } from './readable-archive.ts';
import { type Report, resolveWords, type WordLeaf } from './resolve-words.ts';
import { shown } from './shown.ts';

/** Archives by name, posting address or List-Id (`*` for anything), or by words of these. None is a report and matches nothing. */
export function resolveArchives(
  leaf: WordLeaf,
  by: 'name' | 'word',
  archives: readonly ReadableArchive[],
  report: Report,
): Condition | null {
  const names = by === 'name' ? archivesLike(asPattern(leaf), archives) : namesByWord(leaf, archives, report);
  if (names === null) return null;
  if (names.length > 0) return { kind: 'archives', names: [...names].sort() };
  const known = archives.map(({ name }) => name);
  report(leaf.span, `No archive is called ${shown(leaf.text)}.${didYouMean(leaf.text, known)}`);
  return { kind: 'none' };
}

function asPattern(leaf: WordLeaf): string {
  return leaf.kind === 'prefix' ? `${leaf.text}*` : leaf.text;
}

function namesByWord(
  leaf: WordLeaf,
  archives: readonly ReadableArchive[],
  report: Report,
): readonly string[] | null {
  const words = resolveWords(leaf, [], report);
  if (words === null) return null;
  return archivesWithWords(itemsOf(words), archives, (label) =>
    analyzeQuery(label).flatMap((item) => (item.kind === 'token' ? [item.token] : [])),
  );
}

/** Names of archives are few and short: what is sought nearby or roughly is sought as it stands. */
function itemsOf(words: Condition): readonly PhraseItem[] {
  if (words.kind === 'phrase') return words.items;
  if (words.kind === 'near') return words.tokens.map((token) => ({ kind: 'token', token }));
  return words.kind === 'fuzzy' ? [{ kind: 'token', token: words.token }] : [];
}
