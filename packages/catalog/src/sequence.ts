import type { Db } from './open.ts';

/** Numbers of the change log. `begin` and `store` belong to the transaction that uses them. */
export interface Sequence {
  begin(): void;
  next(): number;
  head(): number;
  store(): void;
}

export function openSequence(db: Db): Sequence {
  const read = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE name = 'seq'");
  const write = db.prepare<[string]>("UPDATE meta SET value = ? WHERE name = 'seq'");
  const head = () => Number(read.get()?.value ?? 0);
  let last = 0;
  return {
    begin() {
      last = head();
    },
    next: () => ++last,
    head,
    store: () => void write.run(String(last)),
  };
}
