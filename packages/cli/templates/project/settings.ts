import type { SettingsInput } from '@hayrick/core';

// Every key, its type and its default: node manage.mjs help settings
export default {
  // Hayrick's own files: catalog, indexes, locks. Your mail is read where it lies and never written.
  dataDir: './data',

  // Mailing lists and mailboxes. An archive is private unless it says that it is public.
  archives: {
    // announce: {
    //   paths: ['./mail/announce/*.mbox.gz'], // mailboxes (also packed), Maildirs, MH folders, .eml files
    //   address: 'announce@lists.example.org',
    //   access: 'public',
    // },
  },

  // Where the indexes are. `default` is required.
  connections: {
    default: { engine: 'sqlite' },
  },

  search: { timeZone: 'UTC' },
} satisfies SettingsInput;
