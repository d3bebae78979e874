/**
 * Whether two words are at most `edits` insertions, deletions and replacements of a character apart (Levenshtein), by code points.
 * Wagner and Fischer's table, of which only the band that can matter is filled in.
 */
export function withinEdits(a: readonly string[], b: readonly string[], edits: number): boolean {
  if (Math.abs(a.length - b.length) > edits) return false;
  const far = edits + 1;
  let row = Array.from({ length: b.length + 1 }, (_, j) => Math.min(j, far));
  for (let i = 1; i <= a.length; i++) {
    const next = new Array<number>(b.length + 1).fill(far);
    if (i <= edits) next[0] = i;
    let least = next[0] ?? far;
    for (let j = Math.max(1, i - edits); j <= Math.min(b.length, i + edits); j++) {
      const replaced = (row[j - 1] ?? far) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const cost = Math.min(replaced, (row[j] ?? far) + 1, (next[j - 1] ?? far) + 1, far);
      next[j] = cost;
      least = Math.min(least, cost);
    }
    if (least > edits) return false;
    row = next;
  }
  return (row[b.length] ?? far) <= edits;
}
