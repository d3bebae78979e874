// Runs on any Node that knows ES modules: nothing else is loaded before the version is known to be good.
import { nodeProblem } from './node-version.js';

/** @param {string} program */
export async function start(program) {
  const problem = nodeProblem(process.versions.node);
  if (problem !== null) {
    process.stderr.write(`${program}: ${problem}\n`);
    process.exitCode = 2;
    return;
  }
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  // A settings.ts in a folder without package.json is read twice by Node, which then complains of its own trouble.
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (warning.code !== 'MODULE_TYPELESS_PACKAGE_JSON')
      process.stderr.write(`${warning.name}: ${warning.message}\n`);
  });
  const { main, processIo } = await import('@hayrick/cli');
  process.exitCode = await main(processIo(process, { program }));
}
