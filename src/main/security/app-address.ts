/** The window's own origin. */
export const appScheme = 'app'
export const appHost = 'tern'
export const appPage = `${appScheme}://${appHost}/index.html`
