import { defineMessages } from './message.ts'

/** What the command line says of itself. Commands and file formats keep their own names. */
export const cli = defineMessages({
  'cli.tern': 'Moves large files between people, workstations and sites.',
  'cli.help-hint': 'Add --help to see what can be said here.',
  'cli.quotes-missing': 'error: put all of it into one pair of quotes',
  'cli.warning': 'Note: {text}',
  'cli.answer-lost': 'The answer could not be written ({system}).',
  'cli.more-mistakes': 'There are more mistakes behind these.',
  'cli.job': 'transfer jobs',
  'cli.job.check': 'check a job specification and print it in its normal form',
  'cli.job.check.file': 'a JSON file, or - for standard input',
  'cli.job.schema': 'print the JSON Schema of job specifications, for editors',
  'cli.known.workspace': 'this word is the code of the workspace',
  'cli.known.site': 'this word is the code of a site; may be given several times',
  'cli.input.stdin': 'standard input',
  'cli.path': 'the notation <party>:<path>',
  'cli.path.explain': 'tell how a place is read and what it can mean',
  'cli.path.explain.place': 'for example lisa@example.com:renders/ or share=projects/a.mov',
  'cli.path.explain.as': 'read it as one side of a transfer',
  'cli.path.workspace-assumed': '{code} is read as the code of the workspace. If it is a site, add --site {code}',
  'cli.query': 'the query language of the workspace',
  'cli.query.explain': 'tell how a query is read and what it asks the database for',
  'cli.query.explain.query': "for example 'Transfer WHERE status=failed AND user=lisa@example.com'",
})
