import { InvalidArgumentError } from 'commander';

/** Of every command, before or after its name. */
export interface GlobalFlags {
  readonly settings?: string | undefined;
  readonly modulepath: readonly string[];
  readonly verbosity: number;
  readonly color: boolean;
  readonly traceback: boolean;
}

/** Parses a whole number within bounds. */
export function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/u.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

/** Parses seconds. */
export function seconds(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/u.test(text) && value <= 1e9) return value;
  throw new InvalidArgumentError('It must be a number of seconds.');
}

/** Parses hours or minutes. */
export function amount(text: string): number {
  const value = Number(text);
  if (/^\d+(?:\.\d+)?$/u.test(text) && value <= 1e9) return value;
  throw new InvalidArgumentError('It must be a number that is not negative.');
}

/** For a flag that may be given several times. */
export function several(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}
