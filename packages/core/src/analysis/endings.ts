/**
 * English endings whose stem may be shorter than what was typed of a word, or other: those of Porter's steps, one behind the other
 * as English puts them together. Fixed, since what a prefix matches depends on it. The tails of an ending need no line of their own.
 */
const ENDINGS: readonly string[] = [
  ...['s', 'es', 'ed', 'ing', 'ings', 'y', 'ys', 'ies', 'ied', 'ying'],
  ...['er', 'ers', 'ly', 'ely', 'ful', 'fully', 'fulness', 'ness', 'nesses', 'ism', 'isms'],
  ...['al', 'als', 'ally', 'ic', 'ics', 'ical', 'ically', 'ational', 'ationally'],
  ...['ion', 'ions', 'ional', 'ionally', 'ioned', 'ioning', 'ation', 'ations'],
  ...['ate', 'ates', 'ated', 'ating', 'ately', 'ator', 'ators'],
  ...['icate', 'icates', 'icated', 'icating', 'ication', 'ications'],
  ...['ize', 'izes', 'ized', 'izing', 'izer', 'izers', 'ization', 'izations'],
  ...['alize', 'alizes', 'alized', 'alizing', 'alization'],
  ...['ive', 'ives', 'ively', 'iveness', 'ative', 'atives', 'atively'],
  ...['ity', 'ities', 'ality', 'alities', 'ivity', 'icity', 'icities'],
  ...['able', 'ably', 'ables', 'ability', 'abilities', 'ible', 'ibly', 'ibility', 'ibilities'],
  ...['ance', 'ances', 'ancy', 'ancies', 'ant', 'ants', 'antly'],
  ...['ence', 'ences', 'ency', 'encies', 'ent', 'ents', 'ently'],
  ...['ment', 'ments', 'ement', 'ements', 'ous', 'ously', 'ousness'],
];

/** Every ending and every tail of one, each once; the empty one among them. */
export function endingsAndTails(): ReadonlySet<string> {
  return new Set(
    ENDINGS.flatMap((ending) => Array.from({ length: ending.length + 1 }, (_, from) => ending.slice(from))),
  );
}
