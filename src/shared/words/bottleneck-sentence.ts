import type { Bottleneck } from '../domain/bottleneck.ts'
import type { PresentedPlace } from '../domain/presentation.ts'
import { formatLimit } from '../domain/units/units.ts'
import { say } from './catalogue.ts'

interface FoundBottleneck {
  readonly bottleneck: Bottleneck
  /** Of a limit, where it is known. */
  readonly limitBytesPerSecond?: number
}

/** What holds a transfer up, named as the person at this computer knows it. */
export function bottleneckSentence(
  { bottleneck, limitBytesPerSecond }: FoundBottleneck,
  { from, to }: { readonly from: PresentedPlace; readonly to: PresentedPlace },
): string {
  switch (bottleneck) {
    case 'limit':
      return limitBytesPerSecond === undefined
        ? say('bottleneck.limit')
        : say('status.limited', { speed: formatLimit(limitBytesPerSecond) })
    case 'source-disk':
      return at(from, 'disk')
    case 'target-disk':
      return at(to, 'disk')
    case 'sender-cpu':
      return at(from, 'processor')
    case 'receiver-cpu':
      return at(to, 'processor')
    case 'network':
      return say('bottleneck.network')
    case 'receiver':
      return say('bottleneck.receiver', { name: to.kind === 'here' ? say('app.thisComputer') : to.name })
  }
}

function at(place: PresentedPlace, what: 'disk' | 'processor'): string {
  return place.kind === 'here' ? say(`bottleneck.${what}.here`) : say(`bottleneck.${what}`, { name: place.name })
}
