// Hot: bench/src/cases/parse.ts.
import type { TextRun } from './message.ts';

export type RunKind = TextRun['kind'];

/** Lines of one kind and one quote depth, by their places in the text. */
export interface Run {
  kind: RunKind;
  depth: number;
  start: number;
  end: number;
}

/** Adds the line from `start` to `end`: to the last run where that is of its kind and touches it, else as a new one. */
export function addLine(runs: Run[], kind: RunKind, depth: number, start: number, end: number): void {
  const last = runs[runs.length - 1];
  if (last !== undefined && last.end === start && last.kind === kind && last.depth === depth) last.end = end;
  else runs.push({ kind, depth, start, end });
}

/** An empty line belongs to whatever stands before it. */
export function addBlank(runs: Run[], start: number, end: number): void {
  const last = runs[runs.length - 1];
  if (last !== undefined && last.end === start) last.end = end;
}

/** Takes back everything from `place` on. */
export function cutAt(runs: Run[], place: number): void {
  for (
    let last = runs[runs.length - 1];
    last !== undefined && last.end > place;
    last = runs[runs.length - 1]
  ) {
    if (last.start < place) {
      last.end = place;
      return;
    }
    runs.pop();
  }
}

/** Makes the last run one of the sender's own words again, joined with the one before it. */
export function turnLastOwn(runs: Run[]): void {
  const last = runs.pop();
  if (last !== undefined) addLine(runs, 'own', 0, last.start, last.end);
}

/** Nothing but white space and control characters. */
export function isBlank(bytes: Uint8Array): boolean {
  for (let at = 0; at < bytes.length; at++) if ((bytes[at] ?? 0) > 32) return false;
  return true;
}
