/** Runs work one after the other, in the order in which it was asked for. */
export interface Queue {
  /** Something is running or waiting. */
  readonly busy: boolean;
  run<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when all that was asked for so far has ended. */
  idle(): Promise<void>;
}

export function createQueue(): Queue {
  let last: Promise<unknown> = Promise.resolve();
  let pending = 0;
  return {
    get busy() {
      return pending > 0;
    },
    run(work) {
      pending++;
      const running = last.then(work);
      last = running.then(
        () => void pending--,
        () => void pending--,
      );
      return running;
    },
    async idle() {
      await last;
    },
  };
}
