/** One copy of a folder's content into another folder, which is there and empty or holds an older copy. */
export interface Copy {
  readonly source: string
  readonly target: string
}

export interface CopyFigures {
  /** Of both sides together; undefined where it cannot be told. */
  readonly processorSeconds?: number
}

/** Something that copies: Tern or one of those beside it. Its servers run until it is disposed of. */
export interface Peer extends AsyncDisposable {
  readonly name: string
  copy(copy: Copy): Promise<CopyFigures>
}
