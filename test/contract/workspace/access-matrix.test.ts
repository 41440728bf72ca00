import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { operationNames } from '../../../src/shared/contract/operations.ts'
import type { Case } from './matrix-case.ts'
import { anyoneMay, matrix, serverMay } from './matrix-cases.ts'
import { type Asked, letters, type Outcome, Stage } from './matrix-support.ts'
import type { TestClient } from './support.ts'

let stage: Stage
let signedOut: string | undefined
let checked = 0

beforeAll(async () => {
  stage = await Stage.open()
  const guest = await stage.workspace.person('guest@example.com', 'Guest', 'admin', stage.john)
  signedOut = guest.token
  await stage.call(stage.john, 'user/update', { id: guest.user.id, status: 'disabled' })
})

afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  process.stdout.write(`access matrix: ${matrix.length} cases, ${checked} combinations checked\n`)
})

it('is about every operation that there is', () => {
  expect([...new Set(matrix.map(({ operation }) => operation))].sort()).toEqual([...operationNames].sort())
})

const byOperation = operationNames.map((name) => [name, matrix.filter(({ operation }) => operation === name)] as const)

// At the same time, so that what is written is written together.
describe.concurrent.each(byOperation)('%s', (operation, cases) => {
  it('is for whom the table says', async () => {
    const expected: Record<string, unknown> = {}
    const found: Record<string, unknown> = {}
    await Promise.all(
      cases.map(async (one) => {
        const outcomes = await Promise.all(people().map((who) => outcomeFor(one, who)))
        found[one.of] = outcomes
        expected[one.of] = [...one.may].map((letter) => letters[letter] ?? letter)
      }),
    )
    expect(found).toEqual(expected)
  })

  it('is nothing to a server, somebody disabled and a stranger, unless it says so', async () => {
    const isServers = serverMay.has(operation) || anyoneMay.has(operation)
    const check = async (one: Case) => {
      const asked = asAsked(await one.make(stage, stage.john))
      if (operation !== 'session/logout') {
        const outcome = await outcomeOf(one, asked, stage.workspace.serverToken)
        expect(outcome === 'FORBIDDEN', `${one.of}: server ${outcome}`).toBe(!isServers)
      }
      for (const token of [signedOut, undefined, 'A'.repeat(43)]) {
        const outcome = await outcomeOf(one, asked, token)
        // A token that opens nothing is told so wherever it is shown.
        const isOpen = token === undefined && anyoneMay.has(operation)
        expect(outcome === 'NOT_SIGNED_IN', `${one.of}: ${outcome}`).toBe(!isOpen)
      }
    }
    await Promise.all(cases.map(check))
  })
})

function people(): readonly TestClient[] {
  return [stage.john, stage.lisa, stage.mia]
}

async function outcomeFor(one: Case, who: TestClient): Promise<Outcome | string> {
  const letter = one.may[people().indexOf(who)]
  if (letter === '-') return '-'
  const asked = asAsked(await one.make(stage, who))
  return outcomeOf(one, asked, asked.token ?? who.token)
}

async function outcomeOf(one: Case, asked: Asked, token: string | undefined): Promise<Outcome | string> {
  checked += 1
  const { code, text } = await stage.ask(token, one.operation, asked.input)
  if (one.beyond.includes(code)) return '+'
  if (code === '+' && asked.shows !== undefined && !text.includes(asked.shows)) return 'NOT_FOUND'
  return code
}

function asAsked(made: Asked | Record<string, unknown>): Asked {
  return 'input' in made ? (made as Asked) : { input: made }
}
