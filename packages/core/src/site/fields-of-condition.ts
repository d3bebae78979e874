import type { Condition } from '../query/index.ts';

/** Names of all fields that a condition looks into. */
export function fieldsOf(condition: Condition): ReadonlySet<string> {
  const fields = new Set<string>();
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (next.kind === 'not') open.push(next.of);
    else if ('fields' in next) for (const field of next.fields) fields.add(field);
    else if ('field' in next) fields.add(next.field);
  }
  return fields;
}
