import { runCommand } from '../commands.ts'
import type { Peer } from '../peer.ts'
import type { SshServer } from './ssh-server.ts'

/** rsync over ssh with the quickest cipher that both have in hardware. The server stays whose it is. */
export function rsyncOverSsh(server: SshServer): Peer {
  const { port, user, keyFile, knownHostsFile } = server
  const shell = [
    'ssh -c aes128-gcm@openssh.com',
    `-p ${port} -i ${keyFile}`,
    `-o UserKnownHostsFile=${knownHostsFile} -o BatchMode=yes`,
  ].join(' ')
  return {
    name: 'rsync over ssh',
    async copy({ source, target }) {
      const before = await server.processorSeconds()
      const client = await runCommand('rsync', ['-a', '-e', shell, `${source}/`, `${user}@127.0.0.1:${target}/`])
      return { processorSeconds: client.processorSeconds + (await server.processorSeconds()) - before }
    },
    [Symbol.asyncDispose]: async () => undefined,
  }
}
