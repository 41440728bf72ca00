export interface PathExample {
  readonly document: 'transfers' | 'specification'
  readonly section: string
  readonly printed: string
  /** How Tern prints the same place. */
  readonly canonical: string
}

const raw = String.raw

/** Parties and paths that stand in the documents' prose and tables; those inside jobs are found in the jobs. */
export const pathExamples: readonly PathExample[] = [
  ...of('transfers', 'Query', [
    ['user:6676f3e9c7ef4e27da254e57', 'user=6676f3e9c7ef4e27da254e57'],
    ['workspace:6645fbca9f8c4d3e7a3b678d', '6645fbca9f8c4d3e7a3b678d:'],
  ]),
  ...of('transfers', 'Create', [
    [
      'client=664f53b16aa9149860da9d9c:/Volumes/EDIT/from_client',
      'client=664f53b16aa9149860da9d9c:/Volumes/EDIT/from_client',
    ],
  ]),
  ...of('transfers', 'Tasks: a task', [
    ['/Users/john/Downloads/A001_C011_09187Ia.mov', '/Users/john/Downloads/A001_C011_09187Ia.mov'],
    ['A001_C011_09187Ia.mov', 'A001_C011_09187Ia.mov'],
    [raw`X:\A001_C011_09187Ia.mov`, 'X:/A001_C011_09187Ia.mov'],
  ]),
  ...of('specification', 'Party and path notation: parties', [
    ['workspace', 'workspace=workspace:'],
    ['john@example.com', 'john@example.com'],
    ['berlin', 'site=berlin'],
    ['site=berlin', 'site=berlin'],
    ['hq', 'site=hq'],
  ]),
  ...of('specification', 'Party and path notation: paths', [
    [raw`C:\Users\john\Desktop\image.png`, 'C:/Users/john/Desktop/image.png'],
    ['/Volumes/projects/reference.tif', '/Volumes/projects/reference.tif'],
    ['share=projects/reference.tif', 'share=projects/reference.tif'],
    ['share=john@example.com/UPLOAD/test.abc', 'share=john@example.com/UPLOAD/test.abc'],
    ['myproject/reference.jpg', 'myproject/reference.jpg'],
    ['share=projects/myproject/reference.jpg', 'share=projects/myproject/reference.jpg'],
    ['racing2019_grade/test.abc', 'racing2019_grade/test.abc'],
  ]),
  ...of('specification', 'Send a file to a user', [
    ['/projects/lfm/114/290/lfm_114_290.jpg', '/projects/lfm/114/290/lfm_114_290.jpg'],
    ['/projects', '/projects'],
    ['projects/lfm/114/290/', 'projects/lfm/114/290/'],
  ]),
  ...of('specification', 'Upload to home share', [
    ['/Users/john/Desktop/delivery', '/Users/john/Desktop/delivery'],
    ['quicktimes', 'quicktimes'],
  ]),
  ...of('specification', 'Download from user share', [
    ['20180413/script_v001.pdf', '20180413/script_v001.pdf'],
    [raw`C:\Users\John\Download\tern`, 'C:/Users/John/Download/tern'],
  ]),
  ...of('specification', 'Upload to share', [['from_john/20180413', 'from_john/20180413']]),
  ...of('specification', 'Notes: from the command line', [
    ['myworkspace:/projects/lfm/114/290/lfm_114_290.jpg', 'myworkspace:/projects/lfm/114/290/lfm_114_290.jpg'],
    ['john@example.com:projects/lfm/114/290/lfm_114_290.jpg', 'john@example.com:projects/lfm/114/290/lfm_114_290.jpg'],
  ]),
]

function of(
  document: PathExample['document'],
  section: string,
  pairs: readonly (readonly [printed: string, canonical: string])[],
): PathExample[] {
  return pairs.map(([printed, canonical]) => ({ document, section, printed, canonical }))
}
