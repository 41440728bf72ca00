import type { OperationName } from '../../../src/shared/contract/operations.ts'
import type { Asked, Stage } from './matrix-support.ts'
import type { TestClient } from './support.ts'

/**
 * One operation on one kind of thing. `may`: of an admin, an employee and a standard person, each `+` (goes through the
 * rights), `F` (FORBIDDEN), `0` (NOT_FOUND, or not in the list) or `-` (makes no sense). `beyond`: errors that come after
 * the rights. Written from the reference's matrix of roles and the design; it knows nothing of the rules in the server.
 */
export interface Case {
  readonly operation: OperationName
  readonly of: string
  readonly may: string
  readonly beyond: readonly string[]
  readonly make: Make
}

type Make = (
  stage: Stage,
  who: TestClient,
) => Promise<Asked | Record<string, unknown>> | Asked | Record<string, unknown>

type On = (operation: OperationName, of: string, may: string, make: Make, ...beyond: string[]) => void
type Each = (
  operations: readonly OperationName[],
  of: string,
  may: string,
  id: (stage: Stage, who: TestClient) => Promise<string>,
  key?: string,
  ...beyond: string[]
) => void

/** A list of cases, and two ways to write into it: `each` is for several operations that need an id alone. */
export function caseList(): { readonly cases: readonly Case[]; readonly on: On; readonly each: Each } {
  const cases: Case[] = []
  const on: On = (operation, of, may, make, ...beyond) => {
    cases.push({ operation, of, may, make, beyond })
  }
  const each: Each = (operations, of, may, id, key = 'id', ...beyond) => {
    for (const operation of operations) {
      on(operation, of, may, async (s, who) => ({ [key]: await id(s, who) }), ...beyond)
    }
  }
  return { cases, on, each }
}

export const shows = (shown: string, input: unknown = {}): Asked => ({ input, shows: shown })
export const none = '0123456789abcdef01234567'
export const other = (s: Stage, who: TestClient) => (who === s.john ? s.lisa : s.john)
