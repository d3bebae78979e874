export type { DateValue, Filter } from './filter.ts';
export type { NoFields, OwnField, OwnFields, OwnFieldsOf, StoredValues } from './own-fields.ts';
export {
  type Columns,
  type FacetName,
  type MessageHit,
  openQuerySet,
  type QuerySet,
  type ReadOptions,
  type Stats,
} from './query-set.ts';
export type { SelectionJson } from './selection-json.ts';
