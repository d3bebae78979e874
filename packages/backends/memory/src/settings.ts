import { type BackendContext, HayrickError } from '@hayrick/core/backend';

/** Documents a connection holds at most, unless its settings say otherwise: about 2 GB of memory while they are built, and half of that when they are loaded. */
const DEFAULT_MAX_DOCUMENTS = 100_000;
/** More than this one process does not hold in memory. */
const MOST_DOCUMENTS = 1_000_000;

/**
 * The key `maxDocuments` of the connection.
 * @throws HayrickError SETTINGS_INVALID
 */
export function maxDocumentsOf({ connection, settings }: BackendContext): number {
  const value = settings['maxDocuments'];
  if (value === undefined) return DEFAULT_MAX_DOCUMENTS;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 && value <= MOST_DOCUMENTS) {
    return value;
  }
  throw new HayrickError(
    'SETTINGS_INVALID',
    `connections.${connection}.maxDocuments must be a whole number from 1 to ${MOST_DOCUMENTS}, not ${typeof value === 'number' ? value : JSON.stringify(value)}.`,
  );
}
