import type { MachineProfile } from "../machine-profile";
import { flagPaths, type Flags } from "./flags";
import { merge, type Layer, type Tree } from "./layers";
import { isSame } from "./path";

interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  readonly isSwitch?: true;
}

/** The environment variables that set a config key: the former start script's, and Docker's own. */
export const environmentVariables: readonly Variable[] = [
  { name: "KALISI_AUTO_START", path: ["autoStart"], isSwitch: true },
  { name: "DOCKER_HOST", path: ["dockerHost"] },
  { name: "KALISI_SOURCE", path: ["source", "path"] },
  { name: "KALISI_IMAGE", path: ["image", "name"] },
  { name: "AUTHORIZED_KEYS", path: ["ssh", "authorizedKeys"] },
  { name: "KALISI_KEYS_FROM", path: ["ssh", "keysFrom"] },
];

/** What of the configuration the machine profile may hold: it overrides the default. */
export const machinePaths: readonly (readonly string[])[] = [
  ["dockerHost"],
  ["source", "path"],
  ["image", "baseImages"],
  ["image", "from"],
];

/** The values of the machine profile that override a default. */
export function machineLayer(profile: MachineProfile): Layer {
  const { sourcePath, baseImages, from, dockerHost } = profile;
  return {
    values: withoutUndefined({
      dockerHost,
      source: withoutUndefined({ path: sourcePath }),
      image: withoutUndefined({ baseImages, from }),
    }),
    label: (path) => `${path.join(".")} in .kalisi/machine.json`,
    fix: () => "create it again: npm start -- --setup",
  };
}

/** The environment's settings. A variable that is set but empty counts as unset. */
export function environmentLayer(environment: NodeJS.ProcessEnv): Layer {
  const values = environmentVariables.reduce<Tree>((tree, { name, path, isSwitch }) => {
    const text = environment[name] ?? "";
    if (text === "") {
      return tree;
    }
    const value = isSwitch && /^(true|false)$/.test(text) ? text === "true" : text;
    return merge(
      tree,
      path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
    );
  }, {});
  const label = (path: readonly string[]) =>
    environmentVariables.find((variable) => isSame(variable.path, path))?.name ?? path.join(".");
  return { values, label, fix: (path) => `correct it, or: unset ${label(path)}` };
}

/** What a command line asks for. */
export function flagsLayer({ autoStart, keysFrom, authorizedKeys }: Flags): Layer {
  const label = (path: readonly string[]) =>
    flagPaths.find((each) => isSame(each.path, path))?.flag ?? path.join(".");
  const ssh = withoutUndefined({ keysFrom, authorizedKeys });
  return {
    // A group without a key would override a wrong value of the same name below.
    values: withoutUndefined({ autoStart, ssh: Object.keys(ssh).length === 0 ? undefined : ssh }),
    label,
    fix: (path) => `correct it, or leave ${label(path)} out`,
  };
}

function withoutUndefined(values: Tree): Tree {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
