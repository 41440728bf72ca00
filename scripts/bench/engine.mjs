// Side by side with rsync (daemon, plaintext, over loopback) on the same work in the same run: one large file and many
// small ones. Prints medians and the ratio; above 1 Tern is faster. Needs rsync from the system's packages.
//   npm run bench -- --only engine --rounds 3 --large-mib 1024 --small-files 20000 --folder /dev/shm
import { execFileSync, fork, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundleForNode } from '../lib/bundle.mjs'
import { main, SetupError } from '../lib/run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const mebibyte = 1024 * 1024
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    'large-mib': { type: 'string', default: '1024' },
    'small-files': { type: 'string', default: '20000' },
    lanes: { type: 'string', default: '2' },
    folder: { type: 'string', default: tmpdir() },
  },
})
const rounds = Number(values.rounds)
const work = mkdtempSync(join(values.folder, 'tern-bench-'))

const makeWork = () => {
  const large = join(work, 'large')
  mkdirSync(large)
  const piece = randomBytes(16 * mebibyte)
  for (let at = 0; at < Number(values['large-mib']); at += 16) writeFileSync(join(large, 'file'), piece, { flag: 'a' })
  const small = join(work, 'small')
  for (let index = 0; index < Number(values['small-files']); index += 1) {
    const folder = join(small, String(index % 100))
    if (index < 100) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `f${index}`), piece.subarray(index, index + 4096))
  }
  return { large, small }
}

const bundleEngine = () =>
  bundleForNode(
    {
      main: join(root, 'test/helpers/engine-process/main.ts'),
      certificate: join(root, 'src/platform/certificate.ts'),
    },
    join(root, 'node_modules', '.cache', 'tern-bench'),
  )

const answer = (child, kind) =>
  new Promise((resolve) => {
    const onMessage = (message) => {
      if (message.kind !== kind) return
      child.off('message', onMessage)
      resolve(message)
    }
    child.on('message', onMessage)
  })

const startEngine = async (bundle, start) => {
  const child = fork(join(bundle, 'main.mjs'), { execArgv: [] })
  await answer(child, 'ready')
  child.send({ kind: 'create', start })
  return { child, ...(await answer(child, 'created')) }
}

const startTern = async () => {
  const bundle = await bundleEngine()
  const { createHostIdentity } = await import(join(bundle, 'certificate.mjs'))
  const [a, b] = [await createHostIdentity('a'), await createHostIdentity('b')]
  const state = (name) => join(work, `state-${name}`)
  const receiver = await startEngine(bundle, {
    identity: b,
    stateFolder: state('b'),
    listen: { host: '127.0.0.1', port: 0 },
  })
  const sender = await startEngine(bundle, { identity: a, stateFolder: state('a') })
  const copy = async (source, target) => {
    mkdirSync(target, { recursive: true })
    const shared = {
      transferId: randomBytes(12).toString('hex'),
      epoch: 1,
      ticket: randomBytes(32).toString('base64url'),
      laneCount: Number(values.lanes),
    }
    const received = answer(receiver.child, 'outcome')
    const items = [{ itemId: '0', root: target, path: 'x', placement: 'as' }]
    const resumeKey = shared.transferId
    const peer = { peerKeyHash: a.keyHash, acceptsIncoming: true, resumeKey, onConflict: 'replace' }
    receiver.child.send({ kind: 'run', request: { ...shared, ...peer, role: 'receive', items } })
    const request = { ...shared, role: 'send', peerKeyHash: b.keyHash, acceptsIncoming: false }
    const dial = receiver.listening
    sender.child.send({ kind: 'run', request: { ...request, items: [{ itemId: '0', root: source, path: '' }] }, dial })
    const { outcome } = await received
    if (outcome.status !== 'done') throw new Error(JSON.stringify(outcome))
  }
  return { copy, stop: () => void (sender.child.kill() && receiver.child.kill()) }
}

const startRsync = async () => {
  // Below the range that systems give out: a dial to a free port of that range may reach itself.
  const port = 20_000 + (randomBytes(2).readUInt16BE() % 8000)
  const config = join(work, 'rsyncd.conf')
  const target = join(work, 'out')
  writeFileSync(
    config,
    `use chroot = no\n[out]\npath = ${target}\nread only = no\nuid = ${process.getuid()}\ngid = ${process.getgid()}\n`,
  )
  const daemon = spawn(
    'rsync',
    ['--daemon', '--no-detach', '--address=127.0.0.1', `--port=${port}`, `--config=${config}`],
    {
      // A pipe of Node's is a socket, and rsync takes a socket for its one client.
      stdio: 'ignore',
    },
  )
  for (let greeting = ''; !greeting.startsWith('@RSYNCD'); ) {
    const socket = connect({ host: '127.0.0.1', port })
    greeting = await once(socket, 'data').then(String, () => '')
    socket.destroy()
    if (greeting === '') await wait(50)
  }
  const copy = (source, name) =>
    execFileSync('rsync', ['-a', '--whole-file', `${source}/`, `rsync://127.0.0.1:${port}/out/${name}/`])
  return { copy, stop: () => daemon.kill() }
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1]

const run = async () => {
  const jobs = makeWork()
  mkdirSync(join(work, 'out'))
  const tern = await startTern()
  const rsync = await startRsync()
  try {
    for (const [name, source] of Object.entries(jobs)) {
      const times = { tern: [], rsync: [] }
      for (let round = 0; round <= rounds; round += 1) {
        const out = join(work, 'out')
        let startedMs = performance.now()
        await tern.copy(source, join(out, `tern-${name}-${round}`))
        const ternMs = performance.now() - startedMs
        startedMs = performance.now()
        rsync.copy(source, `rsync-${name}-${round}`)
        const rsyncMs = performance.now() - startedMs
        // The first round only warms up.
        if (round > 0) {
          times.tern.push(ternMs)
          times.rsync.push(rsyncMs)
        }
        rmSync(out, { recursive: true })
        mkdirSync(out)
      }
      const [ternMs, rsyncMs] = [median(times.tern), median(times.rsync)]
      console.log(
        `${name}: tern ${ternMs.toFixed(0)} ms, rsync ${rsyncMs.toFixed(0)} ms, ratio ${(rsyncMs / ternMs).toFixed(2)}`,
      )
    }
  } finally {
    tern.stop()
    rsync.stop()
    rmSync(work, { recursive: true, force: true })
  }
}

main(async () => {
  if (spawnSync('rsync', ['--version']).error) {
    throw new SetupError('The comparison needs rsync. On Debian and Ubuntu: apt-get install rsync')
  }
  await run()
})
