import type { ResourceValidationPolicy } from "@pulumi/policy";
import { podOf, variablesOf } from "./of-pods";
import {
  commandType,
  containerType,
  entriesOf,
  imageType,
  objectsOf,
  textsOf,
  type Props,
} from "./of-type";

/** A build argument stays in the image's history, a variable and a label in `docker inspect`, all three in the state. */
export const noSecretValues: ResourceValidationPolicy = {
  name: "no-secret-values",
  description:
    "Nothing that the state holds looks like a secret: no build argument, variable, label or ConfigMap.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      allowedNames: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Names that only sound like a secret's.",
      },
    },
  },
  validateResource: (args, reportViolation) => {
    if (args.type === "kubernetes:core/v1:Secret") {
      reportViolation(
        "Pulumi's state would hold what is in it. Have a command make it from .env: components/cluster-files.ts.",
      );
    }
    const { allowedNames = [] } = args.getConfig<{ allowedNames?: readonly string[] }>();
    for (const problem of secretLooking(args.type, args.props, allowedNames)) {
      reportViolation(problem);
    }
  },
};

const secretName =
  /pass(word|wd|phrase)|secret|token|credential|api_?key|access_?key|private_?key|(^|_)pwd($|_)/i;

/** A name such as DB_PASSWORD_FILE means where a secret is, not the secret itself. */
const whereabouts = /_(file|path|dir|url)$/i;

const secretValues: readonly (readonly [string, RegExp])[] = [
  ["a private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----/],
  ["a GitHub token", /\b(gh[pousr]_\w{36,}|github_pat_\w{22,})/],
  ["an AWS access key", /\b(AKIA|ASIA)[A-Z0-9]{16}\b/],
  ["a Slack token", /\bxox[abeoprs]-[\w-]{10,}/],
  ["an API key", /\bsk-[\w-]{20,}/],
  ["an npm token", /\bnpm_\w{36}\b/],
  ["a signed token", /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]+/],
  ["an address with a password", /\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]*:[^\s/@]+@/i],
];

/** Names what looks like a secret; its value is never shown. */
export function secretLooking(
  type: string,
  props: Props,
  allowedNames: readonly string[],
): readonly string[] {
  return settingsOf(type, props).flatMap(({ kind, name, value }) => {
    const named = secretName.test(name) && !whereabouts.test(name) && !allowedNames.includes(name);
    const looksLike =
      secretValues.find(([, pattern]) => pattern.test(value))?.[0] ??
      (named && value !== "" ? "a secret, by its name" : undefined);
    return looksLike === undefined
      ? []
      : [
          `${kind} ${name} holds what looks like ${looksLike}, which anybody with access to the Engine could read. Put it into .env, which is mounted.`,
        ];
  });
}

interface Setting {
  readonly kind: string;
  readonly name: string;
  readonly value: string;
}

function settingsOf(type: string, props: Props): readonly Setting[] {
  switch (type) {
    case imageType:
      return named("Build argument", entriesOf(((props["build"] ?? {}) as Props)["args"]));
    case commandType:
      return named("Environment variable", entriesOf(props["environment"]));
    case containerType:
      return [
        ...named("Environment variable", textsOf(props["envs"]).map(splitVariable)),
        ...named(
          "Label",
          objectsOf(props["labels"]).map(({ label, value }) => [String(label), String(value)]),
        ),
      ];
    case "kubernetes:core/v1:ConfigMap":
      return named("Entry", entriesOf(props["data"]));
    default:
      return named(
        "Environment variable",
        podOf(type, props)?.containers.flatMap(variablesOf) ?? [],
      );
  }
}

function named(kind: string, entries: readonly (readonly [string, string])[]): readonly Setting[] {
  return entries.map(([name, value]) => ({ kind, name, value }));
}

function splitVariable(variable: string): readonly [string, string] {
  const [name = "", ...value] = variable.split("=");
  return [name, value.join("=")];
}
