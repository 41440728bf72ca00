export type * from './api.ts'
export { checkName } from './storage/index.ts'
export { createEngine } from './transfer/engine.ts'
export { directRoute } from './transport/direct-route.ts'
