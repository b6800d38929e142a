import { aCommand, aContainer, anImage, type Refused } from "../policy-stack";

/** Secrets in what is declared. */
export const secrets: readonly Refused[] = [
  [
    "no-secret-values",
    "a secret by its name",
    "NEO4J_PASSWORD",
    aContainer({ envs: ["NEO4J_PASSWORD=canary"] }),
  ],
  ["no-secret-values", "a build argument", "GIT_TOKEN", anImage({ GIT_TOKEN: "canary" })],
  [
    "no-secret-values",
    "a command's variable",
    "AWS_SECRET_ACCESS_KEY",
    aCommand({ AWS_SECRET_ACCESS_KEY: "canary" }),
  ],
  [
    "no-secret-values",
    "a private key by its value",
    "a private key",
    aContainer({ envs: ["NOTE=-----BEGIN OPENSSH PRIVATE KEY-----canary"] }),
  ],
  [
    "no-secret-values",
    "a GitHub token",
    "a GitHub token",
    anImage({ NOTE: `ghp_canary${"a".repeat(36)}` }),
  ],
  [
    "no-secret-values",
    "a fine-grained GitHub token",
    "a GitHub token",
    anImage({ NOTE: `github_pat_canary${"a".repeat(22)}` }),
  ],
  [
    "no-secret-values",
    "an AWS key",
    "an AWS access key",
    aCommand({ NOTE: "AKIAIOSFODNN7EXAMPLE" }),
  ],
  ["no-secret-values", "an npm token", "an npm token", anImage({ NOTE: `npm_${"a".repeat(36)}` })],
  ["no-secret-values", "a Slack token", "a Slack token", anImage({ NOTE: "xoxb-canary1234567" })],
  ["no-secret-values", "an API key", "an API key", anImage({ NOTE: "sk-canary-0123456789abcdef" })],
  [
    "no-secret-values",
    "a signed token",
    "a signed token",
    anImage({ NOTE: "eyJhbGciOiJI.eyJzdWIiOiIx.canary" }),
  ],
  [
    "no-secret-values",
    "an address with a password",
    "an address with a password",
    anImage({ NPM_REGISTRY: "http://me:canary@n.example" }),
  ],
  [
    "no-secret-values",
    "a label",
    "Label",
    aContainer({ labels: [{ label: "session_secret", value: "canary" }] }),
  ],
];
