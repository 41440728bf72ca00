import { expect, it } from 'vitest'
import { BodyBudget, readJsonBody } from '../../../src/workspace/api/read-body.ts'

const body = (chunks: AsyncIterable<Buffer>) => Object.assign(chunks, { headers: {} })
async function* text(...parts: string[]) {
  for (const part of parts) yield Buffer.from(part)
}

it('bodies that come at once share what may lie here, and give it back', async () => {
  const budget = new BodyBudget(20, 0)
  let end = () => {}
  const ended = new Promise<void>((resolve) => {
    end = resolve
  })
  let begun = () => {}
  const begins = new Promise<void>((resolve) => {
    begun = resolve
  })
  async function* slow() {
    yield Buffer.from('{"a": "0123')
    begun()
    await ended
    yield Buffer.from('"}')
  }
  const first = readJsonBody(body(slow()), 100, budget)
  await begins
  const second = readJsonBody(body(text('"0123456789"')), 100, budget)
  await expect(second).rejects.toMatchObject({ code: 'TOO_MANY_REQUESTS' })
  end()
  expect(await first).toEqual({ a: '0123' })
  expect(await readJsonBody(body(text('"01234', '56789"')), 100, budget)).toBe('0123456789')
  await expect(readJsonBody(body(text('{')), 100, budget)).rejects.toMatchObject({ code: 'BAD_REQUEST' })
  expect(await readJsonBody(body(text('"012345678901234567"')), 100, budget)).toBe('012345678901234567')
})

it('small bodies need nothing of it', async () => {
  const none = new BodyBudget(0, 12)
  expect(await readJsonBody(body(text('"01234', '56789"')), 100, none)).toBe('0123456789')
  await expect(readJsonBody(body(text('"01234', '567890"')), 100, none)).rejects.toMatchObject({
    code: 'TOO_MANY_REQUESTS',
  })
})

it('neither more nor deeper lists and objects than any operation can use are parsed', async () => {
  const refusal = (json: string) => readJsonBody(body(text(json)), 100_000_000).catch((error: unknown) => error)
  expect(await refusal(`[${'[],'.repeat(4_000_000)}[]]`)).toMatchObject({ code: 'LIMIT_EXCEEDED' })
  expect(await refusal('['.repeat(65))).toMatchObject({ code: 'BAD_REQUEST', params: { problem: 'too-deep' } })
  expect(await readJsonBody(body(text('["[[[", {}, [{}]]')), 1000)).toEqual(['[[[', {}, [{}]])
})
