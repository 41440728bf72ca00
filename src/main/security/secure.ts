import { app, session } from 'electron'
import { serveAppScheme } from './app-scheme.ts'
import { rejectCertificates } from './certificates.ts'
import { blockDownloads, blockNavigation } from './navigation.ts'
import { restrictNetwork } from './network.ts'
import { denyPermissions } from './permissions.ts'
import { isTrustedPage } from './trusted-page.ts'

export interface SecuredSession {
  /** Whether an address is the window's own page. */
  readonly isOwnPage: (url: string) => boolean
}

/** All measures of the window's session, before its first page. Call when the app is ready. */
export function secureSession(options: {
  rendererRoot: string
  developmentOrigin: string | undefined
}): SecuredSession {
  const own = session.defaultSession
  const isOwnPage = (url: string) => isTrustedPage(url, options.developmentOrigin)
  serveAppScheme(own.protocol, options.rendererRoot)
  denyPermissions(own)
  restrictNetwork(own, options.developmentOrigin)
  rejectCertificates(app, own)
  blockNavigation(app)
  blockDownloads(own)
  return { isOwnPage }
}
