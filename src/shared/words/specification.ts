import type {
  SpecificationWarning,
  SpecificationWarningAdvice,
} from '../domain/specification/specification-warnings.ts'
import { singleLine } from './fill.ts'

/** What is accepted in a job specification, and yet not what its writer may think. */
export const specificationWarnings = {
  'setting-without-effect': '{jsonPath}: Tern keeps {what}, and nothing acts on it yet',
  'always-encrypted': '{jsonPath}: Tern encrypts every transfer, so none has no effect',
  'attribute-without-effect': '{jsonPath}: {what} is accepted here and has no effect',
  'duplicates-left-out': '{jsonPath}: tasks left out because their source and destination stand there already: {what}',
  'invite-without-recipients': '{jsonPath}: nobody is invited, because recipients names nobody',
} as const satisfies Record<SpecificationWarningAdvice, string>

/** A warning in one sentence. */
export function warningSentence({ advice, params }: SpecificationWarning): string {
  return specificationWarnings[advice].replace(/\{(\w+)\}/g, (_, name: string) => singleLine(`${params[name]}`))
}
