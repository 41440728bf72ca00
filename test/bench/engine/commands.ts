import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

const patienceMs = 10_000

/** Runs a command to its end. Answers the processor time of it and its children. Fails with what it printed. */
export async function runCommand(command: string, args: readonly string[]): Promise<{ processorSeconds: number }> {
  // The shell waits for the command and knows what it took; there is no other public way to that figure.
  const child = spawn('/bin/sh', ['-c', '"$@"; code=$?; times >&3; exit $code', 'sh', command, ...args], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
  let said = ''
  let times = ''
  child.stdio[2]?.on('data', (chunk) => {
    said += chunk
  })
  child.stdio[3]?.on('data', (chunk) => {
    times += chunk
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${said.trim().slice(-2000)}`)
  return { processorSeconds: secondsOfChildren(times) }
}

/** The second line of `times`: `0m1.230000s 0m0.450000s`. */
function secondsOfChildren(times: string): number {
  const [, children = ''] = times.split('\n')
  let seconds = 0
  for (const [, minutes, rest] of children.matchAll(/(\d+)m([\d.]+)s/g)) seconds += Number(minutes) * 60 + Number(rest)
  return seconds
}

/** Below the range that systems give out: a dial to a free port of that range may reach itself. */
export function unusedPort(): number {
  return 20_000 + Math.floor(Math.random() * 8000)
}

/** Settles once a server answers on this port with something, or takes a connection where it waits for the client. */
export async function untilListening(port: number): Promise<void> {
  for (const untilMs = performance.now() + patienceMs; ; ) {
    const socket = connect({ host: '127.0.0.1', port })
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    )
    socket.destroy()
    if (isOpen) return
    if (performance.now() > untilMs) throw new Error(`Nothing listens on port ${port}.`)
    await wait(20)
  }
}
