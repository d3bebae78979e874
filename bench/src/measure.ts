import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Measured {
  readonly wallSeconds: number;
  /** User and system, of the process and its threads. */
  readonly cpuSeconds: number;
  /** Highest resident set. */
  readonly peakMiB: number;
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How often the counters of a running process are read; both counters only rise, so only the last look counts. */
const LOOK_EVERY = 10;
/** Ticks a second in /proc/PID/stat: proc(5), sysconf(_SC_CLK_TCK). */
const TICKS = 100;

/** Runs a whole command and measures it from outside, by /proc: Linux only. */
export function measure(
  command: readonly string[],
  options: { readonly env: NodeJS.ProcessEnv; readonly cwd?: string },
): Promise<Measured> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, {
      env: options.env,
      cwd: options.cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    let last = { cpuSeconds: 0, peakMiB: 0 };
    const look = setInterval(() => {
      last = child.pid === undefined ? last : (readCounters(child.pid) ?? last);
    }, LOOK_EVERY);
    child.stdout.on('data', (data: Buffer) => {
      output.stdout += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      output.stderr += data.toString();
    });
    child.on('error', (error) => {
      clearInterval(look);
      reject(error);
    });
    child.on('close', (status) => {
      clearInterval(look);
      resolve({ wallSeconds: (performance.now() - started) / 1000, ...last, status, ...output });
    });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

function readCounters(pid: number): { cpuSeconds: number; peakMiB: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const ticks = Number(fields[11]) + Number(fields[12]);
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return peak === undefined ? null : { cpuSeconds: ticks / TICKS, peakMiB: Number(peak) / 1024 };
  } catch {
    return null;
  }
}
