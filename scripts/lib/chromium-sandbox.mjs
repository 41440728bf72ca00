// Chromium keeps its pages in a sandbox made of user namespaces. Some systems allow those to root only: Ubuntu since 23.10,
// most containers. Chromium then ends with a page of text; what it comes to is one command.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { run, SetupError } from './run.mjs'

const setUserId = 0o4000

const helperWorks = (helper) => {
  if (!existsSync(helper)) return false
  const { uid, mode } = statSync(helper)
  return uid === 0 && (mode & setUserId) !== 0
}

const namespacesWork = async () => {
  if (!existsSync('/usr/bin/unshare')) return true
  const { code } = await run('/usr/bin/unshare', ['--user', '--map-root-user', 'true'], { quiet: true })
  return code === 0
}

const kernelSwitches = [
  { name: 'kernel.apparmor_restrict_unprivileged_userns', closed: '1', open: '0' },
  { name: 'kernel.unprivileged_userns_clone', closed: '0', open: '1' },
  { name: 'user.max_user_namespaces', closed: '0', open: '10000' },
]

const remedy = (helper) => {
  if (existsSync(helper)) return `  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`
  const closed = kernelSwitches.find(({ name, closed: value }) => {
    const file = join('/proc/sys', ...name.split('.'))
    return existsSync(file) && readFileSync(file, 'utf8').trim() === value
  })
  return closed === undefined
    ? '  npm start -- --no-sandbox       (inside a container, which is a sandbox of its own)'
    : `  sudo sysctl -w ${closed.name}=${closed.open}       (until the next boot)`
}

/** Ends with the one command to run where Chromium's sandbox could not start for this user. Linux only. */
export const checkChromiumSandbox = async (electronExecutable) => {
  const helper = join(dirname(electronExecutable), 'chrome-sandbox')
  if (helperWorks(helper) || (await namespacesWork())) return
  throw new SetupError(
    `The sandbox that Tern's window runs in cannot start: this system keeps user namespaces to root. Run this:\n\n` +
      `${remedy(helper)}\n`,
  )
}
