import { type Protocol, protocol } from 'electron'
import { appScheme } from './app-address.ts'
import { answerAppRequest } from './app-files.ts'

/** Before `ready`: the scheme gets an origin of its own and counts as secure, unlike file://. */
export function registerAppScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme: appScheme, privileges: { standard: true, secure: true, supportFetchAPI: true, codeCache: true } },
  ])
}

/** Serves the files under `root` as `app://tern/…`. */
export function serveAppScheme(target: Protocol, root: string): void {
  target.handle(appScheme, (request) => answerAppRequest({ method: request.method, url: request.url }, root))
}
