import { expect, test } from 'vitest'
import { digestKeyOf, laneProof, sessionSecret, ticketKeyOf } from '../../../../src/engine/transport/proofs.ts'

const key = new Uint8Array(32).fill(1)
const exporter = new Uint8Array(32).fill(2)
const subject = { transferId: 'abc', epoch: 5, role: 'send', lane: 1, attempt: 0 } as const

test('the wire is a promise: these proofs may never change', () => {
  expect(laneProof(key, subject, exporter).toString('hex')).toBe(
    '0ade179e8813f85e02111bfbbb5105cb1eaa51336f577d139e9056c18f90dacf',
  )
  expect(sessionSecret(key, 'abc', 5, exporter).toString('hex')).toBe(
    'ca1b1a33511ad0b93e98e146ce3717892e563493ef8482b339c48f2ee615685c',
  )
  expect(digestKeyOf(key).toString('hex')).toBe('9e8e8272b34f7807b633bd8ca4cf1bf7')
})

test.each([
  { what: 'key', proof: laneProof(new Uint8Array(32), subject, exporter) },
  { what: 'connection', proof: laneProof(key, subject, new Uint8Array(32)) },
  { what: 'transfer', proof: laneProof(key, { ...subject, transferId: 'abd' }, exporter) },
  { what: 'epoch', proof: laneProof(key, { ...subject, epoch: 6 }, exporter) },
  { what: 'role', proof: laneProof(key, { ...subject, role: 'receive' }, exporter) },
  { what: 'lane', proof: laneProof(key, { ...subject, lane: 2 }, exporter) },
  { what: 'attempt', proof: laneProof(key, { ...subject, attempt: 1 }, exporter) },
])('a proof for another $what is another proof', ({ proof }) => {
  expect(proof.equals(laneProof(key, subject, exporter))).toBe(false)
})

test.each(['', 'short', 'A'.repeat(60)])('a ticket of the wrong length is none: %s', (ticket) => {
  expect(() => ticketKeyOf(ticket)).toThrow('TICKET_INVALID')
})
