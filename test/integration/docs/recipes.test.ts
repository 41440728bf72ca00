import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import { ensureCli, ensureHosting } from '../../../scripts/lib/build-cli.mjs'
import { tempFolder } from '../../helpers/temp-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const page = readFileSync(join(root, 'docs/recipes.md'), 'utf8')
const serving = readFileSync(join(root, 'docs/serving.md'), 'utf8')

interface Block {
  readonly language: string
  readonly file: string | undefined
  readonly text: string
}

const blocks: readonly Block[] = [...page.matchAll(/^```(\w+)(?: (\S+))?\n([\s\S]*?)^```$/gm)].map(
  ([, language = '', file, text = '']) => ({ language, file, text }),
)

const missing = ['bash', 'openssl', 'curl', 'python3'].filter((tool) => {
  try {
    execFileSync(tool, [tool === 'openssl' ? 'version' : '--version'], { stdio: 'ignore' })
    return false
  } catch {
    return true
  }
})
if (missing.length > 0) console.warn(`docs/recipes.md is not run whole: no ${missing.join(', ')} here`)

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

/** The page's commands on this machine: folders of the test, an address that is free, the built `tern`. */
class Kitchen {
  readonly folder = tempFolder()
  readonly #port: number
  readonly #env: NodeJS.ProcessEnv

  constructor(port: number) {
    this.#port = port
    const bin = join(this.folder, 'bin')
    mkdirSync(bin)
    const tern = join(bin, 'tern')
    writeFileSync(tern, `#!/bin/sh\nexec "${process.execPath}" "${join(root, 'scripts/tern.mjs')}" "$@"\n`)
    chmodSync(tern, 0o755)
    const NODE_PATH = join(root, 'node_modules')
    this.#env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}`, NODE_PATH }
  }

  here(text: string): string {
    return text
      .replaceAll('files.example.com:8443', `127.0.0.1:${this.#port}`)
      .replaceAll('--port 8443', `--host 127.0.0.1 --port ${this.#port}`)
      .replaceAll('/srv/', `${this.folder}/`)
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), this.here(text))
  }

  start(command: string): ChildProcess {
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', this.here(command)], {
      cwd: this.folder,
      env: this.#env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    onTestFinished(() => {
      if (child.exitCode === null && child.signalCode === null) process.kill(-(child.pid as number), 'SIGKILL')
    })
    return child
  }

  /** What it printed. @throws Error with all that it said, when it fails */
  async run(command: string): Promise<string> {
    const child = this.start(command)
    let [output, said] = ['', '']
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    const [code] = (await once(child, 'close')) as [number]
    if (code !== 0) throw new Error(`${command}\nended with ${code}: ${said}`)
    return output
  }

  /** Goes on beside the test; answers its lines as they come. */
  background(command: string) {
    const child = this.start(command)
    child.stderr?.resume()
    const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]()
    return {
      line: async () => (await lines.next()).value as string,
      stop: async () => {
        const exited = once(child, 'exit')
        process.kill(-(child.pid as number), 'SIGTERM')
        await exited
      },
    }
  }
}

it('the unit of systemd starts what the recipes start', () => {
  const serve = blocks.find(({ text }) => text.startsWith('tern serve'))?.text.trim()
  expect(/^ExecStart=\S*\/(tern serve .*)$/m.exec(serving)?.[1]).toBe(serve)
})

it.skipIf(missing.length > 0)(
  'docs/recipes.md does what it says, from nothing to a backup that is gone back to',
  async () => {
    await ensureCli()
    await ensureHosting()
    const kitchen = new Kitchen(await freePort())
    for (const { file, text } of blocks) if (file !== undefined) kitchen.write(file, text)
    const said = new Map<string, string>()
    const running = new Map<string, ReturnType<Kitchen['background']>>()
    let ready = { fingerprint: '' }
    for (const { text } of blocks.filter(({ language }) => language === 'sh')) {
      const command = text.trim()
      if (command.startsWith('cp monday.db')) await running.get('tern serve')?.stop()
      if (!/^(tern serve|node watch)/.test(command)) {
        said.set(command.split(' ').slice(0, 2).join(' '), await kitchen.run(command))
        continue
      }
      const started = kitchen.background(command)
      running.set(command.split(' ').slice(0, 2).join(' '), started)
      const line = await started.line()
      if (command.startsWith('tern serve')) ready = JSON.parse(line)
      else expect(line).toBe('watching')
    }
    expect(said.get('openssl s_client')).toContain(ready.fingerprint)
    const curl = [...said].find(([name]) => name.startsWith('PIN='))?.[1] ?? ''
    expect(curl).toContain('"code":"mia@example.com"')
    expect(curl).toContain('"code":"night"')
    expect([...said].find(([name]) => name.startsWith('LOGIN='))?.[1]).toMatch(/^\{"value":\{"jobs":\[\]/)
    expect(said.get('python3 nightly.py')).toMatch(/^[0-9a-f]{24} \w+\n.* -> .*\nNightly paused\n$/)
    expect(await running.get('node watch.cjs')?.line()).toMatch(/^Nightly: /)
    const serve = blocks.find(({ text }) => text.startsWith('tern serve'))?.text ?? ''
    const again = kitchen.background(serve)
    expect(JSON.parse(await again.line())).toMatchObject({ fingerprint: ready.fingerprint })
    await again.stop()
  },
  60_000,
)
