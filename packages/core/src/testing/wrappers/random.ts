/** Numbers from 0 to below 1, the same for the same seed: Marsaglia's 32-bit xorshift ("Xorshift RNGs", 2003), seed and output mixed. */
export function randomFrom(seed: number): () => number {
  let state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (Math.imul(state, 0x9e3779b1) >>> 0) / 2 ** 32;
  };
}
