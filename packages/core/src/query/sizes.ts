/** Inclusive; null is an open end. */
export interface NumberRange {
  readonly from: number | null;
  readonly to: number | null;
}

const SIZE = /^(\d+(?:\.\d+)?)([kmg]?)(?:i?b)?$/iu;
const NUMBER = /^[-+]?\d+(?:\.\d+)?$/u;
const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads a number of bytes: 300, 10k, 1.5M, 2GiB; k M G (in either case) count 1024. Null where it is none. */
export function readSize(text: string): number | null {
  const match = SIZE.exec(text.trim());
  const factor = FACTORS[match?.[2]?.toLowerCase() ?? ''];
  if (match === null || factor === undefined) return null;
  const size = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(size) ? size : null;
}

/** Reads a plain number for declared fields. Null where it is none. */
export function readNumber(text: string): number | null {
  const number = NUMBER.test(text.trim()) ? Number(text.trim()) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}

/**
 * Reads `5`, `>5`, `>=5`, `<5`, `<=5`, `5..9`, `5..`, `..9`. Every bound belongs to the range (the same with and without "=").
 * @param readOne reads one number
 * @returns null where a bound is no number, or both are missing
 */
export function readNumberRange(text: string, readOne: (text: string) => number | null): NumberRange | null {
  const compared = /^([<>])=?(.*)$/su.exec(text.trim());
  if (compared !== null) {
    const bound = readOne(compared[2] ?? '');
    if (bound === null) return null;
    return compared[1] === '>' ? { from: bound, to: null } : { from: null, to: bound };
  }
  const dots = text.indexOf('..');
  const start = dots < 0 ? text : text.slice(0, dots);
  const end = dots < 0 ? text : text.slice(dots + 2);
  if (start.trim() === '' && end.trim() === '') return null;
  const from = start.trim() === '' ? null : readOne(start);
  const to = end.trim() === '' ? null : readOne(end);
  if ((start.trim() !== '' && from === null) || (end.trim() !== '' && to === null)) return null;
  return { from, to };
}
