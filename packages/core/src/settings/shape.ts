import { z } from 'zod';
import { settingsSchema } from './schema.ts';

/** The part of JSON Schema by which the settings' keys are walked. */
export interface Shape {
  readonly type?: string | undefined;
  readonly description?: string | undefined;
  readonly default?: unknown;
  readonly enum?: readonly unknown[] | undefined;
  readonly properties?: Readonly<Record<string, Shape>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly additionalProperties?: unknown;
  readonly items?: Shape | undefined;
  readonly anyOf?: readonly Shape[] | undefined;
}

/** The settings' schema as a tree of plain data. */
export function settingsShape(): Shape {
  return z.toJSONSchema(settingsSchema(), { io: 'input', unrepresentable: 'any' }) as Shape;
}

/** What any name of a map may hold, or null where the shape is no map. */
export function valueShape(shape: Shape): Shape | null {
  const value = shape.additionalProperties;
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0 ? value : null;
}

/** Keys known at a path of the settings. */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  let shape: Shape | null | undefined = settingsShape();
  for (const key of path) {
    if (shape === null || shape === undefined) return [];
    shape = typeof key === 'number' ? shape.items : (shape.properties?.[String(key)] ?? valueShape(shape));
  }
  return Object.keys(shape?.properties ?? {});
}
