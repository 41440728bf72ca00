import { nowMs } from '../../platform/clock.ts'
import type { TernError } from '../../shared/domain/errors.ts'
import { errorSentence } from '../../shared/words/error-sentence.ts'
import { safeText } from './safe-text.ts'

/** A failure as scripts read it: the code for them, the sentence for people. Which of the two is shown is up to them. */
export function wireError(error: TernError): { readonly message: string; readonly message_hr: string } {
  const { sentence } = errorSentence(error.toEnvelope(), { nowMs: nowMs() })
  return { message: error.code, message_hr: safeText(sentence) }
}
