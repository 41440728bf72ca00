// A window for the built renderer alone: the app's own scheme and policy, no engine, no preload. What `window.tern`
// answers comes from the test (fake-tern.ts).
import { readFile } from 'node:fs/promises'
import { extname, join, resolve, sep } from 'node:path'
import { app, BrowserWindow, protocol } from 'electron'

const root = resolve(import.meta.dirname, '../../../out/renderer')
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
}
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

protocol.registerSchemesAsPrivileged([{ scheme: 'app', privileges: { standard: true, secure: true } }])

const serve = async (request) => {
  const file = join(root, decodeURIComponent(new URL(request.url).pathname))
  if (!file.startsWith(root + sep)) return new Response(null, { status: 404 })
  return readFile(file).then(
    (body) =>
      new Response(body, {
        headers: {
          'Content-Type': types[extname(file)] ?? 'application/octet-stream',
          'Content-Security-Policy': policy,
        },
      }),
    () => new Response(null, { status: 404 }),
  )
}

app.whenReady().then(() => {
  protocol.handle('app', serve)
  const window = new BrowserWindow({
    width: 1200,
    height: 760,
    useContentSize: true,
    frame: false,
    webPreferences: { sandbox: true, contextIsolation: true, nodeIntegration: false },
  })
  return window.loadURL('about:blank')
})
