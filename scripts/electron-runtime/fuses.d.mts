export declare const fuseNames: readonly string[]
export declare function setFuses(binary: Buffer, settings: Record<string, boolean>): void
