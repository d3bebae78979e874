const DIGITS = 16;
const SIGN = 1n << 63n;

/**
 * An id of 32 hex digits as two whole numbers of 64 bits, decimal, that order as the digits do. An engine compares numbers ten times as
 * fast as texts, and ties of dates are many.
 */
export function idKeys(id: string): readonly [high: string, low: string] {
  return [keyOf(id.slice(0, DIGITS)), keyOf(id.slice(DIGITS))];
}

/** Signed numbers are what the engine has: the smallest one stands for 0. */
function keyOf(digits: string): string {
  return String(BigInt.asIntN(64, BigInt(`0x${digits}`) ^ SIGN));
}
