import { createHash, timingSafeEqual } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { dirname } from 'node:path'
import type { Logger } from '../../platform/logger.ts'
import { TernError } from '../../shared/domain/errors.ts'
import { offerAddress, withdrawAddress } from './admin-address.ts'
import type { AdminParts } from './admin-commands.ts'
import { runAdminCommand } from './run-admin-command.ts'

const longestRequest = 64 * 1024
const patienceMs = 30_000

/** Answers commands of this machine's owner while the server runs: one line of JSON each way, one command a connection. */
export async function openAdminSocket(folder: string, parts: AdminParts, logger: Logger): Promise<AsyncDisposable> {
  const { socket: name, secret } = await offerAddress(folder)
  const isOfSystem = process.platform === 'win32'
  // A killed server leaves its socket behind; the folder's lock says that nobody listens there.
  if (!isOfSystem) await rm(name, { force: true })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    socket.on('error', (error) => logger.debug({ err: error }, 'a command went away'))
    socket.setTimeout(patienceMs, () => socket.destroy())
    void answer(socket, secret, parts, logger)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(name, resolve)
  })
  if (!isOfSystem) chmodSync(name, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      await withdrawAddress(folder)
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      for (const socket of open) socket.destroy()
      await closed
      if (!isOfSystem && dirname(name) !== folder) await rm(dirname(name), { recursive: true, force: true })
    },
  }
}

async function answer(socket: Socket, secret: string, parts: AdminParts, logger: Logger): Promise<void> {
  try {
    const request = JSON.parse(await readLine(socket)) as { secret?: unknown; command?: unknown; input?: unknown }
    if (!isSame(String(request.secret), secret)) throw new TernError('FORBIDDEN')
    const value = await runAdminCommand(parts, String(request.command), request.input)
    socket.end(`${JSON.stringify({ value })}\n`)
  } catch (thrown) {
    const failure = thrown instanceof SyntaxError ? new TernError('BAD_REQUEST') : TernError.from(thrown)
    if (failure.code === 'INTERNAL') logger.error({ err: thrown }, 'a command failed')
    socket.end(`${JSON.stringify({ error: failure.toEnvelope() })}\n`)
  }
}

/** @throws TernError LIMIT_EXCEEDED, BAD_REQUEST for a line without an end */
export async function readLine(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('utf8')
  // The loop's own end would close the socket, which still has to answer.
  for await (const chunk of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<string>) {
    text += chunk
    const end = text.indexOf('\n')
    if (end >= 0) return text.slice(0, end)
    if (text.length > longestRequest) throw new TernError('LIMIT_EXCEEDED')
  }
  throw new TernError('BAD_REQUEST')
}

function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(one), digest(other))
}
