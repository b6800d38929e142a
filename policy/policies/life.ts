import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containerType, ofType, shown, textsOf, type Props } from "./of-type";
import { ofPods } from "./of-pods";
import { podHealth } from "./pods";

export const healthCheckPresent: ResourceValidationPolicy = {
  name: "health-check-present",
  description: "A container has a health check.",
  enforcementLevel: "mandatory",
  validateResource: [ofType(containerType, missingHealthCheck), podHealth],
};

export function missingHealthCheck(props: Props): readonly string[] {
  const { tests } = (props["healthcheck"] ?? {}) as Props;
  const [kind, ...command] = textsOf(tests);
  return (kind === "CMD" || kind === "CMD-SHELL") && command.length > 0
    ? []
    : ['There is no health check. Set healthcheck: { tests: ["CMD", PROGRAM] }.'];
}

/** Neo4j writes its checkpoint, and Redis its append-only file, before they end. */
const minimumSeconds = 30;

export const stopGracePresent: ResourceValidationPolicy = {
  name: "stop-grace-present",
  description: `A container has at least ${minimumSeconds} seconds to stop.`,
  enforcementLevel: "mandatory",
  validateResource: [
    ofType(containerType, shortGraces),
    ofPods(({ spec: { terminationGracePeriodSeconds: seconds } }) =>
      Number(seconds ?? 0) >= minimumSeconds
        ? []
        : [
            `terminationGracePeriodSeconds is ${shown(seconds, "not set")}: the databases are killed. Set at least ${minimumSeconds}: pulumi config set --path 'kalisi:timeouts.stopSeconds' 90`,
          ],
    ),
  ],
};

export function shortGraces(props: Props): readonly string[] {
  return [
    ["stopTimeout", "the Engine kills the databases when it stops"],
    ["destroyGraceSeconds", "the provider kills the databases when the container is replaced"],
  ]
    .filter(([property]) => !(Number(props[property ?? ""] ?? 0) >= minimumSeconds))
    .map(
      ([property = "", consequence = ""]) =>
        `${property} is ${shown(props[property], "not set")}: ${consequence}. Set at least ${minimumSeconds}: pulumi config set --path 'kalisi:timeouts.stopSeconds' 90`,
    );
}
