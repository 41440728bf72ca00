import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { tempFolder } from '../../helpers/temp-folder.ts'
import { runTern } from '../../helpers/tern.ts'

function folders(): { source: string; destination: string } {
  const root = tempFolder()
  const [source, destination] = [join(root, 'source'), join(root, 'destination')]
  mkdirSync(join(source, 'in'), { recursive: true })
  mkdirSync(destination)
  for (const path of ['changed', 'in/new', 'left.tmp']) writeFileSync(join(source, path), path)
  for (const path of ['changed', 'extra']) writeFileSync(join(destination, path), 'other')
  return { source, destination }
}

const plan = (...args: readonly string[]) => runTern(['job', 'plan', ...args], { isHosting: true })

test('tells what a job would create, replace and delete, and writes nothing', async () => {
  const { source, destination } = folders()
  const mode = ['--setting', 'transfer_mode=onewaysync', '--setting', 'transfer_exclude=*.tmp']
  const { exitCode, stdout, stderr } = await plan(source, destination, ...mode)
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual({
    create: 1,
    replace: 1,
    remove: 1,
    same: 0,
    bytes: 13,
    first: { create: ['in/new'], replace: ['changed'], remove: ['extra'], left: [] },
  })
  expect(readdirSync(destination).sort()).toEqual(['changed', 'extra'])
})

test('a destination that is not there yet is not made', async () => {
  const { source, destination } = folders()
  const { stdout } = await plan(source, `${destination}/to/come/`)
  expect(JSON.parse(stdout)).toMatchObject({ create: 3, replace: 0, remove: 0 })
  expect(readdirSync(destination).sort()).toEqual(['changed', 'extra'])
})

test('what cannot be planned is one sentence', async () => {
  const { source, destination } = folders()
  const missing = await plan(join(source, 'nowhere'), destination)
  expect(missing).toMatchObject({ exitCode: 1, stdout: '' })
  expect(missing.stderr).toMatch(/nowhere/)
})

test.skipIf(process.platform === 'win32')(
  'a source that is not at the root of the disk is named as written',
  async () => {
    const missing = await plan('/nowhere-at-all', folders().destination)
    expect(missing).toMatchObject({ exitCode: 1, stderr: '/nowhere-at-all is not there\n' })
  },
)

test('mistakes in settings are told all at once, for programs as well', async () => {
  const { source, destination } = folders()
  const wrong = ['transfer_mod=copy', 'transfer_mode=sync', "transfer_exclude=re('(')", 'transfer_log=files']
  const { exitCode, stdout, stderr } = await plan(source, destination, ...wrong.flatMap((each) => ['--setting', each]))
  expect(exitCode).toBe(2)
  const { errors } = JSON.parse(stdout) as { errors: { path: string; key: string; advice: string }[] }
  expect(errors.map(({ path, key }) => [path, key])).toEqual([
    ['transfer_mod', 'setting-name-near'],
    ['transfer_mode', 'setting-one-of'],
    ['transfer_exclude', 'setting-filter'],
  ])
  expect(errors[0]?.advice).toMatch(/transfer_mode/)
  expect(stderr.trim().split('\n')).toHaveLength(3)
})
