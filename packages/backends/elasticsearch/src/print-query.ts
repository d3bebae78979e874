import type { Dsl } from './compile.ts';

/** Up to this length a part of a query stands on one line. */
const LINE = 100;

/** Of a longer list, of ids as a rule, the first parts are told. */
const LONG = 200;
const TOLD = 3;

/** A query for people: JSON with its short parts on one line each. Of long lists only the beginning is told. */
export function printQuery(query: Dsl): string {
  return print(query, '');
}

function print(value: unknown, indent: string): string {
  const short = JSON.stringify(value);
  if (short.length <= LINE || typeof value !== 'object' || value === null) return short;
  const inner = `${indent}  `;
  const parts = Array.isArray(value)
    ? value.length > LONG
      ? [...value.slice(0, TOLD).map((one) => print(one, inner)), `… ${value.length - TOLD} more`]
      : value.map((one) => print(one, inner))
    : Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${print(one, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`;
}
