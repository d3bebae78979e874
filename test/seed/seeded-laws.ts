import fc from 'fast-check';

// Before each test file: laws that name no seed of their own draw by the run's.
fc.configureGlobal({ seed: Number(process.env['SEED']) });
