import { HayrickError } from '../errors.ts';
import { showPath } from './plain.ts';

/** Something in the settings that cannot stand, and where. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** All problems of one settings file in one error. */
export function settingsInvalid(file: string | null, problems: readonly Problem[]): HayrickError {
  const where = file ?? 'The settings';
  const lines = problems.map(
    ({ path, message }) => `  ${path.length === 0 ? '' : `${showPath(path)}: `}${message}`,
  );
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  return new HayrickError(
    'SETTINGS_INVALID',
    [
      `${where} ${where === file ? 'has' : 'have'} ${count}:`,
      ...lines,
      'Every key and its type: hayrick help settings',
    ].join('\n'),
  );
}
