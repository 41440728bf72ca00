import { expect, test } from 'vitest'
import { isEmail } from '../../../../src/shared/domain/email.ts'

test.each([
  ['lisa@example.com', true],
  ["Lisa.o'neil+work_2-x@mail.Example.co", true],
  ['l@a.io', true],
  ['lisa@example', false],
  ['lisa', false],
  ['@example.com', false],
  ['lisa@', false],
  ['.lisa@example.com', false],
  ['lisa.@example.com', false],
  ['li..sa@example.com', false],
  ['lisa@example..com', false],
  ['lisa@-example.com', false],
  ['lisa@example.com.', false],
  ['lisa@example.c0m', false],
  ['åsa@example.com', false],
  ['lisa @example.com', false],
  ['lisa@example.com\n', false],
  ['lisa@example.com,mia@example.com', false],
  [`${'l'.repeat(242)}@example.com`, true],
  [`${'l'.repeat(243)}@example.com`, false],
])('%j is an address: %s', (text, isOne) => {
  expect(isEmail(text)).toBe(isOne)
})
