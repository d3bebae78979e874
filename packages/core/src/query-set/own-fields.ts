import type { FieldKind } from '../settings/settings.ts';

/** A declared field as types know it. */
export interface OwnField {
  readonly kind: FieldKind;
  readonly stored?: boolean | undefined;
  readonly facet?: boolean | undefined;
}

/** Declared fields by name. */
export type OwnFields = Readonly<Record<string, OwnField>>;

/** Of a site whose settings are not known to the compiler: none. */
export type NoFields = Readonly<Record<never, OwnField>>;

/** The fields that settings declare: of an object, a promise of one, or a function that makes either (what `defineSettings` answers). */
export type OwnFieldsOf<S> = S extends (...args: never[]) => infer R
  ? FieldsOf<Awaited<R>>
  : FieldsOf<Awaited<S>>;

/** What `hit.values` holds: the fields that are `stored`, each with all its values; absent where a message has none. */
export type StoredValues<O extends OwnFields> = {
  readonly [K in keyof O as O[K]['stored'] extends true ? K : never]?: readonly ValueOf<O[K]['kind']>[];
};

type FieldsOf<S> = S extends { readonly fields: infer F }
  ? {
      readonly [K in keyof F]: {
        readonly kind: F[K] extends { readonly kind: infer I extends FieldKind } ? I : FieldKind;
        readonly stored: F[K] extends { readonly stored: true } ? true : false;
        readonly facet: F[K] extends { readonly facet: false } ? false : true;
      };
    }
  : NoFields;

/** Dates are ISO 8601, UTC, whole seconds. */
type ValueOf<K extends FieldKind> = K extends 'number' ? number : string;
