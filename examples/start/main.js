// Plain JavaScript, and nothing is imported before the version is known to be good: an older Node gets as far as the sentence below.
const version = process.versions.node;
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(`start: Hayrick needs Node.js 24 or newer; this is v${version}.\n`);
  process.exit(2);
}
const { enableCompileCache } = await import('node:module');
enableCompileCache();
const [{ processIo }, { start }] = await Promise.all([import('@hayrick/cli'), import('./main.ts')]);
process.exitCode = await start(processIo(process, { program: 'start' }));
