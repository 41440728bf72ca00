import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { runCommand, untilListening, unusedPort } from '../commands.ts'
import type { Peer } from '../peer.ts'

export interface RsyncDaemon extends Peer {
  readonly port: number
  /** The same daemon, reached by another port: through a slow link. */
  through(port: number): Peer
}

/** A daemon that takes files below `root`, without encryption. `isDurable`: each file is flushed before it counts. */
export async function startRsyncDaemon(root: string, isDurable: boolean): Promise<RsyncDaemon> {
  const port = unusedPort()
  const config = join(root, 'rsyncd.conf')
  const [uid, gid] = [process.getuid?.(), process.getgid?.()]
  writeFileSync(config, `use chroot = no\n[files]\npath = ${root}\nread only = no\nuid = ${uid}\ngid = ${gid}\n`)
  const args = ['--daemon', '--no-detach', '--address=127.0.0.1', `--port=${port}`, `--config=${config}`]
  // A pipe of Node's is a socket, and rsync takes a socket for its one client.
  const daemon = spawn('rsync', args, { stdio: 'ignore' })
  await untilListening(port)
  const name = isDurable ? 'rsync daemon --fsync' : 'rsync daemon'
  const copyBy = (at: number): Peer['copy'] => {
    return async ({ source, target }) => {
      const url = `rsync://127.0.0.1:${at}/files/${relative(root, target)}/`
      await runCommand('rsync', ['-a', ...(isDurable ? ['--fsync'] : []), `${source}/`, url])
      return {}
    }
  }
  return {
    name,
    port,
    copy: copyBy(port),
    through: (at) => ({ name, copy: copyBy(at), [Symbol.asyncDispose]: async () => undefined }),
    async [Symbol.asyncDispose]() {
      daemon.kill()
      await once(daemon, 'exit')
    },
  }
}
