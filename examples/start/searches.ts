/** A search that is shown, and why. */
export interface Shown {
  readonly query: string;
  readonly about: string;
}

/** For the sample: what Hayrick can be asked, in some of the scripts that its mail is written in. */
export const SAMPLE_SEARCHES: readonly Shown[] = [
  { query: 'scythe', about: 'a word, in all its forms' },
  { query: '"yellow rattle"', about: 'a phrase' },
  { query: 'from:sigrid@example.net has:patch', about: 'patches of one developer' },
  { query: '(hornets OR larks) NOT tedder', about: 'either word, without a third' },
  { query: '空心菜', about: 'Chinese: water spinach' },
  { query: '干し草', about: 'Japanese: hay' },
  { query: 'चारा', about: 'Hindi: fodder' },
  { query: 'الديك', about: 'Arabic: the rooster' },
  { query: 'сено', about: 'Russian: hay' },
];

/** What of a hit the choice of searches needs. */
export interface Seen {
  readonly subject: string;
  readonly from: readonly { readonly address: string }[];
}

/** Words of so many subjects say nothing. */
const DULL = new Set([
  'with',
  'from',
  'this',
  'that',
  'your',
  'have',
  'patch',
  'fwd',
  'und',
  'the',
  'for',
  'and',
  'not',
  'about',
]);

/** For mail nobody has seen before: its newest messages, a word that several subjects share, its busiest sender. */
export function ownSearches(newest: readonly Seen[]): Shown[] {
  const words = newest.flatMap(({ subject }) => [
    ...new Set(subject.toLowerCase().match(/\p{L}{4,20}/gu) ?? []),
  ]);
  const word = commonest(words.filter((w) => !DULL.has(w)));
  const sender = commonest(
    newest.flatMap(({ from }) => from.slice(0, 1).map(({ address }) => address)).filter(isAddress),
  );
  return [
    { query: '*', about: 'everything, newest first' },
    ...(word === null ? [] : [{ query: word, about: 'a word of several subjects' }]),
    ...(sender === null ? [] : [{ query: `from:${sender}`, about: 'one sender' }]),
  ];
}

/** The value that occurs most often; of several the first. Null of none. */
function commonest(values: readonly string[]): string | null {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | null = null;
  for (const [value, count] of counts) if (best === null || count > (counts.get(best) ?? 0)) best = value;
  return best;
}

function isAddress(text: string): boolean {
  return /^[\w.+-]+@[\w.-]+$/u.test(text);
}
