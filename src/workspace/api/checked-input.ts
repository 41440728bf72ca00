import type { z } from 'zod'
import type { operationSchemas } from '../../shared/contract/operation-schemas.ts'
import type { OperationName } from '../../shared/contract/operations.ts'

/** An operation's input after its schema: defaults filled in, nothing unknown left. */
export type CheckedInput<Name extends OperationName> = z.output<(typeof operationSchemas)[Name]['input']>
