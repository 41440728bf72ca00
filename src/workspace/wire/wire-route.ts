import type { OperationInput, OperationOutput } from '../../shared/contract/operations.ts'
import type { CallerOperation, OperationContext } from '../api/context.ts'

export type WireVerb = 'GET' | 'POST' | 'PUT' | 'DELETE'

export type WireRecord = Readonly<Record<string, unknown>>

/** One call of a script, its envelope opened and its key checked. */
export interface WireCall {
  readonly context: OperationContext
  readonly uri: string
  /** An object or a list, as the script gave it; null where it gave nothing. */
  readonly data: WireRecord | readonly unknown[] | null
  /** What stands behind `WHERE`, in lower case for all that a script writes itself. */
  readonly query: string | undefined
  readonly id: string | undefined
  /** Through the same gate and the same checks as the operations' own API. @throws TernError */
  run<Name extends CallerOperation>(name: Name, input: OperationInput<Name>): Promise<OperationOutput<Name>>
}

/**
 * What the caller gets beside no `message`. Records that come one by one are written as a list under `result` as they
 * come, so that a long one never lies in memory.
 */
export type WireAnswer =
  | { readonly result: unknown }
  | { readonly report: string }
  | { readonly api_key: string }
  | { readonly success: true }
  | AsyncIterable<WireRecord>

export interface WireRoute {
  readonly verb: WireVerb
  /** In lower case: `transfer/find`. */
  readonly uri: string
  /** How much its envelope may hold, unpacked; 1 MiB when not said. */
  readonly maxBytes?: number
  readonly answer: (call: WireCall) => WireAnswer | Promise<WireAnswer>
}

/** What scripts can read of an entity, give when they make one, and change. */
export interface WireAttributes {
  readonly read: readonly string[]
  readonly create: readonly string[]
  readonly update: readonly string[]
}
