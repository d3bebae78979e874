/** The contract was broken, and by whom. No HayrickError: nothing may take it for a failure that passes. */
export class ContractBreach extends Error {
  readonly by: 'core' | 'engine';

  constructor(by: 'core' | 'engine', what: string) {
    super(`The ${by === 'core' ? 'engine was called' : 'engine answered'} against the contract: ${what}`);
    this.name = 'ContractBreach';
    this.by = by;
  }
}

/** What core may pass to an engine. */
export function passed(holds: boolean, what: () => string): void {
  if (!holds) throw new ContractBreach('core', what());
}

/** What an engine may answer. */
export function answered(holds: boolean, what: () => string): void {
  if (!holds) throw new ContractBreach('engine', what());
}

const ID = /^[0-9a-f]{32}$/;

export function isId(id: string): boolean {
  return ID.test(id);
}

/** A whole number, 0 or more. */
export function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0;
}
