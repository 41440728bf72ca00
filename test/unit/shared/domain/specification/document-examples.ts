/**
 * Every JSON example of the job specification document, in its order and with its section's title. `printed` keeps the
 * document's mistakes (addresses are changed to example.com); `corrected` is what was meant where the print is no JSON.
 */
export interface DocumentExample {
  readonly section: string
  readonly printed: string
  readonly corrected?: string
  /** What the error for the print advises. */
  readonly advice?: string
}

const raw = String.raw

export const jobExamples: readonly DocumentExample[] = [
  {
    section: 'Source and destination party',
    printed: raw`{"code":"My download","tasks":[
      {"source":"share=share1/file.001","destination":"john@example.com"},
      {"source":"share=share2/file.002","destination":"john@example.com"},
    ]}`,
    corrected: raw`{"code":"My download","tasks":[
      {"source":"share=share1/file.001","destination":"john@example.com"},
      {"source":"share=share2/file.002","destination":"john@example.com"}
    ]}`,
    advice: 'json-trailing-comma',
  },
  {
    section: 'Large jobs with a lot of files, before',
    printed: raw`{"code":"Daily backup","source":"share=raid01/projects","destination":"site=backup"}`,
  },
  {
    section: 'Large jobs with a lot of files, after',
    printed: raw`{"code":"Daily backup","tasks":[
      {"source":"share=raid01/projects/PROJ001","destination":"site=backup"},
      {"source":"share=raid01/projects/PROJ002","destination":"site=backup"},
    ],"settings":{"task_bucketsize":"1"}}`,
    corrected: raw`{"code":"Daily backup","tasks":[
      {"source":"share=raid01/projects/PROJ001","destination":"site=backup"},
      {"source":"share=raid01/projects/PROJ002","destination":"site=backup"}
    ],"settings":{"task_bucketsize":"1"}}`,
    advice: 'json-trailing-comma',
  },
  {
    section: 'Send a file to a user',
    printed: raw`{
      "source":"myworkspace:/projects/lfm/114/290/lfm_114_290.jpg",
      "destination":"john@example.com:projects/lfm/114/290/lfm_114_290.jpg"
    }`,
  },
  {
    section: 'Send two files to multiple users',
    printed: raw`{"tasks":[
      {"source":"myworkspace:/projects/lfm/114/290/lfm_114_290.jpg","destination":"preview/lfm_114_290.jpg"},
      {"source":"myworkspace:/projects/lfm/114/290/lfm_114_290.mov","destination":"movie/lfm_114_290.mov"}
    ],"recipients":["john@example.com","mia@"example.com],"invite" : true}`,
    corrected: raw`{"tasks":[
      {"source":"myworkspace:/projects/lfm/114/290/lfm_114_290.jpg","destination":"preview/lfm_114_290.jpg"},
      {"source":"myworkspace:/projects/lfm/114/290/lfm_114_290.mov","destination":"movie/lfm_114_290.mov"}
    ],"recipients":["john@example.com","mia@example.com"],"invite" : true}`,
    advice: 'json-quote-inside',
  },
  {
    section: 'Upload to home share',
    printed: raw`{"tasks":{
      "0":{"source":"/Users/john/Desktop/delivery","destination":"share=john@example.com"},
      "1":{"source":"/Users/john/Desktop/quicktimes","destination":"share=john@example.com"}
    },"queue":"low_prio"}`,
  },
  {
    section: 'Download from user share',
    printed: raw`{"tasks":[{
      "source":"myworkspace:20180413/script_v001.pdf",
      "destination":"C:\Users\John\Download\tern\"
    }]}`,
    corrected: raw`{"tasks":[{
      "source":"myworkspace:20180413/script_v001.pdf",
      "destination":"C:\\Users\\John\\Download\\tern\\"
    }]}`,
    advice: 'json-backslashes',
  },
  {
    section: 'Upload to share',
    printed: raw`{"source":"/Users/john/Desktop/new_scans", "destination":"share=thefilm/from_john/20180413/"}`,
  },
  {
    section: 'Download to site',
    printed: raw`{ "source":"share=projects/thefilm/010", "destination":"site=berlin" }`,
  },
  {
    section: 'Upload from site',
    printed: raw`{"source":"site=cloud:share=projects/thefilm/sc01/comp_v012","destination":"myworkspace"}`,
  },
  {
    section: 'Transfer between sites',
    printed: raw`{"source":"site=cloud:share=projects/thefilm/sc01/comp_v012",
      "destination":"site=berlin"}`,
  },
  {
    section: 'Metadata',
    printed: raw`{"tasks":[{
      "source":"site=berlin:projects/grade/project_files",
      "destination":"myorg",
      "metadata":{"app":"grading"}
    }],"metadata":{"artist":"sam"}}`,
  },
  {
    section: 'Skip existing files',
    printed: raw`{"tasks":[{
      "source":"E:\grade\davinci_files\final_export.mov",
      "destination":"myworkspace:share=grade/FROM_EDIT/final_export.mov",
      "settings":{"transfer_ignore_existing":"file"}
    }]}`,
    corrected: raw`{"tasks":[{
      "source":"E:\\grade\\davinci_files\\final_export.mov",
      "destination":"myworkspace:share=grade/FROM_EDIT/final_export.mov",
      "settings":{"transfer_ignore_existing":"file"}
    }]}`,
    advice: 'json-backslashes',
  },
  {
    section: 'Exclude files',
    printed: raw`{"tasks":[{
      "source":"F:\BIGGIE",
      "destination":"myworkspace:share=projects\__UPLOADS\BIGGIE",
      "settings":{"transfer_exclude":"*tmp\,re('[0-9]')"}
    }]}`,
    corrected: raw`{"tasks":[{
      "source":"F:\\BIGGIE",
      "destination":"myworkspace:share=projects\\__UPLOADS\\BIGGIE",
      "settings":{"transfer_exclude":"*tmp\\,re('[0-9]')"}
    }]}`,
    advice: 'json-backslashes',
  },
  {
    section: 'Priorities',
    printed: raw`{"tasks":[
      {"source":"/media/disk/brief_v001.pdf","destination":"lisa@"example.com,"priority":999},
      {"source":"/media/disk/material.rar","destination":"lisa@"example.com,}
    ]}`,
    corrected: raw`{"tasks":[
      {"source":"/media/disk/brief_v001.pdf","destination":"lisa@example.com","priority":999},
      {"source":"/media/disk/material.rar","destination":"lisa@example.com"}
    ]}`,
    advice: 'json-quote-inside',
  },
  {
    section: 'File sequences',
    printed: raw`{"tasks":[{
      "source":"site=berlin:/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]",
      "destination":"site=london",
    }]}`,
    corrected: raw`{"tasks":[{
      "source":"site=berlin:/Volumes/NAS/myproj/images/movie.%04d.jpg[100-167]",
      "destination":"site=london"
    }]}`,
    advice: 'json-trailing-comma',
  },
  {
    section: 'Placeholder jobs',
    printed: raw`{"tasks":[{
      "source":"site=cloud:share=projects/nofile",
      "destination":"site=hq",
      "status":"excluded"
    }]}`,
  },
  {
    section: 'Transfers document: Create',
    printed: raw`{"source":"share=myproject/delivery/TRAILER_screening_v003.mov",
      "destination":"/Volumes/EDIT/from_client","status":"paused"}`,
  },
  {
    section: 'Transfers document: Create tasks, mirrored',
    printed: raw`{"tasks":["/Volumes/projects/showreel_2018.mov"]}`,
  },
  {
    section: 'Transfers document: Create tasks, single',
    printed: raw`{"tasks":{
      "source":"_REF/showreel_2018.mov",
      "destination":"/Users/john/Downloads/showreel_2018.mov"
    }}`,
  },
]
