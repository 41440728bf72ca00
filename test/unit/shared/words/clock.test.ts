import { expect, test } from 'vitest'
import { formatClock, formatClockOnly } from '../../../../src/shared/words/clock.ts'

const nowMs = Date.UTC(2026, 10, 21, 14, 32)

test.each([
  ['today', Date.UTC(2026, 10, 21, 4, 2), 'UTC', '04:02'],
  ['midnight', Date.UTC(2026, 10, 21), 'UTC', '00:00'],
  ['yesterday', Date.UTC(2026, 10, 20, 14, 2), 'UTC', '20 Nov 14:02'],
  ['last year', Date.UTC(2025, 10, 20, 14, 2), 'UTC', '20 Nov 2025'],
  ['today there, yesterday here', Date.UTC(2026, 10, 20, 20, 0), 'Asia/Tokyo', '05:00'],
  ['yesterday there, today here', Date.UTC(2026, 10, 21, 3, 0), 'America/New_York', '20 Nov 22:00'],
])('%s', (_case, epochMs, timeZone, text) => {
  expect(formatClock(epochMs, { nowMs, timeZone })).toBe(text)
})

test('logs have seconds', () => {
  expect(formatClockOnly(Date.UTC(2026, 10, 21, 4, 2, 9), 'UTC')).toBe('04:02:09')
})
