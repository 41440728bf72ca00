export declare const sourceRunFolder: string
export declare function workerEntries(): Record<string, string>
export declare function buildWorkersForSources(): Promise<void>
