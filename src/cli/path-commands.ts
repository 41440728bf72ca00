import { type Command, Option } from 'commander'
import { nowMs } from '../platform/clock.ts'
import { explainPlace } from '../shared/domain/meaning/explain-place.ts'
import { type PlaceOptions, type PlaceReference, parsePlace, printPlace } from '../shared/domain/notation/notation.ts'
import { placeDoubt } from '../shared/domain/notation/place-doubts.ts'
import { expandSequence, memberCount, parseSequence, printSequence } from '../shared/domain/sequences/sequences.ts'
import { placeSentence, say } from '../shared/words/index.ts'
import { placeDoubtSentence } from '../shared/words/specification.ts'
import { addKnownCodes, type KnownCodes, placeOptions } from './known-codes.ts'
import { needsQuotes } from './needs-quotes.ts'
import { printJson } from './print-json.ts'
import { type Act, exitCodes } from './terminal.ts'

type Side = 'source' | 'destination'

/** `tern path …` */
export function addPathCommands(program: Command, act: Act): void {
  const path = program.command('path').description(say('cli.path'))
  addKnownCodes(needsQuotes(path.command('explain')))
    .description(say('cli.path.explain'))
    .argument('<place>', say('cli.path.explain.place'))
    .addOption(new Option('--as <side>', say('cli.path.explain.as')).choices(['source', 'destination']))
    .action((text: string, { as: side, ...known }: KnownCodes & { readonly as?: Side }) =>
      act(async (terminal) => {
        const options = { ...placeOptions(known), ...(side && { role: side }) }
        const place = parsePlace(text, options)
        const note = noteOn(text, place, options, known)
        if (note !== undefined) await terminal.stderr.write(`${say('cli.warning', { text: note })}\n`)
        await printJson(terminal.stdout, explained(text, place, side))
        return exitCodes.done
      }),
    )
}

function noteOn(text: string, { party }: PlaceReference, options: PlaceOptions, known: KnownCodes): string | undefined {
  const doubt = placeDoubt(text, options)
  if (doubt) return placeDoubtSentence(doubt, text)
  if (party.kind !== 'workspace' || party.code === known.workspace) return undefined
  return say('cli.path.workspace-assumed', { code: party.code })
}

function explained(text: string, place: PlaceReference, side: Side | undefined) {
  const readings = explainPlace(place).filter((reading) => side === undefined || reading.side === side)
  return {
    text,
    canonical: printPlace(place),
    party: place.party,
    path: place.path,
    trailingSlash: place.hasTrailingSlash,
    sequence: place.path.kind === 'omitted' || side === 'destination' ? undefined : sequenceIn(place.path.path),
    readings: readings.map((reading) => ({ ...reading, sentence: placeSentence(reading, { nowMs: nowMs() }) })),
  }
}

/** Undefined for the path of one file. Nothing looks at a disk here, where a file with just this name would be meant. */
function sequenceIn(path: string) {
  const sequence = parseSequence(path)
  if (sequence === undefined) return undefined
  const { folder, prefix, suffix, width, ranges } = sequence
  return {
    canonical: printSequence(sequence),
    folder,
    prefix,
    suffix,
    width,
    ...(ranges && { ranges, members: memberCount(sequence), first: expandSequence(sequence).next().value }),
  }
}
