export type * from './api.ts'
export {
  checkName,
  makeFolder,
  moveEntry,
  removeEntry,
  type ScanEntry,
  scan,
  type TendedPlace,
} from './storage/index.ts'
export { type NamePreview, previewNames } from './storage/names/preview-names.ts'
export { createEngine } from './transfer/engine.ts'
export { directRoute } from './transport/direct-route.ts'
