import { type Analyzer, createAnalyzer, createExactAnalyzer } from '@hayrick/core/analysis';
import { median } from '../measure.ts';

export interface AnalyzeOptions {
  readonly runs: number;
  readonly print: (line: string) => void;
}

/** Megabytes of text a second of processor time, one thread, Porter and the joined string included. */
export interface AnalyzeSpeeds {
  /** The first run over texts that are ASCII alone, with cold code and an empty table of words. */
  readonly first: number;
  /** The same, once warm: median of the runs. */
  readonly ascii: number;
  /** The texts as they are. */
  readonly mixed: number;
  /** The exact form over the texts as they are. */
  readonly exact: number;
}

const TOKENS_PER_TEXT = 1_000_000;
const BLANK = 0x20;

/** Measures the analyser over texts of messages (UTF-8), each as one field. Best on an otherwise idle machine. */
export function analyzeCase(texts: readonly Uint8Array[], { runs, print }: AnalyzeOptions): AnalyzeSpeeds {
  const ascii = texts.map((text) => text.map((byte) => (byte < 0x80 ? byte : BLANK)));
  const fast = createAnalyzer();
  const first = speed(fast, ascii);
  const speeds: AnalyzeSpeeds = {
    first,
    ascii: medianOf(runs, () => speed(fast, ascii)),
    mixed: medianOf(runs, () => speed(fast, texts)),
    exact: medianOf(runs, () => speed(createExactAnalyzer(), texts)),
  };
  print(`analysing ${(bytesOf(texts) / 1e6).toFixed(1)} MB    MB/s`);
  print(`ASCII, first run      ${speeds.first.toFixed(0).padStart(6)}`);
  print(`ASCII, warm           ${speeds.ascii.toFixed(0).padStart(6)}`);
  print(`as it is, warm        ${speeds.mixed.toFixed(0).padStart(6)}`);
  print(`exact form alone      ${speeds.exact.toFixed(0).padStart(6)}`);
  return speeds;
}

function speed(analyzer: Analyzer, texts: readonly Uint8Array[]): number {
  const started = process.cpuUsage();
  for (const text of texts) {
    analyzer.begin(TOKENS_PER_TEXT);
    analyzer.add(text);
    analyzer.end();
  }
  const { user, system } = process.cpuUsage(started);
  return bytesOf(texts) / (user + system);
}

function bytesOf(texts: readonly Uint8Array[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function medianOf(runs: number, measure: () => number): number {
  return median(Array.from({ length: runs }, measure));
}
