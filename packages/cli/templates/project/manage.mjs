#!/usr/bin/env node
// Hayrick's commands on this site: node manage.mjs COMMAND
import { fileURLToPath } from 'node:url';

const version = process.versions.node;
if (Number(version.split('.')[0]) < 24) {
  process.stderr.write(`manage.mjs: Hayrick needs Node.js 24 or newer; this is v${version}.\n`);
  process.exit(2);
}

const { main, processIo } = await import('@hayrick/cli').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  process.stderr.write('manage.mjs: Hayrick is not installed here yet: run npm install in this folder.\n');
  process.exit(2);
});
const settings = fileURLToPath(new URL('./settings.ts', import.meta.url));
process.exitCode = await main(processIo(process, { program: 'node manage.mjs', settings }));
