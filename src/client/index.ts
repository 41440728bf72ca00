export { type ClientHost, createClientHost } from './client-host.ts'
export type { HostEvents } from './host-parts.ts'
export { planFolders } from './plan-folders.ts'
