import { Command } from "@commander-js/extra-typings";
import { readInputs } from "../../config/inputs";
import { readMachineProfile } from "../../config/machine-profile";
import { printable } from "../../config/quote";
import { withCode } from "../../config/refusals";
import { checkCluster } from "../doctor/cluster";
import { checkEngine } from "../doctor/engine";
import { findingsOf, ok, type Finding } from "../doctor/finding";
import { checkMachine, checkNetwork, checkPulumi } from "../doctor/machine";
import { openStack } from "../doctor/pulumi";
import { checkInputs, checkLocks, checkState } from "../doctor/stack";
import { jsonOption, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";
import { inTheWay } from "../refuse-early";

export const declare = (root: string) =>
  new Command("doctor")
    .description("what is wrong with this machine, or with a stack's settings; changes nothing")
    .addOption(stackOption())
    .addOption(jsonOption())
    .action((options) => doctor(root, options));

/** Looks at all that `npm start` needs, each on its own. Exit code 1 where something is in its way. */
async function doctor(root: string, options: StackOption): Promise<void> {
  const findings = (
    await Promise.all([
      findingsOf("machine", () => checkMachine(root)),
      findingsOf("network", checkNetwork),
      findingsOf("state", () => checkState(root)),
      findingsOf("settings", () => checkStack(root, options)),
    ])
  ).flat();
  findings.forEach(({ state, about, code, says, fix }) => {
    const line = printable(`${state.padEnd(7)}  ${about}: ${says}`);
    print(code === undefined ? line : withCode(code, line));
    if (fix !== undefined) print(`         fix: ${printable(fix)}`);
  });
  const count = (state: Finding["state"]) => findings.filter((each) => each.state === state).length;
  const problems = count("problem");
  printResult({ ready: problems === 0, findings });
  print(
    problems === 0
      ? `Nothing is in the way of npm start (${count("warning")} to know)`
      : `In the way of npm start: ${problems}; each has its fix above`,
  );
  process.exitCode = problems === 0 ? 0 : 1;
}

async function checkStack(root: string, options: StackOption): Promise<readonly Finding[]> {
  const profile = readMachineProfile(root);
  const opened = await openStack(root, profile, options.stack);
  const { stack, stackConfig } = opened;
  const inputs = readInputs(root, stack, {
    flags: {},
    stackConfig,
    environment: process.env,
    profile,
  });
  const { config, problems } = inputs;
  const isRight = inTheWay(problems).length === 0;
  const place =
    config.target === "kubernetes"
      ? findingsOf("Kubernetes", () => (isRight ? checkCluster(root, config) : []))
      : findingsOf("Docker Engine", () =>
          config.dockerHost.uri === "" ? [] : checkEngine(root, config, profile, isRight),
        );
  return [
    ...checkPulumi(profile),
    ok("stack", stack),
    ...opened.findings,
    ...checkInputs(root, inputs),
    ...checkLocks(root, stack),
    ...(await place),
  ];
}
