import { catalogue } from '../../../../src/shared/words/catalogue.ts'
import {
  errorSentences,
  featureAdvice,
  inputAdvice,
  linkAdvice,
  pathAdvice,
} from '../../../../src/shared/words/errors.ts'
import { placeMeanings, placeSituations } from '../../../../src/shared/words/places.ts'
import { specificationAdvice } from '../../../../src/shared/words/specification-advice.ts'

/** Every text that a person can read, with where it stands. */
export function everyText(): [where: string, text: string][] {
  const texts: [string, string][] = []
  for (const [key, message] of Object.entries(catalogue)) {
    if (typeof message === 'string') texts.push([key, message])
    else texts.push([`${key} (one)`, message.one], [`${key} (other)`, message.other])
  }
  for (const [code, sentences] of Object.entries(errorSentences)) {
    for (const sentence of sentences) texts.push([code, sentence])
  }
  for (const [meaning, sentences] of Object.entries(placeMeanings)) {
    for (const sentence of sentences) texts.push([meaning, sentence])
  }
  const advices = {
    ...specificationAdvice,
    ...pathAdvice,
    ...inputAdvice,
    ...featureAdvice,
    ...linkAdvice,
    ...placeSituations,
  }
  for (const [advice, sentence] of Object.entries(advices)) {
    texts.push([advice, sentence])
  }
  return texts
}

/** The one-line sentences that stand in rows and beside fields. */
export function everySentence(): string[] {
  return everyText()
    .filter(([where]) => !where.includes('.') || /^(reason|status|error)\./.test(where))
    .map(([, text]) => text)
}
