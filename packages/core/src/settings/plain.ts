/** Values as they come out of a settings module, before anything is known of them. */
export type Plain = Readonly<Record<string, unknown>>;

/** An object made of keys and values, no list, no instance of a class. A module's namespace is one. */
export function isPlain(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Settings may come from another realm (a test runner's), where Object.prototype is another object.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** An object with these entries, safe against keys such as __proto__. */
export function plainOf(entries: Iterable<readonly [string, unknown]>): Plain {
  return Object.fromEntries(entries);
}

/** The value at a path, undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let at = value;
  for (const key of path) {
    if (typeof at !== 'object' || at === null) return undefined;
    at = Object.getOwnPropertyDescriptor(at, key)?.value;
  }
  return at;
}

/** `archives.staff.paths[0]`, the empty string for the whole. */
export function showPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((shown, key) => {
    if (typeof key === 'number') return `${shown}[${key}]`;
    const name = /^[\w$-]+$/u.test(String(key)) ? String(key) : JSON.stringify(String(key));
    return shown === '' ? name : `${shown}.${name}`;
  }, '');
}
