import type { ErrorCode } from '../domain/errors.ts'
import { defineMessages } from './message.ts'

/**
 * What a person reads for each error code: what is, then what to do, in one line. Several sentences for one code: the
 * first whose placeholders are all known is taken, so the last one needs none.
 */
export const errorSentences = {
  // asking and answering
  INTERNAL: ['Something in Tern went wrong. Its log says what'],
  BAD_REQUEST: ['The other side does not understand this request. Update Tern on both sides'],
  NOT_FOUND: [
    'The site {site} has no server {name}',
    'No server of the site {site} has joined yet',
    'Nobody here has the e-mail address {email}',
    'There is no such {entity} here',
    'There is no such {kind} here',
    'There is no such {what} here',
    '{path} is not there any more',
    'It is not there any more',
  ],
  CONFLICT: [
    'Already answered by {answeredBy}',
    '{code} is taken. Choose another code',
    'It was changed elsewhere in the meantime. Look again',
  ],
  FORBIDDEN: [
    'Your account may not use {path}',
    'Your account may not use the share {share}',
    'Your account may not do this. An admin of the workspace can allow it',
  ],
  NOT_SIGNED_IN: ['Signed out of {address}. Sign in again', 'Signed out of the workspace. Sign in again'],
  BAD_CREDENTIALS: ['E-mail or password is wrong'],
  TOO_MANY_REQUESTS: [
    'Too many attempts. Try again in {retryAfterSeconds}',
    'Too many attempts. Try again in a minute',
  ],
  UNSUPPORTED: ['Tern cannot do this: {feature}', 'Tern cannot do this'],
  PROTOCOL_ERROR: [
    '{place} sent something that Tern does not accept. Check that it runs the same version',
    'The other side sent something that Tern does not accept. Check that it runs the same version',
  ],
  VERSION_MISMATCH: [
    '{place} runs another version of Tern. Update the older one',
    'The other side runs another version of Tern. Update the older one',
  ],
  // invitations and workspaces
  INVITATION_MALFORMED: ['This is not a whole invitation. Copy all of it, from tern:// on'],
  INVITATION_USED: ['This invitation was used already. Ask for a new one'],
  INVITATION_EXPIRED: ['This invitation is too old. Ask for a new one'],
  WORKSPACE_UNREACHABLE: [
    'Cannot reach {address}. Check the address and the network',
    'Cannot reach the workspace. Check the address and the network',
  ],
  WRONG_WORKSPACE: [
    'This is not the workspace {workspace}. Check its name and the address',
    'This is another workspace. Check its name and the address',
  ],
  KEY_MISMATCH: [
    '{address} is not the workspace that the invitation names. Nothing was sent. Ask who invited you',
    'This is not the workspace that the invitation names. Nothing was sent. Ask who invited you',
  ],
  KEY_CHANGED: [
    '{address} has a new key. Check it before you sign in',
    'The workspace has a new key. Check it before you sign in',
  ],
  EMAIL_TAKEN: [
    '{email} has an account here already. Sign in with it',
    'This e-mail has an account here already. Sign in with it',
  ],
  PASSWORD_WEAK: ['Choose a password of at least {minLength} characters', 'Choose a longer password'],
  // job language
  SPEC_INVALID: [
    'Write days, times and MB/s, such as mon-fri 08:00-18:00 5. {entry} is not like that',
    'This job cannot be read. Look at its JSON',
  ],
  QUERY_INVALID: ['This query cannot be read from character {position} on', 'This query cannot be read'],
  PARTY_UNKNOWN: ['Nobody and no site is called {party} here', 'The job names somebody who is not known here'],
  PATH_AMBIGUOUS: [
    '{path} could be {readings}. Write which one',
    'The path could mean several places. Write which one',
  ],
  PATH_INVALID: ['{path} is not a path that Tern can use', 'This is not a path that Tern can use'],
  STATUS_NOT_WRITEABLE: [
    'It is {current} now and cannot be set to {status}',
    'Its status cannot be changed that way now',
  ],
  NOTHING_TO_SEND: ['There is nothing to send: every file is left out by a filter or a choice'],
  DUPLICATE_TASK: ['{source} is already part of this job', 'It is already part of this job'],
  // this machine
  INPUT_UNREADABLE: ['{path} cannot be read', 'The input cannot be read'],
  PATH_NOT_GRANTED: [
    'Nobody allowed Tern to use {path}. Drop it on the window or choose it',
    'Nobody allowed Tern to use this place. Drop it on the window or choose it',
  ],
  CONSENT_NEEDED: ['{userName} has not allowed {path} yet', 'The owner of the computer has not allowed it yet'],
  CONSENT_REFUSED: ['{userName} refused: {text}', '{userName} refused it', 'The owner of the computer refused it'],
  TOKEN_UNKNOWN: ['Tern no longer knows what was chosen. Choose it again'],
  VOLUME_HOLDS_DATA: [
    '{path} holds the data of the workspace itself. Choose another folder',
    'The folder holds the data of the workspace itself. Choose another',
  ],
  DATA_IN_USE: [
    'Another Tern is using {path}. Stop that one first',
    'Another Tern is using these data. Stop that one first',
  ],
  CERTIFICATE_INVALID: [
    'The certificate {path} cannot be used. Choose another',
    'The certificate cannot be used. Choose another',
  ],
  ADDRESS_UNUSABLE: [
    'Nobody can be answered at {address}. Choose another',
    'Nobody can be answered at this address. Choose another',
  ],
  KEYRING_ABSENT: ['This computer has no keyring, so Tern asks for the password at each start'],
  KEYRING_LOCKED: ["The keyring is locked. Unlock it in the system's window"],
  KEYRING_DENIED: ['The system did not let Tern use the keyring. Allow it, or sign in at each start'],
  STORE_TOO_NEW: ['A newer Tern wrote these data. Install the newer version'],
  STORE_CORRUPT: [
    '{path} cannot be read. Tern kept it and starts without it',
    'A file of Tern cannot be read. Tern kept it and starts without it',
  ],
  PROCESS_LOST: [
    'A part of Tern stopped {crashes} times and is not started again. Its log says why',
    'A part of Tern stopped and is starting again. Nothing is lost',
  ],
  // files
  SOURCE_NOT_FOUND: ['{path} is not there', 'The source is not there'],
  SOURCE_CHANGED: ['{path} was changed while reading', 'Source was changed while reading'],
  SOURCE_UNREADABLE: ['{place} may not read {path}', '{path} may not be read', 'The source may not be read'],
  SPECIAL_FILE: ['{path} is a link or a device, not a file', 'It is a link or a device, not a file'],
  NAME_NOT_ALLOWED: [
    '{place} cannot hold the name {path}. Rename it where it comes from',
    'This disk cannot hold the name {path}. Rename it where it comes from',
    'This disk cannot hold the name {name}. Rename it where it comes from',
    'This disk cannot hold the name. Rename it where it comes from',
  ],
  NAME_COLLISION: [
    '{path} and {other} are one name on this disk',
    '{path} and another name are one name on this disk',
    'Two names are one name on this disk',
  ],
  NAME_MAPPED: [
    '{path} is called {name} there, since the disk cannot hold its name. Sent back from there it has its own again',
    'It is called otherwise there, since the disk cannot hold its name. Sent back from there it has its own again',
  ],
  PATH_ESCAPES_ROOT: [
    '{path} leads out of its folder, so nothing was touched',
    'The path leads out of its folder, so nothing was touched',
  ],
  LINK_IN_PATH: [
    '{path} goes through a link, which Tern does not follow',
    'The path goes through a link, which Tern does not follow',
  ],
  FOLDER_OVER_FILE: ['{path} is a file there, not a folder', 'A file stands where a folder should go'],
  FILE_EXISTS: [
    '{path} is there already. Choose another name',
    'Something of that name is there already. Choose another name',
  ],
  SYNC_GUARD: [
    '{count} of {total} files and folders at the destination would be deleted. Check the source, or send it with transfer_sync_guard=false',
    'Much at the destination would be deleted. Check the source, or send it with transfer_sync_guard=false',
  ],
  FOLDER_NOT_EMPTY: [
    '{folder} holds other things already. Name a folder that is new or empty',
    '{path} is not empty. Delete it with force',
    'The folder is not empty. Delete it with force',
  ],
  STORAGE_SLOW: ['The storage did not answer in time. Ask for less at once'],
  TARGET_BUSY: ['Another transfer is writing {path}', 'Another transfer is writing the same place'],
  TARGET_LOCKED: ['Locked by another program'],
  TARGET_NOT_WRITABLE: [
    '{place} may not write to {path}',
    '{path} may not be written',
    'The folder may not be written',
  ],
  DISK_FULL: [
    '{place} keeps {reservedBytes} free (transfer_reserved_space), {neededBytes} more needed',
    'The disk keeps {reservedBytes} free (transfer_reserved_space), {neededBytes} more needed',
    '{places} disk is full, {neededBytes} more needed',
    '{places} disk is full',
    'The disk is full, {neededBytes} more needed',
    'The disk is full',
  ],
  DRIVE_GONE: [
    'The drive {drive} is not connected',
    'The drive of {path} is not connected',
    'The drive is not connected',
  ],
  IO_ERROR: [
    'Port {port} is taken by another program. Choose another',
    '{places} disk reports an error at {path}',
    'The disk reports an error at {path}',
    'The disk reports an error',
  ],
  INTEGRITY: ['{path} arrived damaged and was not kept', 'Data arrived damaged and were not kept'],
  // peers
  PEER_UNREACHABLE: ['Cannot connect to {peer}', 'Cannot connect to the other side'],
  PEER_LOST: ['The connection to {peer} broke', 'The connection broke'],
  PEER_REFUSED: ['{peer} refused the connection', 'The other side refused the connection'],
  PEER_KEY_MISMATCH: [
    '{name} has a new key. Check it before sending',
    '{peer} has a new key. Check it before sending',
    'The other side has a new key. Check it before sending',
  ],
  TICKET_INVALID: ['The permission for this transfer ran out'],
  STALLED: ['No data for 60 s'],
  LIMIT_EXCEEDED: ['More than {limit} {what}', 'Larger than Tern accepts'],
  FENCED: ['Another run of this transfer took over'],
} as const satisfies Record<ErrorCode, readonly [string, ...string[]]>

