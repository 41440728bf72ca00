import { useEffect, useState } from 'react'
import type { MeasuredItems, PickedItem } from '../../../shared/contract/view.ts'
import { sentenceOf } from '../../app/perform.ts'
import { call } from '../../bridge/bridge.ts'

export interface Measured {
  readonly sum: { readonly files: number; readonly bytes: number } | undefined
  readonly byToken: ReadonlyMap<string, MeasuredItems['items'][number]>
  readonly isMeasuring: boolean
  readonly problem: string | undefined
}

const nothing: Measured = { sum: undefined, byToken: new Map(), isMeasuring: false, problem: undefined }

/** Sizes of what is to be sent; sending does not wait for them. */
export function useMeasured(items: readonly PickedItem[]): Measured {
  const [measured, setMeasured] = useState<Measured>(nothing)
  useEffect(() => {
    if (items.length === 0) {
      setMeasured(nothing)
      return
    }
    let isCurrent = true
    setMeasured((before) => ({ ...before, isMeasuring: true }))
    call('send.measure', { tokens: items.map((item) => item.token) }).then(
      ({ files, bytes, items: each }) => {
        if (!isCurrent) return
        const byToken = new Map(each.map((item) => [item.token, item]))
        setMeasured({ sum: { files, bytes }, byToken, isMeasuring: false, problem: undefined })
      },
      (thrown: unknown) => {
        if (isCurrent) setMeasured({ ...nothing, problem: sentenceOf(thrown) })
      },
    )
    return () => {
      isCurrent = false
    }
  }, [items])
  return measured
}
