/** The names that Docker knows a stack's parts by. */
export interface PhysicalNames {
  readonly container: string;
  readonly volumes: {
    readonly workspace: string;
    readonly neo4j: string;
    readonly redis: string;
    readonly home: string;
  };
}

/**
 * Derives every physical name of a stack. A renamed volume is lost data: the golden test in
 * test/unit/names.test.ts guards these strings.
 *
 * @param stack the Pulumi stack's name; `dev` has the plain names
 */
export function physicalNames(stack: string): PhysicalNames {
  const prefix = stack === "dev" ? "kalisi" : `kalisi-${stack}`;
  return {
    container: prefix,
    volumes: {
      workspace: `${prefix}-workspace`,
      neo4j: `${prefix}-neo4j`,
      redis: `${prefix}-redis`,
      home: `${prefix}-home`,
    },
  };
}