/** What is wrong with a path, where the notation knows better than "not a path". */
export const pathAdvice = {
  'party-missing': '{path}: name a party before the colon, or leave the colon out',
  'user-invalid': '{path}: write an e-mail address or an id behind user=',
  'site-invalid': '{path}: write the code of a site behind site=',
  'client-invalid': '{path}: write the id of a client behind client=',
  'workspace-invalid': '{path}: write the code of a workspace behind workspace=',
  'zero-byte': 'The path has a zero byte in it',
  'drive-relative': '{path}: write a slash behind the drive letter',
  'unc-incomplete': '{path}: name a computer and a share behind the two slashes',
  'share-missing': '{path}: name the share behind the equals sign',
  'absolute-needed': '{path}: write the whole path, from the drive or the first slash on',
  'not-absolute': '{path}: write the whole path, from the drive or the first slash on',
  'not-relative': '{path}: write the path without a slash at its start',
  'share-itself': 'A share itself is not renamed, moved or deleted this way',
  'holds-share': '{path} holds another share, which would be lost. Move what is in it instead',
  'other-folder': '{path} is in another folder. Move it instead',
  'into-itself': '{path} lies in the folder that would be moved',
  'no-volume': '{path} lies on no share of this workspace',
  'not-at-site': 'The site {site} does not have the share {share}. Name a site that has it',
  climbs: '{path}: leave out the dots that lead upwards',
  device: '{path} names a device. Write the path of a file or folder',
  'too-long': 'This path is longer than Tern can use: {path}',
  'party-too-long': 'What stands before the colon is too long: {path}',
  'sequence-range': '{path}: write the range as [100-167] or [1-10,20,30-40x2]',
  'sequence-reversed': '{path}: write the smaller number of the range first',
  'sequence-negative': '{path}: leave the minus out, numbers start at 0',
  'sequence-step': '{path}: write a step of 1 or more behind the x',
} as const

