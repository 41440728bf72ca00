import { jobExamples } from '../specification/document-examples.ts'

/** What a piece of JSON of the documents is: each kind is read by another part of the library. */
export type JsonKind = 'job' | 'answer' | 'change' | 'outline'

export interface JsonExample {
  readonly document: 'transfers' | 'specification'
  readonly section: string
  readonly kind: JsonKind
  readonly printed: string
  /** Where the print is no JSON: the same, mended. */
  readonly corrected?: string
}

const raw = String.raw

/** What the documents print beside whole jobs; addresses are changed to example.com, mistakes are kept. */
const otherExamples: readonly JsonExample[] = [
  {
    document: 'transfers',
    section: 'Query: a transfer',
    kind: 'answer',
    printed: raw`{
      "code": "README.txt",
      "created": "2026-01-22T08:35:59",
      "destination": "user:6676f3e9c7ef4e27da254e57",
      "destination_hr": "user:lisa@example.com[standard](6676f3e9c7ef4e27da254e57)",
      "etr": "",
      "finished": "2026-01-22T08:43:05",
      "id": "6971e16fceadd67b955b1995",
      "name": "README.txt",
      "progress": 0,
      "size": 0,
      "source": "workspace:6645fbca9f8c4d3e7a3b678d",
      "source_hr": "workspace:seagull(6645fbca9f8c4d3e7a3b678d)",
      "speed": -1.0,
      "status": "aborted",
      "user": "6676f3e9c7ef4e27da254e57",
      "user_hr": "user:lisa@example.com[standard](6676f3e9c7ef4e27da254e57)"
    }`,
  },
  {
    document: 'transfers',
    section: 'Modify: resume',
    kind: 'change',
    printed: raw`{'status':"waiting"}`,
    corrected: raw`{"status":"waiting"}`,
  },
  {
    document: 'transfers',
    section: 'Modify: abort',
    kind: 'change',
    printed: raw`{'status':"aborted"}`,
    corrected: raw`{"status":"aborted"}`,
  },
  {
    document: 'transfers',
    section: 'Tasks: a task',
    kind: 'answer',
    printed: raw`{
      "created": "2020-08-04T09:52:27",
      "destination": {
        "client": "5da09b9ae1b3c330746529ec",
        "path": "/Users/john/Downloads/A001_C011_09187Ia.mov",
        "path_abs_final": "/Users/john/Downloads/A001_C011_09187Ia.mov",
        "user": "5d91b33ac71c12871d1fc3c2"
      },
      "finished": "2020-08-04T10:12:26",
      "id": "26468234-c9ee-48d6-8d28-e900b5957129",
      "job": "69732302fd379c8fff1089d0",
      "job_hr": "README.txt[7](6971e16fceadd67b955b1995)",
      "priority": 1,
      "size": 128868496,
      "source": {
        "client": "5da08873b0eb10fade60b3f7",
        "path": "A001_C011_09187Ia.mov",
        "path_abs_final": "X:\A001_C011_09187Ia.mov",
        "v": "5c5bf52a1da7ee0165105b85",
        "user": "5d91b33ac71c12871d1fc3c2"
      },
      "status": "queued",
      "time": 110239,
      "uri": "0",
    }`,
    corrected: raw`{
      "created": "2020-08-04T09:52:27",
      "destination": {
        "client": "5da09b9ae1b3c330746529ec",
        "path": "/Users/john/Downloads/A001_C011_09187Ia.mov",
        "path_abs_final": "/Users/john/Downloads/A001_C011_09187Ia.mov",
        "user": "5d91b33ac71c12871d1fc3c2"
      },
      "finished": "2020-08-04T10:12:26",
      "id": "26468234-c9ee-48d6-8d28-e900b5957129",
      "job": "69732302fd379c8fff1089d0",
      "job_hr": "README.txt[7](6971e16fceadd67b955b1995)",
      "priority": 1,
      "size": 128868496,
      "source": {
        "client": "5da08873b0eb10fade60b3f7",
        "path": "A001_C011_09187Ia.mov",
        "path_abs_final": "X:\\A001_C011_09187Ia.mov",
        "v": "5c5bf52a1da7ee0165105b85",
        "user": "5d91b33ac71c12871d1fc3c2"
      },
      "status": "queued",
      "time": 110239,
      "uri": "0"
    }`,
  },
  {
    document: 'transfers',
    section: 'Create tasks: what comes back',
    kind: 'answer',
    printed: raw`{"success":True}`,
    corrected: raw`{"success":true}`,
  },
  {
    document: 'transfers',
    section: 'Modifying tasks',
    kind: 'change',
    printed: raw`[{ "id":"cc5f2afa-9ae4-46e0-9273-82ac802b20ff", "status":"onhold" }]`,
  },
  {
    document: 'specification',
    section: 'Structure of job JSON',
    kind: 'outline',
    printed: raw`{
      .. job attributes ..,
      "tasks": .. list or JSON ..,
      "settings": .. JSON ..
      "metadata": .. JSON ..
    }`,
    corrected: raw`{"code":"a job","tasks":[{"source":"share=projects/a"}],"settings":{},"metadata":{}}`,
  },
]

const jobs = jobExamples.map(
  ({ section, printed, corrected }): JsonExample => ({
    document: section.startsWith('Transfers document') ? 'transfers' : 'specification',
    section,
    kind: 'job',
    printed,
    ...(corrected !== undefined && { corrected }),
  }),
)

export const jsonExamples: readonly JsonExample[] = [...jobs, ...otherExamples]
