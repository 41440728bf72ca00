export type * from './api.ts'
export { checkName, type NameRules } from './storage/index.ts'
export { createEngine } from './transfer/engine.ts'
export { directRoute } from './transport/direct-route.ts'
