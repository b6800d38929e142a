/** Whether node_modules is as {@link stampPackages} has left it. */
export declare function arePackagesCurrent(root: string): boolean;
/** Records that the packages are installed. */
export declare function stampPackages(root: string): void;
