export declare function bundleForNode(entries: Readonly<Record<string, string>>, outDir: string): Promise<string>
