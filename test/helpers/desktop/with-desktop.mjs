#!/usr/bin/env node
// Runs a command on a private virtual desktop and ends with its exit code.
// Usage: node test/helpers/desktop/with-desktop.mjs [--keyring=unlocked|locked|none] [--size=WxH] COMMAND [ARGUMENT…]
import { main, run, SetupError } from '../../../scripts/lib/run.mjs'
import { openDesktop } from './desktop.mjs'

main(async () => {
  const args = process.argv.slice(2)
  const options = {}
  while (args[0]?.startsWith('--')) {
    const [name, value] = args.shift().slice(2).split('=')
    if (!['keyring', 'size'].includes(name) || !value) throw new SetupError(`Unknown option --${name}.`)
    options[name] = value
  }
  const [command, ...rest] = args
  if (command === undefined) throw new SetupError('Name the command to run on the desktop.')
  const desktop = await openDesktop(options)
  try {
    const { code } = await run(command, rest, { env: desktop.env })
    return code
  } finally {
    await desktop.close()
  }
})
