import { distance } from 'fastest-levenshtein';

/** The known name nearest to `name`, if it is near enough to be a slip of the keyboard (a third of its letters, at least two). */
export function nearest(name: string, known: Iterable<string>): string | null {
  const bound = Math.max(2, Math.floor(name.length / 3));
  let best: string | null = null;
  let bestDistance = bound + 1;
  for (const candidate of known) {
    const d = distance(name.toLowerCase(), candidate.toLowerCase());
    if (d < bestDistance) {
      best = candidate;
      bestDistance = d;
    }
  }
  return best;
}

/** ` Did you mean "x"?`, or the empty string where nothing is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const near = nearest(name, known);
  return near === null ? '' : ` Did you mean "${near}"?`;
}
