import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { lockFolder } from '../../../src/platform/folder-lock.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

const isInUse = (thrown: unknown) => thrown instanceof TernError && thrown.code === 'DATA_IN_USE'

it('lets one in at a time, in one process as well', () => {
  const folder = tempFolder()
  const first = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(expect.toSatisfy(isInUse))
  first[Symbol.dispose]()
  lockFolder(folder)[Symbol.dispose]()
})

it('is let go of by the system when its holder is killed', async () => {
  const folder = tempFolder()
  const libsql = createRequire(import.meta.url).resolve('libsql')
  const holder = spawn(process.execPath, [
    '--eval',
    `const db = new (require(${JSON.stringify(libsql)}))(${JSON.stringify(join(folder, '.lock'))})
     db.exec('BEGIN EXCLUSIVE'); console.log('held'); setInterval(() => db.open, 1000)`,
  ])
  await once(holder.stdout, 'data')
  expect(() => lockFolder(folder)).toThrow(expect.toSatisfy(isInUse))
  const gone = once(holder, 'exit')
  holder.kill('SIGKILL')
  await gone
  lockFolder(folder)[Symbol.dispose]()
})

it('says that a folder may not be written', () => {
  expect(() => lockFolder(join(tempFolder(), 'none'))).toThrow(expect.toSatisfy((e) => e instanceof TernError))
})
