import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { createEnginePair, move } from '../../helpers/engine-pair.ts'

test.each([
  ['aes256', 'TLS_AES_256_GCM_SHA384'],
  ['aes128', 'TLS_AES_128_GCM_SHA256'],
] as const)('%s is what the line gets, on both sides and in the log', async (cipher, name) => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(`${chunk}`)
      done()
    },
  })
  await using pair = await createEnginePair({ logger: pino({ level: 'info' }, stream) })
  writeFileSync(join(pair.source, 'a'), 'a')
  const { received } = await move(pair, { send: { cipher }, receive: { cipher } })
  expect(received.status).toBe('done')
  const told = lines.map((line) => JSON.parse(line) as { cipher?: string; level: number }).filter((line) => line.cipher)
  expect(told.map((line) => [line.cipher, line.level])).toEqual([
    [name, 30],
    [name, 30],
  ])
})
