// Plain JavaScript, and nothing is imported before the version is known to be good: an older Node gets as far as the sentence below.
const version = process.versions.node;
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(`elastic: Hayrick needs Node.js 24 or newer; this is v${version}.\n`);
  process.exit(2);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process);
