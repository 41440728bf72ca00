import type { OperationInput, OperationName, OperationOutput } from '../../../src/shared/contract/operations.ts'
import type { TestClient } from '../../contract/workspace/support.ts'
import { compactJson } from './compact-json.ts'
import type { Mask } from './masked.ts'

/** Calls what it is told to, and remembers what was asked and answered, ready for a page. */
export class OperationExamples {
  readonly #mask: Mask
  readonly #texts = new Map<OperationName, string>()

  constructor(mask: Mask) {
    this.#mask = mask
  }

  /** Whether each operation has an example is for the page's test to say. */
  of(name: OperationName): string | undefined {
    return this.#texts.get(name)
  }

  /** The first call of an operation is the one that is shown. */
  async call<Name extends OperationName>(
    client: TestClient,
    name: Name,
    input: OperationInput<Name>,
  ): Promise<OperationOutput<Name>> {
    const value = await client.call(name, input)
    if (!this.#texts.has(name)) this.#texts.set(name, this.#text(name, input, value))
    return value
  }

  #text(name: OperationName, input: unknown, value: unknown): string {
    const asked = compactJson(this.#mask.of(shownInput(input)))
    return `POST /api/v3/operation/${name}\n${asked}\n\n200\n${compactJson({ value: this.#mask.of(value) })}`
  }
}

function shownInput(input: unknown): unknown {
  const { password, oldPassword, newPassword, ...rest } = input as Record<string, unknown>
  const shown = Object.entries({ password, oldPassword, newPassword }).filter(([, value]) => value !== undefined)
  return { ...rest, ...Object.fromEntries(shown.map(([key, value]) => [key, value === null ? null : '…'])) }
}
