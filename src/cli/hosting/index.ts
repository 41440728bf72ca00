import type { Fork } from '../../hosting/process-setting.ts'
import type { Terminal } from '../terminal.ts'
import {
  assignVolume,
  invite,
  inviteServer,
  keepMailPassword,
  listKeys,
  makeKey,
  makeUser,
  makeVolume,
  revokeKey,
  setPassword,
} from './admin.ts'
import { backUp } from './back-up.ts'
import { type InitInput, initWorkspace } from './init.ts'
import { planJob } from './plan.ts'
import { listRunning } from './running.ts'
import { type ServeInput, serve } from './serve.ts'
import { type ServeSiteInput, serveSite } from './serve-site.ts'

/** The commands that run a workspace or change one on this machine: apart, because they need much more than the others. */
export function openHosting(fork: Fork) {
  return {
    initWorkspace: (input: InitInput, terminal: Terminal) => initWorkspace(fork, input, terminal),
    serve: (input: ServeInput, terminal: Terminal) => serve(fork, input, terminal),
    serveSite: (input: ServeSiteInput, terminal: Terminal) => serveSite(fork, input, terminal),
    makeVolume,
    assignVolume,
    inviteServer,
    keepMailPassword,
    makeUser,
    setPassword,
    makeKey,
    listKeys,
    revokeKey,
    invite,
    backUp,
    listRunning,
    planJob,
  }
}

export type HostingCommands = ReturnType<typeof openHosting>
