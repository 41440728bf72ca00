import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { createHostIdentity } from '../../../../src/platform/certificate.ts'
import { runCommand, untilListening, unusedPort } from '../commands.ts'
import type { Copy, Peer } from '../peer.ts'
import type { SshServer } from './ssh-server.ts'

type Way = { readonly name: string; readonly args: (copy: Copy) => readonly string[] }

/**
 * rclone by https and by sftp, each with several flags; the quickest on the trial is the one that counts from then on.
 * Files are fetched, since that is where rclone opens several streams for one file.
 */
export async function startRclone(root: string, ssh: SshServer, trial: Copy): Promise<Peer> {
  const folder = join(root, 'rclone')
  mkdirSync(folder)
  const { privateKeyPem, certificatePem } = await createHostIdentity('127.0.0.1')
  const [key, certificate, config] = [join(folder, 'key'), join(folder, 'certificate'), join(folder, 'config')]
  writeFileSync(key, privateKeyPem, { mode: 0o600 })
  writeFileSync(certificate, certificatePem)
  writeFileSync(config, '')
  const port = unusedPort()
  const address = ['--addr', `127.0.0.1:${port}`, '--cert', certificate, '--key', key]
  const server = spawn('rclone', ['serve', 'http', root, ...address, '--config', config], { stdio: 'ignore' })
  await untilListening(port)

  const common = ['--config', config, '--no-check-certificate', '--ignore-checksum', '--checkers', '1']
  const byHttps = ({ source }: Copy) => [`:http:${relative(root, source)}`, '--http-url', `https://127.0.0.1:${port}`]
  const bySftp = ({ source }: Copy) => [
    `:sftp:${source}`,
    ...['--sftp-host', '127.0.0.1', '--sftp-port', `${ssh.port}`, '--sftp-user', ssh.user],
    ...['--sftp-key-file', ssh.keyFile, '--sftp-known-hosts-file', ssh.knownHostsFile],
    '--sftp-disable-hashcheck',
  ]
  const ways = [1, 4].flatMap((streams): Way[] => {
    const flags = ['--multi-thread-streams', `${streams}`, '--multi-thread-cutoff', '64M']
    return [
      { name: `https, ${streams} streams`, args: (copy) => [...byHttps(copy), ...flags] },
      { name: `sftp, ${streams} streams`, args: (copy) => [...bySftp(copy), ...flags] },
    ]
  })
  const copyBy = async (way: Way, copy: Copy) => {
    const [from, ...flags] = way.args(copy)
    await runCommand('rclone', ['copy', `${from}`, copy.target, ...common, ...flags])
  }
  const best = await quickest(ways, async (way) => {
    await copyBy(way, trial)
    // Whoever finds the file there does nothing.
    rmSync(trial.target, { recursive: true })
    mkdirSync(trial.target)
  })
  return {
    name: `rclone (${best.name})`,
    async copy(copy) {
      await copyBy(best, copy)
      return {}
    },
    async [Symbol.asyncDispose]() {
      server.kill()
      await once(server, 'exit')
    },
  }
}

async function quickest(ways: readonly Way[], attempt: (way: Way) => Promise<void>): Promise<Way> {
  const timed: { readonly way: Way; readonly ms: number }[] = []
  for (const way of ways) {
    const startedMs = performance.now()
    await attempt(way)
    timed.push({ way, ms: performance.now() - startedMs })
  }
  const [best] = timed.sort((left, right) => left.ms - right.ms)
  if (!best) throw new Error('rclone was not tried in any way.')
  return best.way
}
