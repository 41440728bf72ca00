import type { transferConfKeys } from '../domain/settings/setting-conf.ts'
import type { SettingName } from '../domain/settings/settings.ts'

/** What each setting does, in one line. */
export const settingHelp = {
  transfer_mode: 'Copy, or make the destination the same as the source and delete what is extra there',
  transfer_sync_guard:
    'Delete nothing when the source is empty, or when more than half of what is there, and over ten, would go',
  transfer_dry_run: 'Compare only: tell what would be created, replaced and deleted, and write nothing',
  transfer_comparison: 'What makes a file at the destination different, so that it is sent again',
  transfer_ignore_existing: 'Leave files or folders as they are when they exist at the destination',
  transfer_on_conflict: 'What to do when another file of the same name stands at the destination',
  transfer_include: 'Names to send; everything when empty',
  transfer_exclude: 'Names to leave out',
  transfer_links: 'Leave links out, keep those that stay inside, keep all, or send what they lead to in the same root',
  transfer_names:
    'Call files otherwise whose names the destination cannot hold, and tell it, or fail before anything is sent',
  transfer_resume: 'Go on with a file where it broke off, or begin it anew',
  transfer_resume_limit: 'Smaller files begin anew; -1 resumes all',
  transfer_speedlimit: 'The most that a transfer may take of the line; empty or -1 for no limit',
  transfer_speedlimit_timetable: 'Speed limits by day and time, such as mon-fri 08:00-18:00 5',
  transfer_encryption: 'Encryption on the way',
  transfer_checksum: 'What is verified beyond the digests that every transfer checks',
  transfer_attributes: 'What to keep of a file besides its time, between systems that know it',
  transfer_concurrent: 'Transfers that one computer runs at once with another',
  transfer_log: 'What the log of a task tells',
  transfer_reserved_space: 'Space that stays free on the disk of the destination; -1 to use all of it',
  transfer_conf:
    'Tern finds buffers and disk access by itself; sockets is the most that it opens, umask holds for what is new',
  job_max_retries: 'How often a job that failed is tried again by itself',
  job_autoretry_delay_s: 'Time before the first retry; doubled for each one after it',
  api_calls_per_second: 'How many calls a second each API key may make; twice as many at once',
  job_archive_after_days: 'When jobs that are finished leave the list for the archive',
  job_on_missing: 'Fail when a source is missing, or count it as done',
  job_done_actions: 'What to do at the destination once the job is done',
  job_compress_tmp_limit: 'Largest delivery that is packed into one file for a browser',
  job_compress_tmp_directory: 'Where packed deliveries are kept',
  task_bucketsize: 'Tasks in one run; 0 for as many as fit',
  queue_interrupt_policy: 'Which waiting jobs may interrupt a running one',
  upload_enable: 'Whether anything may be sent to the sites of the workspace',
  download_enable: 'Whether anything may be fetched from the sites of the workspace',
  share_employee_access: 'Whether employees may use every volume and folder, or what they are given like others',
  site_route_transfers: 'Whether transfers between two sites go by way of the main one',
  hook_conf: 'Programs to run when something happens, as JSON',
  mail_conf: 'Who gets e-mail about what, as JSON',
  mail_host: 'The server that sends e-mail; none is sent when empty',
  mail_port: 'The port of that server',
  mail_tls: 'How the line to it is encrypted: from its first greeting, from the start, or not at all',
  mail_user: 'The account there, with a password that is set apart and never shown; none when empty',
  mail_from: 'The address that mails come from; the account when empty',
  email_conf: 'Who gets e-mail about what, other than in the workspace, as JSON',
} as const satisfies Record<SettingName, string>

/** Settings that Tern adds to those of the job language; on screen they are settings like others. */
export const ownSettings: ReadonlySet<SettingName> = new Set([
  'transfer_links',
  'transfer_sync_guard',
  'transfer_dry_run',
  'transfer_checksum',
])

/** Where Tern does something else than the name or the value says. */
export const settingDifference: Partial<Record<SettingName, string>> = {
  transfer_mode: 'What is extra goes last: once everything is in place, and not at all when anything failed',
  transfer_ignore_existing:
    'A folder counts as there if it was before the job began, so that a retry goes on with what it has made',
  transfer_links: 'Kept links take the place of links alone and are never followed',
  transfer_dry_run: 'The log of the job holds the plan',
  transfer_resume: 'With disable, blocks of an older version of the file are not used either',
  transfer_resume_limit: 'Files of every size go on where they broke off, unless somebody sets a limit',
  transfer_checksum: 'Content compares the blocks of files that would be replaced, whatever their size and time',
  transfer_attributes: 'Owners only where Tern runs as root; set-id and sticky bits are never taken over',
  transfer_log: 'Failures are always told; of the rest the first 200 names of each run',
  transfer_speedlimit:
    'The sender keeps it, for each run by itself and never below 1 kB/s; set for a client it holds over all of its runs',
  transfer_encryption:
    'The side that dials offers no other cipher, where its TLS library takes the choice; none encrypts as well',
}

/** What Tern makes of each key of `transfer_conf`. */
export const transferConfEffect: Readonly<Record<keyof typeof transferConfKeys, string>> = {
  io_buffer_size: 'None: buffers follow the sizes of files',
  sockets: 'The most data connections of a run, up to 16; without it as many as help',
  socket_buffer_size: 'None: the system finds it',
  disk_readers: 'None: files are read as lanes ask for them',
  disk_writers: 'None: files are written as they come',
  nolock: 'None: no file is locked, and one that another program holds is waited for',
  notmp: 'Refused when true',
  nodelay: 'None: always so',
  umask: 'Permissions that new files and folders do not get; `permissions` in `transfer_attributes` goes over it',
}
