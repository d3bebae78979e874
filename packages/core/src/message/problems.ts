import type { MessageProblem } from './message.ts';

/** Notes a problem, once per code: crafted mail may have the same one a million times. */
export function addProblem(problems: MessageProblem[], code: string, detail: string): void {
  if (problems.some((problem) => problem.code === code)) return;
  problems.push({ code, detail: detail.slice(0, 200) });
}
