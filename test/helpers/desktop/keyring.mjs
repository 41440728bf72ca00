// The desktop's keyring in the three states that an app must tell apart.
import { spawn } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { endChild, spawnBound } from './bound-child.mjs'
import { connectBus, nameAppears } from './bus.mjs'

const password = 'tern-test-keyring'
const service = 'org.freedesktop.secrets'

/** Starts the keyring's daemon and answers once the bus knows it. With a password its login keyring is open. */
const startDaemon = async (env, unlockWith) => {
  const bus = await connectBus(env.DBUS_SESSION_BUS_ADDRESS)
  try {
    const ready = nameAppears(bus, service)
    const args = ['--foreground', '--components=secrets', ...(unlockWith === undefined ? [] : ['--unlock'])]
    const child = spawnBound('gnome-keyring-daemon', args, { env, stdio: ['pipe', 'ignore', 'ignore'] })
    const ended = new Promise((_resolve, reject) => {
      child.once('error', reject)
      child.once('exit', (code) => reject(new Error(`gnome-keyring-daemon ended with ${code} before it was ready.`)))
    })
    ended.catch(() => {})
    child.stdin.end(unlockWith ?? '')
    await Promise.race([ready, ended])
    return child
  } finally {
    bus.disconnect()
  }
}

/** The dialog that asks for the password; without it a locked keyring refuses instead of asking. */
const offerPrompter = (servicesFolder) => {
  for (const name of ['org.gnome.keyring.SystemPrompter.service', 'org.gnome.keyring.PrivatePrompter.service']) {
    const installed = join('/usr/share/dbus-1/services', name)
    if (existsSync(installed)) copyFileSync(installed, join(servicesFolder, name))
  }
}

const runOnce = (command, args, env) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve(output.trim()) : reject(new Error(`${command}: ${code}`))))
  })

/** Types the password into the keyring's dialog, as a person does. Waits for the dialog, so let a program ask first. */
const answerPrompt = async (env) => {
  const found = await runOnce('xdotool', ['search', '--sync', '--onlyvisible', '--class', 'gcr'], env)
  const dialog = found.split('\n').at(-1)
  await runOnce('xdotool', ['windowfocus', dialog], env)
  await runOnce('xdotool', ['type', '--delay', '30', password], env)
  await runOnce('xdotool', ['key', 'Return'], env)
}

/** Brings the keyring into `state`: `unlocked`, `locked` or `none`. Answers `{ password, unlock, close }`. */
export const startKeyring = async (state, env, servicesFolder) => {
  if (state === 'none') return { password, unlock: async () => {}, close: async () => {} }
  const keyrings = join(env.XDG_DATA_HOME, 'keyrings')
  mkdirSync(keyrings, { recursive: true, mode: 0o700 })
  writeFileSync(join(keyrings, 'default'), 'login')
  let child = await startDaemon(env, password)
  if (state === 'locked') {
    // A keyring can only be locked once it exists, and the first start with a password makes it.
    await endChild(child)
    offerPrompter(servicesFolder)
    child = await startDaemon(env)
  }
  return { password, unlock: () => answerPrompt(env), close: () => endChild(child) }
}