/** What a link was, that was not sent; without a reason it is one that `transfer_links` does not take. */
export const linkAdvice = {
  'left-out': '{path} is a link and was left out (transfer_links)',
  'leads-out': '{path} is a link that leads outside and was left out',
  circle: '{path} is a link to a folder that it lies in and was left out',
  broken: '{path} is a link to something that is not there and was left out',
} as const

/** Why a file that was named on the command line cannot be used. */
export const inputAdvice = {
  missing: '{path} is not there. Check its name',
  folder: '{path} is a folder. Name a file in it',
  unreadable: '{path} may not be read. Check its permissions',
  'too-large': '{path} is larger than {limitBytes}, which is more than Tern reads',
  encoding: '{path} is not a text in UTF-8. Save it as UTF-8',
  empty: '{path} is empty',
  'no-terminal': '{path} is asked for at a terminal. Here, add --password-stdin',
  different: '{path} was not the same twice. Try again',
} as const

/** What is wrong with a request, where its sender can put it right. */
export const requestAdvice = {
  'no-key': 'Sign in with an e-mail address and an API key',
  'api-key': 'E-mail or API key is wrong',
  envelope: 'The request is not the JSON object that is expected here',
  uri: 'The request does not name what it asks for, in uri',
  workspace: 'workspace is not a text',
  domain: 'domain is not a text',
  query: 'query is not a text',
  id: 'id is not an id',
  data: 'data is not what is expected here, an object with something in it',
  'id-missing': 'The request does not say which one is meant, in id',
  boolean: '{jsonPath}: write true or false',
  text: '{jsonPath}: write a text in quotes',
  count: '{jsonPath}: write a whole number, 0 or more',
  names: '{jsonPath}: write a list of names',
  record: '{jsonPath}: write an object in braces',
  list: 'Write a list of objects into data, one for each task',
  'task-parent': 'Say whose tasks are meant: give the id of the job',
  'task-name': 'Say which task is meant, by its id or its uri',
  'not-one-of': '{jsonPath}: write one of {allowed}',
  'wrong-type': '{jsonPath}: write a value of the kind {allowed}',
  'too-much': '{jsonPath}: more than {limit} is not possible',
  'too-little': '{jsonPath}: less than {limit} is not possible',
  malformed: '{jsonPath} is not written as it is expected here',
  unknown: '{jsonPath}: nothing here is called {name}',
  op: 'Say in op what to do, such as ls, exists, mkdir or rename',
  path: 'Say in path which file or folder is meant',
  'entity-type': 'Nothing is called {entity} here. Known are {allowed}',
  'not-editable': '{attribute} of a {entity} cannot be changed. What can be is: {allowed}',
  gz_data: 'gz_data is not JSON that was packed with gzip and written in base64',
  percent: 'The address is not percent-encoded UTF-8',
  key: 'An object has a key that nothing here is called',
  json: 'The request is not valid JSON',
  'too-deep': 'The request is nested too deep',
  http: 'This is not a request that can be understood',
  slow: 'The request took too long to arrive',
} as const

