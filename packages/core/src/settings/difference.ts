import type { LoadedSettings } from './load.ts';
import { isPlain, showPath } from './plain.ts';
import { isSecretKey, MASK } from './secrets.ts';
import { type Shape, settingsShape, valueShape } from './shape.ts';

/** A setting that is not what it would be without being written. Secrets are masked. */
export interface SettingsDifference {
  readonly path: string;
  readonly value: unknown;
  /** Absent where there is no default. */
  readonly default?: unknown;
}

/** Every setting that differs from its default, in the order in which it is written. */
export function diffSettings(
  loaded: Pick<LoadedSettings, 'given' | 'secretPaths' | 'mask'>,
): readonly SettingsDifference[] {
  const secret = new Set(loaded.secretPaths.map(showPath));

  function walk(
    value: unknown,
    shape: Shape | null,
    path: readonly PropertyKey[],
    hidden: boolean,
  ): SettingsDifference[] {
    const shown = showPath(path);
    const hide = hidden || secret.has(shown) || path.some(isSecretKey);
    if (isPlain(value) && !isCode(value) && Object.keys(value).length > 0) {
      return Object.entries(value).flatMap(([key, part]) =>
        walk(part, shapeBelow(shape, key), [...path, key], hide),
      );
    }
    if (value === undefined || same(value, shape?.default)) return [];
    const row = { path: shown, value: masked(value, path, hide) };
    return [shape?.default === undefined ? row : { ...row, default: shape.default }];
  }

  function masked(value: unknown, path: readonly PropertyKey[], hide: boolean): unknown {
    if (hide || secret.has(showPath(path))) return MASK;
    if (typeof value === 'string') return loaded.mask(value);
    if (Array.isArray(value))
      return value.map((item: unknown, index) => masked(item, [...path, index], hide));
    if (!isPlain(value)) return typeof value === 'object' && value !== null ? '[object]' : value;
    if (isCode(value)) return '[backend]';
    return Object.fromEntries(
      Object.entries(value).map(([key, part]) => [
        key,
        masked(part, [...path, key], hide || isSecretKey(key)),
      ]),
    );
  }

  return walk(loaded.given, settingsShape(), [], false);
}

function shapeBelow(shape: Shape | null, key: string): Shape | null {
  return shape?.properties?.[key] ?? (shape === null ? null : valueShape(shape));
}

function isCode(value: Readonly<Record<string, unknown>>): boolean {
  return Object.values(value).some((part) => typeof part === 'function') || isPlain(value['backend']);
}

function same(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));
}
