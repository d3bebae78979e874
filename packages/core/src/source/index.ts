export { isDivisible } from './divisible.ts';
export { compareFile, type FileChange, type FileState, isSettled, readFileState } from './file-state.ts';
export { epochNames, readHead } from './git-repository.ts';
export {
  type Deletion,
  type HistoryStretch,
  type KnownHistory,
  type Survey,
  surveyHistory,
} from './git-survey.ts';
export { isMbox } from './kinds.ts';
export { listFiles, maildirNames, statFile } from './list-files.ts';
export { type FileLook, type LookAtFile, lookAtFile } from './look-at-file.ts';
export { MAILDIR_FOLDERS, maildirUnique } from './maildir.ts';
export type { ReadCounters } from './open-file.ts';
export { ReadBuffers } from './read-buffers.ts';
export type { ReadOptions } from './read-options.ts';
export { type PlaceOptions, readBytes, readPlace, readPlaces } from './read-place.ts';
export { readSourceFile } from './read-source-file.ts';
export { type Ignored, type Recognised, recognise } from './recognise.ts';
export { SeenFiles } from './seen-files.ts';
export type {
  Compression,
  Extent,
  FileOfSource,
  RawMessage,
  ReadItem,
  Source,
  SourceFile,
  SourceKind,
} from './source.ts';
export { mboxrdEntry } from './write-mboxrd.ts';
