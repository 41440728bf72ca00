import { describe, expect, it } from 'vitest'
import { desktopEntryText } from '../../../src/main/app/desktop-entry.ts'
import { argumentsOf, invitationIn } from '../../../src/main/app/links.ts'

const hash = 'ab'.repeat(32)
const link = `tern://join/studio.example.com:7443/${hash}/7KQ2-x_9`

describe('links', () => {
  it('finds an invitation among the arguments', () => {
    expect(invitationIn(['/usr/bin/tern', '--hidden', link])).toBe(link)
  })

  it.each([
    'tern://join/',
    `tern://open/studio.example.com/${hash}/x`,
    `tern://join/studio.example.com/${hash}`,
    `tern://join/studio.example.com/short/x`,
    `tern://join/a b/${hash}/x`,
    `${link}${'x'.repeat(1000)}`,
    `https://join/studio.example.com/${hash}/x`,
  ])('ignores %s', (text) => {
    expect(invitationIn([text])).toBeUndefined()
  })
})

describe('a second start', () => {
  it('tells its own arguments', () => {
    expect(argumentsOf({ argv: ['tern', link] }, ['reordered'])).toEqual(['tern', link])
    expect(argumentsOf({ argv: [1] }, ['reordered'])).toEqual(['reordered'])
    expect(argumentsOf(null, ['reordered'])).toEqual(['reordered'])
  })
})

describe('start at login', () => {
  it('quotes as the desktop entry specification asks', () => {
    const entry = desktopEntryText(['/opt/My "Apps"/tern', '100%', '--hidden'])
    expect(entry).toContain('Exec="/opt/My \\"Apps\\"/tern" "100%%" "--hidden"\n')
  })
})
