import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { untilListening, unusedPort } from '../commands.ts'
import { processorTimeOf } from '../processor-time.ts'

export interface SshServer extends AsyncDisposable {
  readonly port: number
  readonly user: string
  /** The client's private key. */
  readonly keyFile: string
  readonly knownHostsFile: string
  /** Processor time of all connections that have ended. */
  processorSeconds(): Promise<number>
}

/** An ssh server for the one who runs this, with keys of its own, on loopback. */
export async function startSshServer(root: string): Promise<SshServer> {
  const folder = join(root, 'ssh')
  mkdirSync(folder, { mode: 0o700 })
  const [hostKey, keyFile, knownHostsFile] = [join(folder, 'host'), join(folder, 'client'), join(folder, 'known')]
  for (const key of [hostKey, keyFile]) execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const port = unusedPort()
  writeFileSync(join(folder, 'authorized'), readFileSync(`${keyFile}.pub`))
  writeFileSync(knownHostsFile, `[127.0.0.1]:${port} ${readFileSync(`${hostKey}.pub`, 'utf8')}`)
  writeFileSync(
    join(folder, 'config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${hostKey}`,
      `AuthorizedKeysFile ${join(folder, 'authorized')}`,
      `PidFile ${join(folder, 'pid')}`,
      'StrictModes no',
      'UsePAM no',
      'PermitRootLogin yes',
      'Subsystem sftp internal-sftp',
    ].join('\n'),
  )
  // Where privileges are given up, asked for at start; a system that starts its own ssh server makes it then.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  const server = spawn('/usr/sbin/sshd', ['-D', '-f', join(folder, 'config')], { stdio: 'ignore' })
  await untilListening(port)
  const pid = server.pid ?? 0
  return {
    port,
    user: userInfo().username,
    keyFile,
    knownHostsFile,
    async processorSeconds() {
      while (readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim() !== '') await wait(5)
      return processorTimeOf(pid).childrenSeconds
    },
    async [Symbol.asyncDispose]() {
      server.kill()
      await once(server, 'exit')
    },
  }
}
