import { strangeKeys } from './complaints.ts';
import { settingsInvalid } from './problems.ts';
import type { ConnectionSettings } from './settings.ts';

/**
 * Checks the keys of a connection that are not core's, once its engine is known.
 * @param allowed what the engine declares (BackendModule.settings)
 * @throws SETTINGS_INVALID that names every unknown key and the nearest known one
 */
export function checkConnectionKeys(
  connection: Pick<ConnectionSettings, 'name' | 'backend'>,
  allowed: readonly string[],
  file: string | null = null,
): void {
  const strange = strangeKeys(Object.keys(connection.backend), allowed);
  if (strange.length === 0) return;
  throw settingsInvalid(
    file,
    strange.map(({ key, message }) => ({ path: ['connections', connection.name, key], message })),
  );
}
