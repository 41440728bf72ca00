import type { WireClient, WireOptions } from '../wire/wire-client.ts'
import { compactJson } from './compact-json.ts'
import type { Mask } from './masked.ts'

type Verb = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** Sends envelopes, and remembers what was asked and answered, ready for the page. */
export class WireExamples {
  readonly #mask: Mask
  readonly #texts = new Map<string, string>()

  constructor(mask: Mask) {
    this.#mask = mask
  }

  of(route: string): string | undefined {
    return this.#texts.get(route)
  }

  /** The first call of a route is the one that is shown. A refusal is shown too, where it is what is wanted. */
  // biome-ignore lint/suspicious/noExplicitAny: an answer of any shape
  async call(wire: WireClient, verb: Verb, uri: string, options: WireOptions = {}, isRefused = false): Promise<any> {
    const { body } = await wire.event(verb, uri, options)
    if ('message' in body !== isRefused) throw new Error(`${verb} ${uri}: ${JSON.stringify(body)}`)
    const route = `${verb} ${uri}`
    if (!this.#texts.has(route)) {
      const { data, query, id } = options
      const asked = compactJson(this.#mask.of({ uri, data, query, id }))
      this.#texts.set(route, `${verb}\n${asked}\n\n${compactJson(this.#mask.of(body))}`)
    }
    return body.result
  }
}
