import type { SettingType } from './setting-type.ts'

/** The tuning keys of `transfer_conf` (settings page of the reference, and `nodelay` of its white paper). */
export const transferConfKeys = {
  io_buffer_size: { kind: 'integer', min: 4096, max: 1_073_741_824, unit: 'bytes' },
  sockets: { kind: 'integer', min: 1, max: 100, unit: 'connections' },
  socket_buffer_size: { kind: 'integer', min: 4096, max: 1_073_741_824, unit: 'bytes' },
  disk_readers: { kind: 'integer', min: 1, max: 64 },
  disk_writers: { kind: 'integer', min: 1, max: 64 },
  nolock: { kind: 'boolean' },
  notmp: { kind: 'boolean', refusal: 'setting-notmp' },
  nodelay: { kind: 'boolean' },
  umask: { kind: 'text', maxLength: 4, pattern: { source: '[0-7]{0,4}', example: '022' } },
} as const satisfies Readonly<Record<string, SettingType>>

export const defaultTransferConf =
  '{"io_buffer_size":"4194304","sockets":10,"socket_buffer_size":"1048576","disk_readers":1,"disk_writers":1,' +
  '"nolock":true,"notmp":false,"umask":""}'

/** Who is written to, and about what (settings page of the reference). */
export const defaultMailConf =
  '{"enable":true,"default":{"to":["admin"]},"issue":{"enable":true,"to":["admin"]},' +
  '"client-registered":{"enable":true,"to":["admin"]},"submit":{"enable":true,"to":["admin","user"]},' +
  '"fail":{"enable":true,"to":["admin","user"]},"done":{"enable":true,"to":["admin","user"]}}'
