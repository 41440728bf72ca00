export declare function ensureCli(beforeBuild?: () => Promise<void>): Promise<string>
export declare function ensureHosting(beforeBuild?: () => Promise<void>): Promise<string>
