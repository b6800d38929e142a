/** Whether node_modules is as {@link stampPackages} has left it. */
export declare function arePackagesCurrent(root: string): boolean;
/** What people are told of packages that cannot be loaded; of the reason, its first line. */
export declare function unusablePackages(reason: string): string;
/** Records that the packages are installed. */
export declare function stampPackages(root: string): void;