export const nameLikeDate = '{name} looks like a date and is none, which scripts cannot read. Choose another name'

/** What to do instead, for what can be written but not done. */
export const featureAdvice = {
  'task-delete': 'Tasks are not deleted, so that it can be seen what happened. Set the status excluded instead',
  'mapped-share': "Shares on a person's computer are not known. Write the whole path there, or leave it out",
  'move-across-drives': 'The two places are on different drives. Send it from one to the other instead',
  'move-across-volumes': 'The two places are on different volumes. Send it from one to the other instead',
  'move-across-servers': 'The two places are on different servers. Send it from one to the other instead',
  'collection-in-collection': 'A collection holds files and folders of shares, not those of other collections',
  'collection-of-site': 'A collection holds files of the main site only',
  'collection-destination': 'A collection is only read from. Send to a share',
  'files-of-person': "Files on a person's computer can be sent, not looked at",
  'three-part-destination': 'Write one party and one path. By way of a share and on to a person takes two jobs',
} as const

export const roleNeeded = {
  admin: 'Only an admin may do this. Ask an admin of the workspace',
  employee: 'Only an employee or an admin may do this. Ask an admin of the workspace',
} as const

export const partyWithoutMachine = '{party} has no computer in this workspace yet'

/** Labels of what can be done about an error. */
export const errors = defineMessages({
  'error.action.retry': 'Retry',
  'error.action.tryNow': 'Try now',
  'error.action.signIn': 'Sign in…',
  'error.action.compareKeys': 'Compare keys…',
  'error.action.chooseAnother': 'Choose another…',
  'error.action.look': 'Look…',
  'error.action.unlock': 'Try again',
})
