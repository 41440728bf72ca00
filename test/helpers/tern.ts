import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { ensureCli, ensureHosting } from '../../scripts/lib/build-cli.mjs'

export interface TernAnswer {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
}

interface TernCall {
  readonly stdin?: string | Buffer
  readonly cwd?: string
  /** The command runs a workspace, or changes one. */
  readonly isHosting?: boolean
  /** In a process group of its own, which can be killed as a whole. */
  readonly isDetached?: boolean
  /** Takes the answer in place of the test. */
  readonly stdoutFile?: string
  /** Code that runs after the command in its process, with `process.stderr` to tell what it saw. */
  readonly afterwards?: string
}

/** What `scripts/tern.mjs` does once everything is set up: the built command in a Node of its own. */
const runner = (bundle: string, hosting: string | undefined, afterwards: string): string => `
  const { runTern } = await import(${JSON.stringify(pathToFileURL(bundle).href)})
  const loadHosting = async () => (await import(${JSON.stringify(pathToFileURL(hosting ?? '/').href)})).openHostingOnNode()
  process.exitCode = await runTern({ args: process.argv.slice(1), version: '1.2.3', loadHosting })
  ${afterwards}
`

let hosting: Promise<string> | undefined
/** Built from the sources as they are at the first call of a test file. */
function builtHosting(): Promise<string> {
  hosting ??= ensureHosting()
  return hosting
}

/** Starts the real command; `runTern` waits for its end. */
export async function startTern(args: readonly string[], call: TernCall = {}): Promise<ChildProcess> {
  const { cwd, stdoutFile, afterwards = '', isHosting = false, isDetached = false } = call
  const code = runner(await ensureCli(), isHosting ? await builtHosting() : undefined, afterwards)
  const stdout = stdoutFile === undefined ? 'pipe' : openSync(stdoutFile, 'w')
  try {
    const options: SpawnOptions = { cwd, stdio: ['pipe', stdout, 'pipe'], detached: isDetached }
    return spawn(process.execPath, ['--input-type=module', '--eval', code, '--', ...args], options)
  } finally {
    if (typeof stdout === 'number') closeSync(stdout)
  }
}

/** Runs the real command as a process of its own, with `stdin` for its input. */
export async function runTern(args: readonly string[], call: TernCall = {}): Promise<TernAnswer> {
  const child = await startTern(args, call)
  const answer = { stdout: '', stderr: '' }
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    answer.stdout += text
  })
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    answer.stderr += text
  })
  // A command that refuses early does not read to the end.
  child.stdin?.on('error', () => {})
  child.stdin?.end(call.stdin ?? '')
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  return { exitCode, ...answer }
}
