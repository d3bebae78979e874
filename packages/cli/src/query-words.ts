import { HayrickError } from '@hayrick/core/settings';
import type { Io } from './io.ts';

/**
 * The query that was typed: its words joined with one space, no quotes added.
 * @throws QUERY_INVALID for a word that begins with "-" and is no option, unless it stands behind "--"
 */
export function queryOf(words: readonly string[], io: Pick<Io, 'argv' | 'program'>): string {
  const end = io.argv.indexOf('--');
  const literal = end === -1 ? 0 : io.argv.length - end - 1;
  const dashed = words.slice(0, words.length - literal).find((word) => word.startsWith('-'));
  if (dashed !== undefined) throw dashedWord(dashed);
  return words.join(' ').trim();
}

/** What to say of a word like -draft. */
export function dashedWord(word: string): HayrickError {
  const bare = word.replace(/^-+/u, '');
  return new HayrickError(
    'QUERY_INVALID',
    `"${word}" is no option. To leave out what it finds write NOT ${bare === '' ? 'WORD' : bare}; to pass it as it is put -- before the query.`,
  );
}
