import { expandPrefix } from '@hayrick/core/analysis';
import { stemmer } from 'stemmer';
import { expect, it } from 'vitest';
import { listMail, vocabulary } from './vocabulary.ts';

/** A word that occurs less often is a name, a slip or a piece of something as a rule; they only make the test slow. */
const OFTEN = 3;

/** docs/analysis.md names the words that are not found from each of their beginnings: none. */
it('finds every word of real mail from each of its beginnings', () => {
  const mail = listMail('prefixes over the words of real mail');
  const words = [...vocabulary(mail)].flatMap(([word, times]) => (times >= OFTEN ? [word] : []));
  const stemsByPrefix = new Map<string, ReadonlySet<string>>();
  const missed: string[] = [];
  for (const word of words) {
    const stemmed = stemmer(word);
    for (let length = 2; length <= word.length; length++) {
      const prefix = word.slice(0, length);
      if (stemmed.startsWith(prefix)) continue;
      let stems = stemsByPrefix.get(prefix);
      if (stems === undefined) {
        stems = stemsOf(prefix);
        stemsByPrefix.set(prefix, stems);
      }
      if (!stems.has(stemmed)) missed.push(`${prefix}* ${word}`);
    }
  }
  if (mail.length > 0) expect(words.length).toBeGreaterThan(10_000);
  expect(missed).toEqual([]);
});

function stemsOf(prefix: string): ReadonlySet<string> {
  const expanded = expandPrefix(prefix);
  const [item] = expanded.kind === 'phrase' ? expanded.items : [];
  return new Set(item?.kind === 'prefix' ? item.stems : []);
}
