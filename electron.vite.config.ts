import { readdirSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'

const root = import.meta.dirname

/** Process entries stand beside `index.js` in `out/main`, so that `main` finds each by its file name. */
const mainEntries = (): Record<string, string> => {
  const entries: Record<string, string> = { index: resolve(root, 'src/main/index.ts') }
  for (const folder of ['src/main/processes', 'src/hosting']) {
    for (const file of readdirSync(resolve(root, folder))) {
      if (file.endsWith('-process.ts')) entries[basename(file, '.ts')] = resolve(root, folder, file)
    }
  }
  return entries
}

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      target: 'node20.18',
      minify: false,
      rolldownOptions: {
        input: mainEntries(),
        // Chunks stay beside the entries: `import.meta.url` then means `out/main` wherever the code ended up.
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node20.18',
      minify: false,
      // A sandboxed preload is one CommonJS file without any package.
      externalizeDeps: false,
      rolldownOptions: {
        input: { index: resolve(root, 'src/preload/index.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: resolve(root, 'src/renderer'),
    plugins: [react()],
    build: {
      outDir: resolve(root, 'out/renderer'),
      target: 'chrome130',
      minify: true,
      // The content security policy allows neither inline scripts nor data: fonts.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: { input: resolve(root, 'src/renderer/index.html') },
    },
  },
})
