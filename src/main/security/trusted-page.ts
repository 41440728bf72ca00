import { appHost, appScheme } from './app-address.ts'

/** Whether an address is a page of ours, whose messages count. */
export function isTrustedPage(address: string, developmentOrigin: string | undefined): boolean {
  if (!URL.canParse(address)) return false
  const url = new URL(address)
  if (url.protocol === `${appScheme}:`) return url.host === appHost
  return developmentOrigin !== undefined && url.origin === developmentOrigin
}
