import { serveClient } from '../../hosting/serve-client.ts'

/** Client and engine of a profile, apart from the window so that no copy ever makes it stutter. */
serveClient('engine', ['app', 'user-server'])
