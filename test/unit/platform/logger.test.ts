import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createLogger } from '../../../src/platform/logger.ts'
import { TernError } from '../../../src/shared/domain/errors.ts'
import { tempFolder } from '../../helpers/temp-folder.ts'

test('a log keeps the code of an error and none of the secrets', () => {
  const file = join(tempFolder(), 'tern.log')
  const log = createLogger({ name: 'test', file })
  const invitation = 'tern://join/studio.example.com:7300/00/single-use'
  log.warn(
    { error: new TernError('DISK_FULL').toEnvelope(), call: { input: { invitation, password: 'correct horse' } } },
    'failed',
  )
  log.info({ sessionToken: 'bearer-me', order: { ticket: 'opens-once' } }, 'started')
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('DISK_FULL')
  for (const secret of ['single-use', 'correct horse', 'bearer-me', 'opens-once']) expect(text).not.toContain(secret)
})
