import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { monotonicMs } from '../../platform/clock.ts'
import { lockFolder } from '../../platform/folder-lock.ts'
import type { ErrorEnvelope } from '../../shared/domain/errors.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { MailPassword } from '../mail/mail-password.ts'
import { databaseFile } from '../store/data-folder.ts'
import { Store } from '../store/store.ts'
import { findAddress } from './admin-address.ts'
import type { AdminAnswers, AdminCommand, AdminInputs } from './admin-commands.ts'
import { readLine } from './admin-socket.ts'
import { runAdminCommand } from './run-admin-command.ts'
import { servedLast } from './served.ts'

const patienceMs = 10_000
const lookAgainMs = 100

/**
 * Runs a command on the workspace of a folder: by its server while one runs, else on the data themselves, which nobody
 * can begin to serve in the meantime.
 * @throws TernError NOT_FOUND, DATA_IN_USE, PROCESS_LOST when the server went away before it answered
 */
export async function callAdmin<Name extends AdminCommand>(
  folder: string,
  name: Name,
  input: AdminInputs[Name],
): Promise<AdminAnswers[Name]> {
  if (!existsSync(join(folder, databaseFile))) throw new TernError('NOT_FOUND', { entity: 'workspace', path: folder })
  const giveUpAtMs = monotonicMs() + patienceMs
  for (;;) {
    const socket = await reachServer(folder)
    if (socket) return (await askServer(folder, socket, name, input)) as AdminAnswers[Name]
    try {
      return (await runHere(folder, name, input)) as AdminAnswers[Name]
    } catch (thrown) {
      // A server that is about to start, or to end.
      if (!(thrown instanceof TernError) || thrown.code !== 'DATA_IN_USE' || monotonicMs() > giveUpAtMs) throw thrown
    }
    await sleep(lookAgainMs)
  }
}

async function reachServer(folder: string): Promise<Socket | undefined> {
  const address = await findAddress(folder)
  if (address === undefined) return undefined
  const socket = connect(address.socket)
  try {
    await once(socket, 'connect')
    return socket
  } catch {
    return undefined
  }
}

async function askServer(folder: string, socket: Socket, command: string, input: unknown): Promise<unknown> {
  const address = await findAddress(folder)
  socket.write(`${JSON.stringify({ secret: address?.secret ?? '', command, input })}\n`)
  let line: string
  try {
    line = await readLine(socket)
  } catch (thrown) {
    throw new TernError('PROCESS_LOST', {}, { cause: thrown })
  } finally {
    socket.destroy()
  }
  const answer = JSON.parse(line) as { value?: unknown; error?: ErrorEnvelope }
  if (answer.error) throw TernError.fromEnvelope(answer.error)
  return answer.value
}

async function runHere(folder: string, name: string, input: unknown): Promise<unknown> {
  using _lock = lockFolder(folder)
  const store = Store.open(join(folder, databaseFile), () => {})
  try {
    const parts = {
      store,
      served: () => store.read(servedLast),
      onStorageRoots: async () => {},
      figuresOf: () => undefined,
      // Whoever serves next sends what waits.
      mail: { password: new MailPassword(folder), wake: () => {} },
    }
    return await runAdminCommand(parts, name, input)
  } finally {
    store.close()
  }
}
