/**
 * The name that a resource was declared with.
 *
 * @example nameInUrn("urn:pulumi:dev::kalisi::docker:index/volume:Volume::volumes-home") // "volumes-home"
 * @see https://www.pulumi.com/docs/iac/concepts/resources/names/#urns
 */
export function nameInUrn(urn: string): string {
  return urn.split("::").at(-1) ?? urn;
}
