import type { App, Session } from 'electron'

/** The window never speaks TLS itself; whatever tries to is refused, and nothing of the user is ever offered. */
export function rejectCertificates(app: App, session: Session): void {
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, answer) => {
    event.preventDefault()
    answer(false)
  })
  app.on('select-client-certificate', (event) => event.preventDefault())
  app.on('login', (event) => event.preventDefault())
  session.setCertificateVerifyProc((_request, answer) => answer(-2))
  session.allowNTLMCredentialsForDomains('')
}
