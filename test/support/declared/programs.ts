import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { join } from "node:path";
import { declareByPolicies } from "../../../policy/declare";
import { container } from "../policy-stack";

const root = join(__dirname, "..", "..", "..");
const kept = { retainOnDelete: true };
const nothing = () => Promise.resolve();

const publish = (ip: pulumi.Input<string>) => ({
  ...container,
  ports: [{ internal: 1, external: 2, ip }],
});

/** Containers that are published on an address which is an output. */
export function late() {
  return declareByPolicies(
    root,
    () => {
      const first = new docker.Volume("first", { name: "0.0.0.0" }, kept);
      new docker.Container("exposed", publish(first.name));
      new docker.Container("hidden", publish(first.name.apply(() => "127.0.0.1")));
      return {};
    },
    nothing,
  );
}

/** One that is declared when an output of another is known. */
export function afterwards() {
  return declareByPolicies(
    root,
    () => {
      const first = new docker.Volume("first", { name: "a" }, kept);
      first.name.apply(() => {
        new docker.Volume("kept", { name: "b" }, kept);
        new docker.Volume("lost", { name: "c" });
      });
      return {};
    },
    nothing,
  );
}

/** A mistake of the program's after a resource. */
export function mistaken() {
  return declareByPolicies(
    root,
    () => {
      new docker.Volume("first", { name: "a" }, kept);
      throw new Error("a mistake");
    },
    nothing,
  );
}

/** Volumes of which one takes its time, and two wait for it without an input of it. */
export function ordered() {
  return declareByPolicies(
    root,
    () => {
      const slow = new docker.Volume("slow", { name: delayed("a") }, kept);
      new docker.Volume("waiting", { name: "b" }, { ...kept, dependsOn: slow });
      new docker.Volume("waiting, too", { name: "c" }, { ...kept, dependsOn: [slow] });
      return {};
    },
    nothing,
  );
}

function delayed(text: string): Promise<string> {
  return new Promise((done) => setImmediate(() => setImmediate(done, text)));
}
