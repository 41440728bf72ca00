import { fileURLToPath } from 'node:url'
import { forkNode } from '../../hosting/fork-node.ts'
import { type HostingCommands, openHosting } from './index.ts'

/** On plain Node: the entries of the processes stand beside this file once it is built. */
export function openHostingOnNode(): HostingCommands {
  return openHosting((entry) => forkNode(fileURLToPath(new URL(`./${entry}.mjs`, import.meta.url))))
}
