const major = Number(process.versions.node.split('.')[0]);
if (major < 24) {
  process.stderr.write(`Hayrick needs Node.js 24 or newer; this is ${process.version}.\n`);
  process.exit(2);
}
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2), process.env);
