/** One of the two streams that a command writes to. */
export interface OutputStream {
  readonly isTerminal: boolean;
  /** Characters a line, of a terminal. */
  readonly columns: number;
  /** Resolves when the text is on its way. Throws ClosedPipeError when nobody reads any more. */
  write(text: string | Uint8Array): Promise<void>;
}

export interface InputStream {
  readonly isTerminal: boolean;
  /** The first line, or null where there is none within the time. */
  firstLine(milliseconds: number): Promise<string | null>;
}

/** All that a command takes from outside and gives back. */
export interface Io {
  /** As people call it: "hayrick", "hayrick-admin", "node manage.mjs". */
  readonly program: string;
  /** Without the runtime and the script. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  readonly uid: number | null;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  /** The settings where none are named: those beside manage.mjs. */
  readonly settings?: string | undefined;
  /** Asks a yes-or-no question at the terminal; null: the question itself was interrupted. */
  readonly ask: (question: string) => Promise<boolean | null>;
  /** Highest resident set of the process so far, in bytes. */
  readonly peakMemory: () => number;
  /** A progress bar on stderr, which is a terminal. */
  readonly openBar: () => Promise<Bar>;
}

export interface Bar {
  /** @param part from 0 to 1 */
  show(part: number, text: string): void;
  /** Takes the bar away. */
  end(): void;
}

/** The reader of our output has gone: no failure, and nothing more to say. */
export class ClosedPipeError extends Error {
  constructor() {
    super('nobody reads the output any more');
    this.name = 'ClosedPipeError';
  }
}
