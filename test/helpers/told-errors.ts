import { errorsOfAnyOperation, operationErrors } from '../../src/shared/contract/operation-errors.ts'
import type { ErrorCode, TernError } from '../../src/shared/domain/errors.ts'

const ofAny: ReadonlySet<ErrorCode> = new Set(errorsOfAnyOperation)

/** The error itself, or in its place that nobody was told of it. */
export function told(name: string, error: TernError): Error {
  try {
    checkTold(name, error.code)
    return error
  } catch (untold) {
    return untold as Error
  }
}

/** Fails the test that saw an operation answer what its callers are not told of. */
export function checkTold(name: string, code: ErrorCode): void {
  const own = Object.hasOwn(operationErrors, name) ? operationErrors[name as keyof typeof operationErrors] : undefined
  if (own === undefined || own.includes(code) || ofAny.has(code)) return
  throw new Error(`${name} answers ${code}: src/shared/contract/operation-errors.ts does not tell of that`)
}
