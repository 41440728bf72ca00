import { readFile, realpath } from 'node:fs/promises'
import { extname, join, sep } from 'node:path'
import { appHost, appScheme } from './app-address.ts'
import { contentSecurityPolicy } from './content-policy.ts'

/** Anything else is not part of the window and is not served. */
const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
}

/** Answers `app://tern/…` with files under `root`: GET only, one host, never outside the root. */
export async function answerAppRequest(
  request: { readonly method: string; readonly url: string },
  root: string,
): Promise<Response> {
  if (request.method !== 'GET') return refusal(405)
  const path = await fileForUrl(request.url, root)
  const contentType = path === undefined ? undefined : contentTypes[extname(path)]
  if (path === undefined || contentType === undefined) return refusal(404)
  try {
    return new Response(new Uint8Array(await readFile(path)), {
      headers: { ...fixedHeaders, 'Content-Type': contentType },
    })
  } catch {
    return refusal(404)
  }
}

const fixedHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), display-capture=()',
} as const

function refusal(status: number): Response {
  return new Response(null, { status, headers: fixedHeaders })
}

/** The real path of the file that an address names, when it lies under the root. */
async function fileForUrl(address: string, root: string): Promise<string | undefined> {
  try {
    const url = new URL(address)
    if (url.protocol !== `${appScheme}:` || url.host !== appHost) return undefined
    const relative = decodeURIComponent(url.pathname)
    if (relative.includes('\0') || relative.includes('\\')) return undefined
    const realRoot = await realpath(root)
    const path = await realpath(join(realRoot, relative))
    return path.startsWith(realRoot + sep) ? path : undefined
  } catch {
    return undefined
  }
}
