import type { Dsl } from './compile.ts';

/** Up to this length a part of a query stands on one line. */
const LINE = 100;

/** A query for people: JSON with its short parts on one line each. */
export function printQuery(query: Dsl): string {
  return print(query, '');
}

function print(value: unknown, indent: string): string {
  const short = JSON.stringify(value);
  if (short.length <= LINE || typeof value !== 'object' || value === null) return short;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.map((one) => print(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}
