import { app } from 'electron'
import { claimSingleInstance } from './app/single-instance.ts'
import { composeApp, type RunningApp } from './compose.ts'
import { commandArguments, runHeadless } from './headless.ts'
import { registerAppScheme } from './security/app-scheme.ts'

let running: RunningApp | undefined
const early: (readonly string[])[] = []

/** Another start of this profile, or a link from the system: before the app is ready it waits. */
function openArguments(args: readonly string[]): void {
  if (running) running.open(args)
  else early.push(args)
}

app.setName('Tern')
const command = commandArguments(process.argv)
if (command) {
  runHeadless(command, import.meta.dirname)
} else if (claimSingleInstance(openArguments)) {
  registerAppScheme()
  // Unpackaged it would claim the link for a bare Electron.
  if (app.isPackaged) app.setAsDefaultProtocolClient('tern')
  app.on('open-url', (event, url) => {
    event.preventDefault()
    openArguments([url])
  })
  app.on('activate', () => openArguments([]))
  // Not awaited: at the top level of an ES module that would keep `ready` from ever coming.
  app.whenReady().then(
    () => {
      running = composeApp(import.meta.dirname)
      for (const args of early.splice(0)) running.open(args)
    },
    () => app.exit(1),
  )
} else {
  app.exit(0)
}
