/** A field as the tests see it: its values, each a list of tokens. Empty values do not count. */
export type Values = readonly (readonly string[])[];

const BORDER = '|';
const MAYBE = '~';

/** Expected values in one line: borders as `|`, places where a border may stand as `~`. */
export function stated(expected: readonly string[]): string {
  return expected.join(` ${BORDER} `);
}

/**
 * Values that came out, in the notation of the expectation they are compared with: a border where one may stand, or none there, is `~`.
 * Equal to `stated(expected)` exactly if tokens and borders are as expected.
 */
export function rendered(values: Values, expected: readonly string[]): string {
  const open = openPlaces(expected);
  const out: string[] = [];
  let count = 0;
  for (const value of values) {
    if (value.length === 0) continue;
    value.forEach((token, i) => {
      if (count > 0 && open.has(count)) out.push(MAYBE);
      else if (count > 0 && i === 0) out.push(BORDER);
      out.push(token);
      count += 1;
    });
  }
  return out.join(' ');
}

/** Whether the tokens stand one behind the other within one value. */
export function holdsSequence(values: Values, tokens: readonly string[]): boolean {
  return values.some((value) =>
    value.some((_, start) => tokens.every((token, i) => value[start + i] === token)),
  );
}

/** Numbers of tokens in front of the places where a border may stand. */
function openPlaces(expected: readonly string[]): ReadonlySet<number> {
  const open = new Set<number>();
  let count = 0;
  for (const token of expected.flatMap((value) => value.split(' '))) {
    if (token === MAYBE) open.add(count);
    else count += 1;
  }
  return open;
}
