/** What a person calls each setting; the technical name stands beside it. */
const settingTitles: Readonly<Record<string, string>> = {
  transfer_mode: 'Copy or mirror',
  transfer_sync_guard: 'Guard what would be removed',
  transfer_dry_run: 'Plan only',
  transfer_links: 'Links',
  transfer_comparison: 'Compare by',
  transfer_ignore_existing: 'Skip what is there',
  transfer_include: 'Take only',
  transfer_exclude: 'Leave out',
  transfer_names: 'Names that do not fit',
  transfer_resume: 'Resume files',
  transfer_resume_limit: 'Resume files from',
  transfer_speedlimit: 'Speed limit',
  transfer_speedlimit_timetable: 'Speed limit by time',
  transfer_encryption: 'Encryption',
  transfer_attributes: 'Keep attributes',
  transfer_concurrent: 'Transfers at once',
  transfer_log: 'Write to the log',
  transfer_reserved_space: 'Keep free',
  transfer_conf: 'Tuning',
  transfer_on_conflict: 'If it is there',
  transfer_checksum: 'Checksum',
  job_max_retries: 'Retries',
  job_autoretry_delay_s: 'Wait before a retry',
  api_calls_per_second: 'Calls of scripts',
  job_archive_after_days: 'Archive after',
  job_on_missing: 'If the source is missing',
  job_done_actions: 'When done',
  job_compress_tmp_limit: 'Compress up to',
  job_compress_tmp_directory: 'Folder for compressed deliveries',
  task_bucketsize: 'Tasks in one run',
  queue_interrupt_policy: 'May interrupt',
  upload_enable: 'Uploads',
  download_enable: 'Downloads',
  share_employee_access: 'Employees may use',
  site_route_transfers: 'Route by way of hq',
  hook_conf: 'Hooks',
  mail_conf: 'E-mail',
  mail_host: 'Mail server',
  mail_port: 'Port of the mail server',
  mail_tls: 'Encryption to the mail server',
  mail_user: 'Account at the mail server',
  mail_from: 'Sender of e-mail',
  email_conf: 'E-mail of the job',
}

/** What the words of a choice mean. */
const choiceTitles: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  transfer_mode: { copy: 'Copy', onewaysync: 'Mirror, remove the rest' },
  transfer_links: {
    skip: 'Leave out',
    keep: 'Keep those that stay inside',
    'keep-all': 'Keep all',
    copy: 'Send what they lead to',
  },
  transfer_comparison: { size: 'Size', modified: 'Time' },
  transfer_ignore_existing: { file: 'Files', directory: 'Folders' },
  transfer_names: { map: 'Call them otherwise', refuse: 'Send nothing' },
  transfer_resume: { enable: 'Where they broke off', disable: 'From their start' },
  transfer_encryption: { aes128: 'AES-128', aes256: 'AES-256', none: 'None' },
  transfer_checksum: { content: 'Compare whole contents', readback: 'Read back from the disk' },
  transfer_attributes: { owner: 'Owner', group: 'Group', permissions: 'Permissions' },
  transfer_log: {
    info: 'What happens',
    warning: 'Warnings',
    files: 'Files',
    comparison: 'Comparison',
    ownership: 'Owners',
    group: 'Groups',
    permissions: 'Permissions',
  },
  transfer_on_conflict: { replace: 'Replace when different', skip: 'Leave what is there', rename: 'Keep both' },
  job_on_missing: { fail: 'Fail', ignore: 'Go on without it' },
  job_done_actions: { delete_excluded: 'Delete what is left out' },
  mail_tls: { starttls: 'STARTTLS', tls: 'TLS', none: 'None' },
  share_employee_access: { all: 'Every volume and folder', granted: 'What they are given' },
  queue_interrupt_policy: { order: 'Queues further up', priority: 'Higher priorities', never: 'Nothing' },
}

/** The name of a setting in words; its technical name where a newer Tern made it. */
export function settingTitle(name: string): string {
  return Object.hasOwn(settingTitles, name) ? (settingTitles[name] ?? name) : name
}

/** A word of a choice as a person reads it; the word itself where nothing better is known. */
export function choiceTitle(name: string, word: string): string {
  const words = Object.hasOwn(choiceTitles, name) ? choiceTitles[name] : undefined
  return words !== undefined && Object.hasOwn(words, word) ? (words[word] ?? word) : word
}
