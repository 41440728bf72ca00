import { isAbort, TernError } from '../../shared/domain/errors.ts'
import { errorSentence, say } from '../../shared/words/index.ts'
import { call } from '../bridge/bridge.ts'
import { showToast } from '../stores/ui-store.ts'

/** Runs what a press asked for; a failure becomes one sentence in the corner. */
export async function perform(action: () => Promise<unknown>): Promise<boolean> {
  try {
    await action()
    return true
  } catch (thrown) {
    if (!isAbort(thrown)) showToast({ text: sentenceOf(thrown) })
    return false
  }
}

/** What a person reads about anything that was thrown. */
export function sentenceOf(thrown: unknown): string {
  return errorSentence(TernError.from(thrown).toEnvelope(), { nowMs: Date.now() }).sentence
}

export async function copyText(text: string): Promise<void> {
  const isCopied = await perform(() => call('app.copyText', { text }))
  if (isCopied) showToast({ text: say('app.copied') })
}
