import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern } from '../../helpers/tern.ts'

describe('help', () => {
  test.each([
    [['--help'], /^Usage: tern .*[\s\S]*\bjob\b[\s\S]*\bpath\b[\s\S]*\bquery\b/],
    [['help'], /^Usage: tern /],
    [['job', '--help'], /^Usage: tern job .*[\s\S]*\bcheck\b/],
    [['help', 'job'], /^Usage: tern job /],
    [['path', 'explain', '--help'], /--as <side>/],
    [['job', 'check', '--help'], /standard input/],
  ])('%j answers on stdout', async (args, told) => {
    const { exitCode, stdout, stderr } = await runTern(args)
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    expect(stdout).toMatch(told)
  })

  test('the version is that of the program', async () => {
    expect(await runTern(['--version'])).toEqual({ exitCode: 0, stdout: '1.2.3\n', stderr: '' })
  })
})

describe('what cannot be meant is said on stderr, and nothing on stdout', () => {
  test.each([
    [[], /^Usage: tern/],
    [['job'], /^Usage: tern job/],
    [['jbo'], /unknown command 'jbo'[\s\S]*Did you mean job\?/],
    [['job', 'chek', 'x'], /unknown command 'chek'[\s\S]*Did you mean check\?/],
    [['job', 'check'], /missing required argument 'file'[\s\S]*--help/],
    [['job', 'check', 'a', 'b'], /too many arguments/],
    [['query', 'explain', 'Transfer', 'WHERE', 'status=failed'], /^error: .*quotes/],
    [['path', 'explain', 'renders/day', '1'], /^error: .*quotes/],
    [['path', 'explain', 'x', '--az', 'source'], /unknown option '--az'[\s\S]*Did you mean --as\?/],
    [['path', 'explain', 'x', '--as', 'both'], /'both'[\s\S]*source, destination/],
  ])('%j', async (args, told) => {
    const { exitCode, stdout, stderr } = await runTern(args)
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toMatch(told)
  })
})

describe('npm run -s tern', () => {
  const root = join(import.meta.dirname, '../../..')
  // The shell-less call of npm's own script, as Windows needs it, is no different from the person's.
  const npm = async (args: readonly string[], cwd: string) => {
    const env = { ...process.env, INIT_CWD: cwd }
    return promisify(execFile)('npm', ['run', '-s', '--prefix', root, 'tern', '--', ...args], {
      cwd,
      env,
      shell: process.platform === 'win32',
    })
  }

  test('leaves only the answer on stdout, with the version of this repository', async () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    expect((await npm(['--version'], root)).stdout).toBe(`${version}\n`)
  })

  test('means files from where it was typed', async () => {
    const folder = tempFolder()
    writeFileSync(join(folder, 'job.json'), '{"source":"share=a/b","destination":"lisa@example.com"}')
    const { stdout } = await npm(['job', 'check', 'job.json'], folder)
    expect(JSON.parse(stdout)).toMatchObject({ code: 'b', tasks: [{ source: 'share=a/b' }] })
  })
})

test.each([
  [['\u001b[31mjob\u009b2J']],
  [['path', 'explain', 'share=a/\u001b[2J\u009b31m\u202e\u007f']],
  [['path', 'explain', 'C:\u001b[2J\u009b31m']],
  [['query', 'explain', 'Transfer WHERE name=\u009b31m\u202e']],
  [['job', 'check', '\u001b[2J\u009b31m']],
])('a terminal is never sent what it would obey: %j', async (args) => {
  const { stdout, stderr } = await runTern(args)
  expect(stdout + stderr).not.toMatch(/(?!\n)[\p{Cc}\u202e]/u)
})
