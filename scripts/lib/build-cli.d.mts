export declare function ensureCli(beforeBuild?: () => Promise<void>): Promise<string>
