import { identify, parseMessage, scanMessage } from '@hayrick/core/message';
import { median } from '../measure.ts';

export interface ParseOptions {
  readonly runs: number;
  readonly print: (line: string) => void;
}

export interface ParseSpeed {
  readonly messagesPerSecond: number;
  /** Millions of raw bytes. */
  readonly megabytesPerSecond: number;
}

/** Each a whole pass over all messages, by a second of processor time of one thread; the median of the runs, after one that warms up. */
export interface ParseSpeeds {
  /** Headers and MIME tree. */
  readonly scan: ParseSpeed;
  /** The first pass of an index: scan, content hash, ids, dates. */
  readonly identify: ParseSpeed;
  /** Everything in one. */
  readonly parse: ParseSpeed;
}

/** Measures the parser over raw messages. Best on an otherwise idle machine. */
export function parseCase(messages: readonly Uint8Array[], { runs, print }: ParseOptions): ParseSpeeds {
  const bytes = messages.reduce((sum, message) => sum + message.length, 0);
  const speedOf = (pass: (message: Uint8Array) => void): ParseSpeed => {
    timed(messages, pass);
    const seconds = median(Array.from({ length: runs }, () => timed(messages, pass)));
    return { messagesPerSecond: messages.length / seconds, megabytesPerSecond: bytes / seconds / 1e6 };
  };
  const speeds: ParseSpeeds = {
    scan: speedOf((message) => scanMessage(message)),
    identify: speedOf((message) => identify(scanMessage(message), [])),
    parse: speedOf((message) => parseMessage(message)),
  };
  print(`parsing ${messages.length} messages, ${(bytes / 1e6).toFixed(1)} MB    messages/s    MB/s`);
  for (const [name, speed] of Object.entries<ParseSpeed>({ ...speeds })) {
    const perSecond = speed.messagesPerSecond.toFixed(0).padStart(10);
    print(`${name.padEnd(36)}${perSecond}${speed.megabytesPerSecond.toFixed(0).padStart(8)}`);
  }
  return speeds;
}

/** Seconds of processor time. */
function timed(messages: readonly Uint8Array[], pass: (message: Uint8Array) => void): number {
  const started = process.cpuUsage();
  for (const message of messages) pass(message);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
