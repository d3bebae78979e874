#!/usr/bin/env node
// Plain JavaScript, and what it imports too: an older Node gets as far as the sentence that says so.
import { start } from './start.js';

await start('hayrick');
