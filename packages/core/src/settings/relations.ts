import { didYouMean } from '../nearest.ts';
import { isPlain, type Plain } from './plain.ts';
import type { Problem } from './problems.ts';
import { reservedFieldNames } from './reserved-fields.ts';

/**
 * What one key's value demands of another's. Judges whatever it is given, so that these problems are told together with those of
 * single keys.
 */
export function relationProblems(settings: unknown): Problem[] {
  if (!isPlain(settings)) return [];
  const archives = names(settings['archives']);
  const connections = names(settings['connections']);
  return [
    ...needsDefault(settings['connections']),
    ...choices(settings['connections'], archives),
    ...sameTargets(settings['connections']),
    ...readers(settings['archives']),
    ...fields(settings['fields']),
    ...facets(settings['fields']),
    ...routers(settings['routers'], connections),
  ];
}

function needsDefault(connections: unknown): Problem[] {
  if (connections !== undefined && !isPlain(connections)) return [];
  if (isPlain(connections) && Object.hasOwn(connections, 'default')) return [];
  return [
    { path: ['connections', 'default'], message: "required, for example default: { engine: 'sqlite' }" },
  ];
}

function choices(connections: unknown, archives: readonly string[]): Problem[] {
  return entries(connections).flatMap(([name, connection]) => {
    const path = ['connections', name];
    const both = connection['only'] !== undefined && connection['exclude'] !== undefined;
    const unknown = (['only', 'exclude'] as const).flatMap((key) =>
      strange([...path, key], connection[key], 'archive', archives),
    );
    return both
      ? [{ path, message: '`only` and `exclude` exclude each other: keep one' }, ...unknown]
      : unknown;
  });
}

/** Two connections that would write over each other, as far as settings show it; the engines' own targets are compared on opening. */
function sameTargets(connections: unknown): Problem[] {
  const seen = new Map<string, string>();
  return entries(connections).flatMap(([name, connection]) => {
    const target = targetOf(connection);
    if (target === null) return [];
    const other = seen.get(target);
    if (other === undefined) {
      seen.set(target, name);
      return [];
    }
    const message = `has the same target as connections.${other}; they would write over each other. Give it another path or index.`;
    return [{ path: ['connections', name], message }];
  });
}

function targetOf(connection: Plain): string | null {
  const { engine, path, url, nodes, index } = connection;
  if (typeof engine !== 'string') return null;
  if (typeof path === 'string') return JSON.stringify([engine, path]);
  const server = url ?? nodes;
  return server === undefined ? null : JSON.stringify([engine, server, index ?? null]);
}

function readers(archives: unknown): Problem[] {
  return entries(archives).flatMap(([name, archive]) =>
    list(archive['readers']).flatMap((reader, index) =>
      reader === 'all' || reader === 'public'
        ? [
            {
              path: ['archives', name, 'readers', index],
              message: `"${reader}" is a word of Hayrick's, no reader's name`,
            },
          ]
        : [],
    ),
  );
}

function fields(value: unknown): Problem[] {
  const reserved = reservedFieldNames();
  const seen = new Map<string, string>();
  return names(value).flatMap((name) => {
    const key = name.toLowerCase();
    const path = ['fields', name];
    if (reserved.has(key))
      return [{ path, message: 'the name or alias of a built-in field: choose another' }];
    const other = seen.get(key);
    if (other !== undefined)
      return [{ path, message: `the same as "${other}": capitals do not count in field names` }];
    seen.set(key, name);
    return [];
  });
}

function facets(value: unknown): Problem[] {
  return entries(value).flatMap(([name, { kind, facet }]) =>
    facet === true && typeof kind === 'string' && kind !== 'keyword'
      ? [
          {
            path: ['fields', name, 'facet'],
            message: `only keywords are counted, and this is of the kind "${kind}": leave it out`,
          },
        ]
      : [],
  );
}

function routers(value: unknown, connections: readonly string[]): Problem[] {
  if (!isPlain(value)) return [];
  return [
    ...strange(['routers', 'read'], value['read'], 'connection', connections),
    ...strange(['routers', 'write'], value['write'], 'connection', connections),
  ];
}

/** A problem for each name, alone or in a list, that is not known. */
function strange(
  path: readonly PropertyKey[],
  value: unknown,
  what: string,
  known: readonly string[],
): Problem[] {
  if (typeof value === 'string') return unknownName(path, value, what, known);
  return list(value).flatMap((name, index) =>
    typeof name === 'string' ? unknownName([...path, index], name, what, known) : [],
  );
}

function unknownName(
  path: readonly PropertyKey[],
  name: string,
  what: string,
  known: readonly string[],
): Problem[] {
  if (known.includes(name)) return [];
  return [{ path, message: `no ${what} "${name}" in these settings.${didYouMean(name, known)}` }];
}

function names(value: unknown): string[] {
  return isPlain(value) ? Object.keys(value) : [];
}

function entries(value: unknown): [string, Plain][] {
  if (!isPlain(value)) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    isPlain(part) ? [[name, part] as [string, Plain]] : [],
  );
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
