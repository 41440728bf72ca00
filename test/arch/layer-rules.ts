/**
 * What the files of a room may import. A grant is a folder (`src/shared/`), a file, `node:` for all of Node or `node:x`
 * for one module, or a package. `mayAsType` holds for imports that vanish when the types do.
 */
export type LayerRule = {
  readonly files: RegExp
  readonly may: readonly string[]
  readonly mayAsType?: readonly string[]
}

const shared = ['src/shared/domain/', 'src/shared/contract/', 'src/shared/words/']
/** What every room with Node under it stands on; zod checks what comes in from files and wires. */
const floor = [...shared, 'src/platform/', 'node:', 'zod']
const react = ['react', 'react-dom', 'react-dom/client', 'react-aria-components', 'zustand', '@tanstack/react-virtual']

/** The rooms and doors of the design, section 4. The first rule that a file's path matches is the one that holds. */
export const layerRules: readonly LayerRule[] = [
  { files: /^src\/shared\/domain\//, may: ['src/shared/domain/', 're2js'] },
  { files: /^src\/shared\/contract\//, may: ['src/shared/domain/', 'src/shared/contract/', 'zod'] },
  {
    files: /^src\/shared\/words\//,
    may: ['src/shared/domain/', 'src/shared/words/'],
    mayAsType: ['src/shared/contract/'],
  },
  {
    files: /^src\/platform\//,
    may: [...floor, 'libsql', 'pino', 'ws'],
  },
  {
    files: /^src\/engine\/protocol\//,
    may: ['src/shared/domain/', 'src/engine/protocol/', 'node:buffer', 'node:crypto'],
  },
  { files: /^src\/engine\//, may: [...floor, 'src/engine/'] },
  { files: /^src\/client\//, may: [...floor, 'src/client/', 'src/engine/index.ts', 'chokidar', 'ws'] },
  { files: /^src\/workspace\//, may: [...floor, 'src/workspace/', 'fastify', 'nodemailer', 'ws'] },
  {
    // The entries of the child processes, and what they share to serve a client or a workspace.
    files: /^src\/(?:main\/processes|hosting)\/(?:[a-z-]+-process|serve-[a-z-]+)\.ts$/,
    may: [...floor, 'src/main/processes/', 'src/hosting/', 'src/client/index.ts', 'src/workspace/index.ts'],
  },
  { files: /^src\/hosting\//, may: [...floor, 'src/hosting/'] },
  {
    files: /^src\/cli\//,
    may: [...floor, 'src/cli/', 'src/hosting/', 'src/client/index.ts', 'src/workspace/index.ts', 'commander'],
  },
  {
    // The package runs the command line itself, because it has no plain Node in it.
    files: /^src\/main\/headless\.ts$/,
    may: [...floor, 'src/main/', 'src/cli/index.ts', 'src/cli/hosting/index.ts', 'electron'],
  },
  { files: /^src\/main\//, may: [...floor, 'src/main/', 'src/hosting/', 'electron', 'electron-store', 'keytar'] },
  {
    files: /^src\/preload\//,
    may: ['src/preload/', 'src/shared/contract/ipc-names.ts', 'electron'],
    mayAsType: ['src/shared/'],
  },
  { files: /^src\/renderer\//, may: [...shared, 'src/renderer/', ...react] },
]
