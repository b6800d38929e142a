import { quoted } from "../quote";

/** A setting as `pulumi config --path` takes it: https://www.pulumi.com/docs/iac/cli/commands/pulumi_config_set/ */
export function configPath(path: readonly string[]): string {
  const parts = path.map((key, index) => {
    if (/^[\w-]+$/.test(key) && !/^\d/.test(key)) {
      return index === 0 ? key : `.${key}`;
    }
    return /^\d+$/.test(key) ? `[${key}]` : `["${key.replace(/["\\]/g, "\\$&")}"]`;
  });
  return `kalisi:${parts.join("")}`;
}

/** The command that sets a key; where no value is given, its user replaces VALUE by one. */
export function setCommand(path: readonly string[], value?: string): string {
  return `pulumi config set --path ${quoted(configPath(path))} ${value === undefined ? "VALUE" : quoted(value)}`;
}
