import { dirname } from 'node:path';
import { HayrickError } from '../errors.ts';
import { completeSettings } from './complete.ts';
import type { Environment } from './environment.ts';
import { findOverlay, findSettings, type SettingsRequest } from './find.ts';
import { readSettingsModule } from './module.ts';
import { overlay } from './overlay.ts';
import type { Plain } from './plain.ts';
import { isPlain } from './plain.ts';
import { resolveReferences } from './references.ts';
import { requireSafe } from './safety.ts';
import { masker, secretsIn } from './secrets.ts';
import type { Settings, SettingsInput } from './settings.ts';

/** Settings, and what is to be known of how they came about. */
export interface LoadedSettings {
  readonly settings: Settings;
  /** As written, overlay and references in place: secrets included. For `diffSettings` only. */
  readonly given: Plain;
  /** Where values stand that came from the environment or a file. */
  readonly secretPaths: readonly (readonly PropertyKey[])[];
  /** The settings file, the overlay, and the files that references name; absolute. */
  readonly files: {
    readonly settings: string | null;
    readonly overlay: string | null;
    readonly secrets: readonly string[];
  };
  /** Hides the settings' secrets in a text that leaves the process. */
  readonly mask: (text: string) => string;
  readonly warnings: readonly string[];
}

/**
 * Finds, reads and checks the settings.
 * @throws SETTINGS_NOT_FOUND, SETTINGS_UNSAFE, SETTINGS_INVALID (all problems in one)
 */
export async function loadSettings(
  request: SettingsRequest,
  environment: Environment,
): Promise<LoadedSettings> {
  const found = findSettings(request, environment);
  const directory = dirname(found.file);
  const local = findOverlay(directory, environment);
  if (found.implicit) {
    requireSafe(found.file, environment);
    if (local !== null) requireSafe(local, environment);
  }
  const base = await readSettingsModule(found.file, environment);
  const value = local === null ? base : overlay(base, await readSettingsModule(local, environment));
  const files = { settings: found.file, overlay: local };
  return settle(value, files, directory, environment, found.warnings);
}

/**
 * Settings that a program has made itself.
 * @param directory absolute; what relative paths are relative to
 * @throws SETTINGS_INVALID
 */
export function makeSettings(
  input: SettingsInput,
  directory: string,
  environment: Environment,
): LoadedSettings {
  return settle(input, { settings: null, overlay: null }, directory, environment, []);
}

function settle(
  value: unknown,
  files: Pick<LoadedSettings['files'], 'settings' | 'overlay'>,
  directory: string,
  environment: Environment,
  warnings: readonly string[],
): LoadedSettings {
  const resolved = resolveReferences(value, directory, environment);
  const mask = masker([...resolved.secrets, ...secretsIn(resolved.value)]);
  const origin = { file: files.settings, directory, home: environment.variables['HOME'] ?? null };
  try {
    return {
      settings: completeSettings(resolved.value, origin, resolved.problems),
      given: isPlain(resolved.value) ? resolved.value : {},
      secretPaths: resolved.secretPaths,
      files: { ...files, secrets: resolved.files },
      mask,
      warnings,
    };
  } catch (error) {
    throw error instanceof HayrickError ? new HayrickError(error.code, mask(error.message)) : error;
  }
}
