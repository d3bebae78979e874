/**
 * Settings for the sample archive: three lists, one of them private. `defineSettings` from '@hayrick/core' would add
 * types; a plain object is enough. Paths are relative to this file.
 */
export default {
  dataDir: '../../hayrick-data/sample',
  archives: {
    garden: {
      paths: ['./mail/garden/*.mbox', './mail/garden/*.mbox.gz'],
      address: 'garden@lists.example.org',
      access: 'public',
    },
    'hayloft-dev': {
      paths: ['./mail/hayloft-dev/*.mbox'],
      address: 'hayloft-dev@lists.example.net',
      access: 'public',
    },
    committee: {
      paths: ['./mail/committee'],
      address: 'committee@lists.example.org',
      access: 'private',
      readers: ['ada'],
    },
  },
  connections: {
    default: { engine: 'sqlite' },
  },
};
