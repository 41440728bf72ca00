// What Debian packages a machine needs: few for a desktop that runs the app, more where a virtual one stands in, and
// most for the tests.
import { existsSync, readFileSync } from 'node:fs'
import { run, SetupError } from './run.mjs'

const runtime = ['libasound2', 'libgbm1', 'libgtk-3-0', 'libnotify4', 'libnss3', 'libsecret-1-0', 'libxss1', 'libxtst6']
const download = ['tar', 'unzip']
const virtualDesktop = [
  'ca-certificates',
  'dbus',
  'fonts-inter',
  'fonts-noto-cjk',
  'fonts-noto-color-emoji',
  'gnome-keyring',
  'xvfb',
]
const tests = ['git', 'libsecret-tools', 'procps', 'xdotool']
const peers = ['openssh-client', 'openssh-server', 'rclone', 'rsync']

const packagesFor = {
  desktop: [...runtime, ...download],
  virtual: [...runtime, ...download, ...virtualDesktop],
  test: [...runtime, ...download, ...virtualDesktop, ...tests],
  bench: peers,
}

// Since its 64-bit time transition Debian (13 and later) and Ubuntu (24.04 and later) call these by another name.
const renamed = { libasound2: 'libasound2t64', 'libgtk-3-0': 'libgtk-3-0t64' }

/** Ubuntu's package of this name brings a snap, which a test cannot start; Playwright's own browser serves there. */
const browserPackages = () => {
  const isDebian = existsSync('/etc/os-release') && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'))
  return isDebian ? ['chromium'] : []
}

const missingOf = async (names) => {
  const asked = [...names, ...Object.values(renamed)]
  // biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own notation.
  const format = '${Package} ${db:Status-Abbrev}\n'
  const { output } = await run('dpkg-query', ['-W', '-f', format, ...asked], { quiet: true })
  const installed = new Set()
  for (const line of output.split('\n')) {
    const [name, status] = line.split(' ')
    if (status?.startsWith('ii')) installed.add(name)
  }
  return names.filter((name) => !installed.has(name) && !installed.has(renamed[name]))
}

const nameHere = async (name) => {
  if (!(name in renamed)) return name
  const { output } = await run('apt-cache', ['show', '--no-all-versions', renamed[name]], { quiet: true })
  return output.startsWith('Package:') ? renamed[name] : name
}

/**
 * Makes sure that everything for `purpose` (`desktop`, `virtual`, `test`) is there. Installs it as root, else ends with
 * the exact command. Answers what it did, for the progress line.
 */
export const ensureSystemPackages = async (purpose) => {
  if (process.platform !== 'linux') return 'none needed'
  const wanted = [...packagesFor[purpose], ...(purpose === 'test' ? browserPackages() : [])]
  if (!existsSync('/usr/bin/dpkg-query')) {
    return `not a Debian system; Tern needs what Debian calls ${wanted.join(' ')}`
  }
  const missing = await missingOf(wanted)
  if (missing.length === 0) return 'all there'

  const isRoot = process.getuid?.() === 0
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const update = isRoot ? await run('apt-get', ['update'], { quiet: true, env }) : undefined
  const names = await Promise.all(missing.map(nameHere))
  const install = ['install', '-y', '--no-install-recommends', ...names]
  if (!isRoot) {
    throw new SetupError(
      `These system packages are missing: ${names.join(' ')}\nInstall them, then run the same command again:\n\n` +
        `  sudo apt-get update && sudo apt-get ${install.join(' ')}\n`,
    )
  }
  console.log(`     installing ${names.join(' ')}`)
  // A machine that has just started may be updating itself.
  const patient = ['-o', 'DPkg::Lock::Timeout=120', ...install]
  const installed = await run('apt-get', patient, { quiet: true, env, stopsItself: true })
  if (installed.code !== 0) {
    // One broken source makes the update fail although everything wanted here may be had: told only now.
    const outputs = [update?.code === 0 ? '' : update?.output, installed.output].map((output) => output?.trim() ?? '')
    throw new SetupError(`apt-get failed.\n${outputs.join('\n').trim().slice(-4000)}`)
  }
  return `installed ${names.length}`
}
