// A private virtual desktop: an X display, a session bus, a keyring and folders of its own. Nothing of the user's own
// desktop is read or changed, and two of them run side by side.
import { randomBytes } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { endChild, spawnBound } from './bound-child.mjs'
import { busConfiguration, fontConfiguration, xAuthority } from './desktop-files.mjs'
import { startKeyring } from './keyring.mjs'

const startTimeoutMs = 20_000

/**
 * Starts `command` and answers once it wrote a line to its descriptor 3: that is how both the X server and the bus
 * say that they are ready.
 */
const startAndReadFd3 = (command, args, env) =>
  new Promise((resolve, reject) => {
    const child = spawnBound(command, args, { env, stdio: ['ignore', 'ignore', 'pipe', 'pipe'] })
    let errors = ''
    let answer = ''
    const timer = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`${command} was not ready after ${startTimeoutMs / 1000} s. ${errors}`))
    }, startTimeoutMs)
    child.stderr.on('data', (chunk) => {
      errors = (errors + chunk).slice(-4000)
    })
    child.stdio[3].on('data', (chunk) => {
      answer += chunk
      if (!answer.includes('\n')) return
      clearTimeout(timer)
      resolve({ child, answer: answer.trim() })
    })
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    child.on('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`${command} ended with ${code} before it was ready. ${errors}`))
    })
  })

/**
 * Opens a desktop.
 *
 * - `keyring`: `unlocked` (a login keyring that answers at once), `locked` (it asks for its password, which is
 *   `desktop.keyringPassword`), or `none` (nothing on the bus keeps secrets).
 * - `size`: of the screen, `WIDTHxHEIGHT`.
 *
 * Answers `{ env, folder, keyringPassword, unlockKeyring, close }`: `env` is the whole environment for a program on
 * this desktop. Close the program before the desktop: Electron aborts when its bus goes away first.
 */
export const openDesktop = async ({ keyring = 'unlocked', size = '1600x1000' } = {}) => {
  const folder = mkdtempSync(join(tmpdir(), 'tern-desktop-'))
  const path = (...parts) => join(folder, ...parts)
  const closers = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })]
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer()
  }

  try {
    for (const name of ['run', 'data', 'config', 'home', 'services']) mkdirSync(path(name), { mode: 0o700 })
    mkdirSync(path('home', 'Downloads'))
    const cookie = randomBytes(16)
    writeFileSync(path('Xauthority'), xAuthority(cookie), { mode: 0o600 })
    writeFileSync(path('fonts.conf'), fontConfiguration())
    writeFileSync(path('bus.conf'), busConfiguration(path('run', 'bus'), path('services')))

    const env = {
      ...process.env,
      HOME: path('home'),
      XDG_RUNTIME_DIR: path('run'),
      XDG_DATA_HOME: path('data'),
      XDG_CONFIG_HOME: path('config'),
      // Caches hold nothing of a person, and the fonts' one takes seconds to build.
      XDG_CACHE_HOME: process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
      XDG_CURRENT_DESKTOP: 'GNOME',
      XDG_SESSION_TYPE: 'x11',
      XAUTHORITY: path('Xauthority'),
      FONTCONFIG_FILE: path('fonts.conf'),
      NO_AT_BRIDGE: '1',
    }
    for (const name of ['WAYLAND_DISPLAY', 'GNOME_KEYRING_CONTROL', 'SSH_AUTH_SOCK', 'DBUS_STARTER_ADDRESS']) {
      delete env[name]
    }

    const x = await startAndReadFd3(
      'Xvfb',
      ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-auth', path('Xauthority'), '-noreset'],
      env,
    )
    closers.push(() => endChild(x.child))
    env.DISPLAY = `:${x.answer}`

    const bus = await startAndReadFd3(
      'dbus-daemon',
      ['--nofork', '--nopidfile', '--nosyslog', `--config-file=${path('bus.conf')}`, '--print-address=3'],
      env,
    )
    closers.push(() => endChild(bus.child))
    env.DBUS_SESSION_BUS_ADDRESS = bus.answer
    // The machine's own sleep and shutdown are none of a test's business; a test may play them here.
    env.DBUS_SYSTEM_BUS_ADDRESS = bus.answer

    const { password, unlock, close: closeKeyring } = await startKeyring(keyring, env, path('services'))
    closers.push(closeKeyring)
    return { env, folder, keyringPassword: password, unlockKeyring: unlock, close, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}
