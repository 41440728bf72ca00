import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from 'electron'
import { createLogger } from '../platform/logger.ts'
import { forkUtility } from './processes/fork-utility.ts'

/** Said by the package's launcher; what follows it is one call of the command line. */
const marker = '--tern-command'

/** The arguments of the command line, when this start of the program is one. */
export function commandArguments(argv: readonly string[]): readonly string[] | undefined {
  const index = argv.indexOf(marker)
  return index < 0 ? undefined : argv.slice(index + 1)
}

/** Runs one call of the command line without any window, since a package has no plain Node in it, and exits. */
export function runHeadless(args: readonly string[], mainFolder: string): void {
  // Chromium's own files: an app that runs beside this one keeps its own.
  const scratch = mkdtempSync(join(tmpdir(), 'tern-command-'))
  app.setPath('userData', scratch)
  // What keeps the app's preferences ends the process at any signal; none are kept here, and serving ends in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal)
  app.disableHardwareAcceleration()
  app.on('window-all-closed', () => undefined)
  app.on('before-quit', (event) => {
    // Chromium takes the signals that ask a program to end; whoever serves waits for them.
    event.preventDefault()
    if (!process.emit('SIGTERM')) app.exit(1)
  })
  app.whenReady().then(
    async () => {
      const { runTern } = await import('../cli/index.ts')
      const logger = createLogger({ name: 'processes' })
      const loadHosting = async () => {
        const { openHosting } = await import('../cli/hosting/index.ts')
        return openHosting((entry, name) => forkUtility(join(mainFolder, `${entry}.js`), name, logger, 'inherit'))
      }
      const code = await runTern({ args, version: app.getVersion(), loadHosting }).catch(() => 1)
      rmSync(scratch, { recursive: true, force: true })
      app.exit(code)
    },
    () => app.exit(1),
  )
}
