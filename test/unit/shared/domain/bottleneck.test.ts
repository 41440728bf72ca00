import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Bottleneck,
  bottleneckOf,
  bottlenecks,
  type FlowShares,
  nothingSaid,
  sayBottleneck,
} from '../../../../src/shared/domain/bottleneck.ts'

const idle: FlowShares = { cpu: 0.05, disk: 0, limit: 0, line: 0 }

interface Case {
  readonly what: string
  readonly sender?: Partial<FlowShares>
  readonly receiver?: Partial<FlowShares>
  readonly label: Bottleneck | undefined
}

const cases: readonly Case[] = [
  { what: 'the sender waits for its limit', sender: { limit: 0.95, line: 0.9 }, receiver: { line: 1 }, label: 'limit' },
  { what: 'the receiver does', sender: { line: 0.9 }, receiver: { limit: 0.6, line: 0.4 }, label: 'limit' },
  { what: 'a limit that is seldom met', sender: { limit: 0.2, line: 0.7 }, receiver: { line: 0.9 }, label: 'network' },
  {
    what: 'reads take their time',
    sender: { disk: 0.9, line: 0.05 },
    receiver: { line: 0.95 },
    label: 'source-disk',
  },
  { what: 'writes do', sender: { line: 0.9 }, receiver: { disk: 0.8 }, label: 'target-disk' },
  { what: 'both do, writes more', sender: { disk: 0.5, line: 0.5 }, receiver: { disk: 0.8 }, label: 'target-disk' },
  { what: 'the sender computes', sender: { cpu: 0.97, line: 0.8 }, receiver: { cpu: 0.6 }, label: 'sender-cpu' },
  { what: 'the receiver computes', sender: { cpu: 0.85, line: 0.9 }, receiver: { cpu: 0.98 }, label: 'receiver-cpu' },
  { what: 'both compute', sender: { cpu: 0.97 }, receiver: { cpu: 1 }, label: 'sender-cpu' },
  { what: 'a busy processor beside a slow disk', sender: { cpu: 0.82 }, receiver: { disk: 0.7 }, label: 'target-disk' },
  { what: 'bytes leave slowly', sender: { line: 0.98 }, receiver: { line: 0.98 }, label: 'network' },
  { what: 'the sender has nothing to send', sender: {}, receiver: { line: 1 }, label: 'receiver' },
  { what: 'a bit of everything', sender: { line: 0.3, cpu: 0.4 }, receiver: { cpu: 0.4 }, label: undefined },
]

test.each(cases)('$what: $label', ({ sender, receiver, label }) => {
  expect(bottleneckOf({ ...idle, ...sender }, { ...idle, ...receiver })).toBe(label)
})

describe('before the peer has told', () => {
  test.each([
    { own: { disk: 0.9 }, label: 'source-disk' },
    { own: { limit: 0.9 }, label: 'limit' },
    { own: { cpu: 0.9 }, label: 'sender-cpu' },
    { own: { line: 1 }, label: undefined },
    { own: {}, label: undefined },
  ])('$own says $label', ({ own, label }) => {
    expect(bottleneckOf({ ...idle, ...own }, undefined)).toBe(label)
  })
})

test.each([
  { label: 'limit', sender: { limit: 0.32, line: 0.9 }, receiver: idle },
  { label: 'source-disk', sender: { disk: 0.32, line: 0.9 }, receiver: idle },
  { label: 'receiver-cpu', sender: { line: 0.9 }, receiver: { cpu: 0.65 } },
] as const)('$label is said on for longer than it takes to be said', ({ label, sender, receiver }) => {
  const shares = [
    { ...idle, ...sender },
    { ...idle, ...receiver },
  ] as const
  expect(bottleneckOf(...shares)).toBe('network')
  expect(bottleneckOf(...shares, label)).toBe(label)
})

test('whatever is measured, there is an answer, and it is one of the labels', () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true })
  const shares = fc.record({ cpu: share, disk: share, limit: share, line: share })
  fc.assert(
    fc.property(fc.option(shares, { nil: undefined }), fc.option(shares, { nil: undefined }), (sender, receiver) => {
      const label = bottleneckOf(sender, receiver)
      if (label !== undefined) expect(bottlenecks).toContain(label)
    }),
  )
})

test('another label is said once it was found twice in a row, so that it does not flicker', () => {
  const found: (Bottleneck | undefined)[] = [
    'network',
    'network',
    'limit',
    'network',
    'limit',
    'source-disk',
    'limit',
    'limit',
    undefined,
    'limit',
    undefined,
    undefined,
  ]
  let state = nothingSaid
  const said = found.map((label) => {
    state = sayBottleneck(state, label)
    return state.said
  })
  expect(said).toEqual([
    undefined,
    'network',
    'network',
    'network',
    'network',
    'network',
    'network',
    'limit',
    'limit',
    'limit',
    'limit',
    undefined,
  ])
})
