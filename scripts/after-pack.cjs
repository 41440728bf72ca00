// electron-builder calls this when a package's folder is complete. An Electron that was laid out before the packager
// came keeps its start-up shim and a version file, which do not belong into a package.
const { rmSync } = require('node:fs')
const { join } = require('node:path')

/** @param {{ appOutDir: string, packager: { getResourcesDir: (appOutDir: string) => string } }} context */
module.exports = async ({ appOutDir, packager }) => {
  rmSync(join(packager.getResourcesDir(appOutDir), 'default_app.asar'), { force: true })
  rmSync(join(appOutDir, 'version'), { force: true })
}
