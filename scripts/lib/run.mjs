// Running commands and telling how long each step took. Node builtins only: set-up uses this before anything is installed.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'

const seconds = (fromMs) => `${((performance.now() - fromMs) / 1000).toFixed(1)} s`

/** Runs `action` and prints one line with its seconds. An answer that is a string is printed as the outcome. */
export const step = async (title, action) => {
  const startedMs = performance.now()
  try {
    const outcome = await action()
    console.log(`[ok] ${title}${typeof outcome === 'string' ? `: ${outcome}` : ''} (${seconds(startedMs)})`)
    return outcome
  } catch (error) {
    console.log(`[failed] ${title} (${seconds(startedMs)})`)
    throw error
  }
}

/** An error whose message is meant for the person at the terminal, without a stack. */
export class SetupError extends Error {}

/**
 * Runs a command to its end and answers `{ code, output }`; a command ended by a signal has 128 + its number, as in a
 * shell. `quiet` keeps the output for the answer, otherwise it goes to this terminal. `timeoutMs` ends it with SIGKILL,
 * and so does `silenceMs` when a quiet command has printed nothing for so long. Ctrl-C ends a quiet command at once, unless
 * it `stopsItself`, and the whole script with it.
 */
export const run = (command, args, { cwd, env, quiet = false, timeoutMs, silenceMs, stopsItself = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
      shell: process.platform === 'win32' && command === 'npm',
    })
    let output = ''
    const kill = () => child.kill('SIGKILL')
    const timer = timeoutMs === undefined ? undefined : setTimeout(kill, timeoutMs)
    const silence = silenceMs === undefined ? undefined : setTimeout(kill, silenceMs)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => {
        output += chunk
        silence?.refresh()
      })
    }
    // A terminal sends these two to the child as well, and twice would mean: end at once.
    const sentByTerminal = (signal) => process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGHUP')
    const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP']
    let interrupted = false
    const forward = (signal) => {
      interrupted = true
      // npm takes many seconds to stop by itself; a package manager that is cut off leaves the system half done.
      if (quiet && !stopsItself) kill()
      else if (!sentByTerminal(signal)) child.kill(signal)
    }
    for (const signal of forwarded) process.on(signal, forward)
    child.on('error', reject)
    child.on('close', (code, signal) => {
      clearTimeout(timer)
      clearTimeout(silence)
      for (const name of forwarded) process.off(name, forward)
      // A quiet command is a piece of set-up: whoever stops it means the whole, not its next piece.
      if (quiet && interrupted) return reject(new SetupError('Stopped. The same command goes on from here.'))
      resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), output })
    })
  })

/** Ends a script on its errors: one sentence for a SetupError, the stack for a defect. */
export const main = (action) => {
  action().then(
    (code) => {
      process.exitCode = code ?? 0
    },
    (error) => {
      console.error(error instanceof SetupError ? error.message : error)
      process.exitCode = 1
    },
  )
}
