import { parse } from "dotenv";
import type { Problem } from "./errors";
import { port } from "./units";

/** Without these the services refuse to start. */
const requiredVariables = [
  "JWT_SECRET",
  "REDIS_URL",
  "ENVIRONMENT",
  "NEO4J_URI",
  "NEO4J_PASSWORD",
  "NEO4J_DATABASE",
  "MFA_REQUIRED",
  "MFA_ISSUER",
] as const;

/** Neo4j's own minimum: `dbms.security.auth_minimum_password_length`. */
const minimumPasswordLength = 8;

/** The port that the gateway must listen on inside the container for the published one to lead to it. */
export const gatewayContainerPort = port(8443);

/**
 * Checks the runtime settings file. Values are never part of a problem: the file holds secrets.
 *
 * @param content the file's text
 * @param path how to call the file in a problem
 */
export function checkEnvFile(content: string, path: string): readonly Problem[] {
  const values = parse(content);
  const problems: Problem[] = [];
  const report = (variable: string, problem: string, fix: string) =>
    problems.push({ setting: `${variable} in ${path}`, problem, fix });

  for (const variable of requiredVariables) {
    if ((values[variable] ?? "") === "") {
      report(variable, "is missing", `add ${variable}=... to ${path} (see .env.example)`);
    }
  }
  if ((values["NEO4J_USERNAME"] ?? values["NEO4J_USER"] ?? "") === "") {
    report("NEO4J_USERNAME", "is missing", `add NEO4J_USERNAME=neo4j to ${path}`);
  }
  const password = values["NEO4J_PASSWORD"] ?? "";
  if (password !== "" && password.length < minimumPasswordLength) {
    report(
      "NEO4J_PASSWORD",
      `is shorter than the ${minimumPasswordLength} characters that Neo4j asks for`,
      "choose a longer one",
    );
  }
  if (values["ENABLE_HTTPS"] !== "true") {
    report("ENABLE_HTTPS", "must be true: only HTTPS is published", "set ENABLE_HTTPS=true");
  }
  if (values["HTTPS_PORT"] !== String(gatewayContainerPort)) {
    report(
      "HTTPS_PORT",
      `must be ${gatewayContainerPort}, the container's port that is published`,
      `set HTTPS_PORT=${gatewayContainerPort}; the port on this machine is kalisi:gateway.port`,
    );
  }
  return problems;
}
