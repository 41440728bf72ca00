import type { PlaceMeaning } from '../domain/meaning/explain-place.ts'

/**
 * What a notation means, as the end of "Meant is …". Several for one meaning: the first whose placeholders are all known
 * is taken, so the last one needs no path.
 */
export const placeMeanings = {
  share: ['{path} on the {kind} {share} at {site}', 'the {kind} {share} at {site}'],
  'home-of-person': ['{path} in the home of {person}', 'the home of {person}'],
  'own-home': ['{path} in the home of whoever asks', 'the home of whoever asks'],
  'default-volume': ['{path} on the default volume at {site}', 'the default volume at {site}'],
  'share-if-named': [
    'if {share} is the code of a share: {path} on it at {site}',
    'if {share} is the code of a share: all of it at {site}',
  ],
  'volume-of-path': ['{path} on the volume at {site} whose folder it begins with'],
  mirrored: ['the same path below the same share at {site}'],
  'own-machine': ['{path} on the computer that asks'],
  'machine-of-person': ['{path} on the computer {host} of {person}', '{path} on the computer of {person} seen last'],
  machine: ['{path} on the computer {client}'],
  'chosen-location': [
    '{path} below the folder that {person} will choose',
    '{path} below the folder that whoever asks will choose',
    'the folder that {person} will choose',
    'the folder that whoever asks will choose',
  ],
  'location-of-recipients': [
    'in a job with recipients: {path} below the folder that each of them will choose',
    'in a job with recipients: the folder that each of them will choose',
  ],
  'refused-ambiguous': ['nothing, when no volume holds {path} or volumes hold both ends: write the party before it'],
  'refused-source-path-missing': ['nothing: a source needs the path of a file or folder'],
  'refused-source-not-absolute': ["nothing: on a person's computer a source needs its whole path"],
  'refused-mapped-share': ["nothing yet: Tern knows no shares on a person's computer"],
} as const satisfies Record<PlaceMeaning, readonly [string, ...string[]]>

export const placeSituations = {
  source: 'As a source',
  destination: 'As a destination',
  'source-site': 'As a source towards a site',
  'source-person': 'As a source towards a person',
  'destination-site': 'As a destination of what comes from a site',
  'destination-person': "As a destination of what comes from a person's computer",
  operator: 'asked by an admin or employee',
  standard: 'asked by a standard user',
  into: 'the item keeps its name beneath it',
  as: 'the item gets this name, or goes beneath it when it is a file and a folder is there',
} as const
