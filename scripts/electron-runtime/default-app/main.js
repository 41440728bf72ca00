// What an unpackaged Electron runs first: it finds the project's main file, tells Electron about the project and starts
// it. The fallback runtime comes without this part. It must be an ES module with top-level await: only then does
// Electron hold `ready` back until the project's own main has been loaded.

import fs from 'node:fs'
import Module, { createRequire } from 'node:module'
import path from 'node:path'
import process from 'node:process'
import { pathToFileURL } from 'node:url'
import v8 from 'node:v8'
import { app } from 'electron/main'

const preloaded = []
let target
let printed

const args = process.argv.slice(1)
for (let index = 0; index < args.length; index += 1) {
  const arg = args[index]
  if (arg === '-r' || arg === '--require') {
    index += 1
    preloaded.push(args[index])
  } else if (arg === '-v' || arg === '--version') {
    printed = `v${process.versions.electron}`
  } else if (arg === '-a' || arg === '--abi') {
    printed = process.versions.modules
  } else if (arg.startsWith('--app=')) {
    target = arg.slice('--app='.length)
    break
  } else if (!arg.startsWith('-')) {
    target = arg
    break
  }
}

const introduce = (folder) => {
  const description = path.join(folder, 'package.json')
  if (!fs.existsSync(description)) return undefined
  const { name, productName, version, desktopName, v8Flags } = JSON.parse(fs.readFileSync(description, 'utf8'))
  if (version) app.setVersion(version)
  if (productName ?? name) app.name = productName ?? name
  app.setDesktopName(desktopName ?? `${app.name}.desktop`)
  if (v8Flags) v8.setFlagsFromString(v8Flags)
  return folder
}

if (printed !== undefined) {
  console.log(printed)
  process.exit(0)
}
if (target === undefined) {
  console.error('Name the folder of the app to run.')
  process.exit(1)
}

if (preloaded.length > 0) Module._preloadModules(preloaded)
Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true })

try {
  const folder = path.resolve(target)
  const appPath = introduce(folder)
  const mainFile = createRequire(path.join(folder, 'noop.js')).resolve(folder)
  app.setAppPath(appPath ?? path.dirname(mainFile))
  await import(pathToFileURL(mainFile).href)
} catch (error) {
  console.error('The app failed while it was loaded.')
  console.error(error?.stack ?? error)
  // A dialog, as Electron itself shows, would hold up an unattended run.
  process.exit(1)
}
