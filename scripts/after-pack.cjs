// electron-builder calls this when a package's folder is complete. An Electron that was laid out before the packager
// came keeps its start-up shim and a version file, which do not belong into a package.
const { mkdirSync, rmSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')

/** Chromium needs a display unless it is told so before anything of Tern runs, and no sandbox for the superuser alone. */
const launcher = `#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
if [ "$(id -u)" = 0 ]; then sandbox=--no-sandbox; else sandbox=; fi
exec "$here/../tern" $sandbox --ozone-platform=headless --tern-command "$@"
`

/** @param {{ appOutDir: string, electronPlatformName: string, packager: { getResourcesDir: (appOutDir: string) => string } }} context */
module.exports = async ({ appOutDir, electronPlatformName, packager }) => {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true })
  rmSync(join(appOutDir, 'version'), { force: true })
  if (electronPlatformName !== 'linux') return
  mkdirSync(join(appOutDir, 'bin'), { recursive: true })
  writeFileSync(join(appOutDir, 'bin', 'tern'), launcher, { mode: 0o755 })
}
