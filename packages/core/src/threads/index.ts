export { findThreads } from './find-threads.ts';
export { openPlacesInThreads, type PlacesInThreads } from './places-in-threads.ts';
export { readableThreads, type Thread } from './readable-threads.ts';
export { type ThreadNode, threadTree } from './thread-tree.ts';
