import { isPlain, plainOf } from './plain.ts';
import { asReference } from './references.ts';

/** `over` laid over `base`: objects merge by key, everything else replaces. A reference ({ env } or { file }) counts as the string it stands for. */
export function overlay(base: unknown, over: unknown): unknown {
  if (!isPlain(base) || !isPlain(over) || asReference(base) !== null || asReference(over) !== null)
    return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return plainOf(
    Array.from(keys, (key) => {
      if (!Object.hasOwn(over, key)) return [key, base[key]] as const;
      return [key, Object.hasOwn(base, key) ? overlay(base[key], over[key]) : over[key]] as const;
    }),
  );
}
