// A program that only reads settings needs these two, and not the whole of core.
export { type ErrorCode, HayrickError } from '../errors.ts';
export { didYouMean } from '../nearest.ts';
export { checkSettings, type SettingsHint } from './check.ts';
export { checkConnectionKeys } from './connection-keys.ts';
export { diffSettings, type SettingsDifference } from './difference.ts';
export { type Environment, type FileFacts, systemEnvironment } from './environment.ts';
export type { SettingsRequest } from './find.ts';
export { type LoadedSettings, loadSettings, makeSettings } from './load.ts';
export { type SettingsKey, settingsReference } from './reference.ts';
export { maskUrls } from './secrets.ts';
export {
  type ArchiveAccess,
  type ArchiveInput,
  type ArchiveKind,
  type ArchiveSettings,
  type ConnectionInput,
  type ConnectionSettings,
  defineSettings,
  type FieldKind,
  type LogLevel,
  type Operator,
  type Reference,
  type SearchSettings,
  type Settings,
  type SettingsInput,
  type StoreMode,
  type Text,
} from './settings.ts';
