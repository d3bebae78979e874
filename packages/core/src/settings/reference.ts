import { type Shape, settingsShape, valueShape } from './shape.ts';

/** One key of the settings. */
export interface SettingsKey {
  /** `archives.NAME.paths`. */
  readonly path: string;
  readonly type: string;
  /** As it would be written; null: there is none, the key may be left out or must be given. */
  readonly default: string | null;
  readonly required: boolean;
  readonly about: string;
}

/** Every key of the settings with its type and default, in the schema's order. Keys that engines declare are told by the engines' pages. */
export function settingsReference(): readonly SettingsKey[] {
  return below(settingsShape(), '');
}

function below(shape: Shape, path: string): SettingsKey[] {
  const named = valueShape(shape);
  const rows = Object.entries(shape.properties ?? {}).flatMap(([key, part]) => {
    const required = shape.required?.includes(key) === true;
    return row(part, path === '' ? key : `${path}.${key}`, required);
  });
  return named === null || named.properties === undefined ? rows : [...rows, ...below(named, `${path}.NAME`)];
}

function row(shape: Shape, path: string, required: boolean): SettingsKey[] {
  const children = below(shape, path);
  const key: SettingsKey = {
    path,
    type: typeOf(shape),
    default: shape.default === undefined || children.length > 0 ? null : literal(shape.default),
    required: required || path === 'connections',
    about: shape.description ?? '',
  };
  return [key, ...children];
}

function typeOf(shape: Shape): string {
  if (shape.enum !== undefined) return shape.enum.map((value) => `'${String(value)}'`).join(' | ');
  if (shape.anyOf !== undefined) return 'string or module';
  if (shape.type === 'array') return `list of ${shape.items === undefined ? 'values' : typeOf(shape.items)}s`;
  if (shape.type === 'integer') return 'whole number';
  return shape.type ?? 'any';
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}
