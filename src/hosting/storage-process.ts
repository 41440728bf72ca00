import { serveClient } from './serve-client.ts'

/** The server client beside a hosted workspace: it alone touches the files of the workspace's shares. */
serveClient('storage', ['server'])
