import type { Session } from 'electron'
import { appHost, appScheme } from './app-address.ts'

/** The window has no network: only its own files pass, and in development the server that builds them. */
export function restrictNetwork(session: Session, developmentOrigin: string | undefined): void {
  session.webRequest.onBeforeRequest((details, answer) => {
    answer({ cancel: !isAllowedRequest(details.url, developmentOrigin) })
  })
}

export function isAllowedRequest(address: string, developmentOrigin: string | undefined): boolean {
  let url: URL
  try {
    url = new URL(address)
  } catch {
    return false
  }
  if (url.protocol === `${appScheme}:`) return url.host === appHost
  // Drawn images; the content security policy decides where they may appear.
  if (url.protocol === 'data:' || url.protocol === 'blob:') return true
  if (developmentOrigin === undefined) return false
  if (url.protocol === 'devtools:') return true
  const origin = new URL(developmentOrigin)
  return url.host === origin.host && (url.protocol === origin.protocol || url.protocol === 'ws:')
}
