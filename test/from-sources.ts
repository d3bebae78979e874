/**
 * Flags of a Node that runs the sources. Node strips types by WebAssembly, in each thread, and V8 13.6 may free code of it that another thread still
 * calls when it compiles the calls back into JavaScript anew (a crash in `Runtime_TierUpWasmToJSWrapper`): so it never does. What is
 * installed is JavaScript, and has no such calls.
 */
export const FROM_SOURCES: readonly string[] = [
  '--conditions=hayrick-src',
  '--wasm-wrapper-tiering-budget=2147483647',
];
