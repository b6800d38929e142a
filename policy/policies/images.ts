import type { ResourceValidationPolicy } from "@pulumi/policy";
import { ofPodContainers } from "./of-pods";
import { entriesOf, imageType, ofType, shown, type Props } from "./of-type";

export const baseImagesPinned: ResourceValidationPolicy = {
  name: "base-images-pinned",
  description: "A base image that comes from a registry is named by its digest.",
  enforcementLevel: "mandatory",
  validateResource: ofType(imageType, (props) =>
    unpinned(props)
      .filter(([, image]) => !isMadeHere(image))
      .map(
        ([name, image]) =>
          `${name} is ${image}: what that tag means can change. Add the digest that docker pull shows: ${image}@sha256:...`,
      ),
  ),
};

/** Each node pulls it by itself, whenever a pod comes to it. */
export const podImagesPinned: ResourceValidationPolicy = {
  name: "pod-images-pinned",
  description: "The image of a pod is named by its digest.",
  enforcementLevel: "mandatory",
  validateResource: ofPodContainers(({ image }) =>
    /@sha256:[0-9a-f]{64}$/.test(shown(image, ""))
      ? []
      : [
          `Its image is ${shown(image, "not set")}: what that name means can change between two nodes. Name it by its digest: NAME@sha256:...`,
        ],
  ),
};

/** What set-up bootstraps is in no registry, so it has no digest; its packages are checked by their signatures. */
export const localBaseImagesNamed: ResourceValidationPolicy = {
  name: "local-base-images-named",
  description: "A base image that was made on this machine is reported.",
  enforcementLevel: "advisory",
  validateResource: ofType(imageType, (props) =>
    unpinned(props)
      .filter(([, image]) => isMadeHere(image))
      .map(
        ([name, image]) =>
          `${name} is ${image}, made on this machine: another machine's has the same name but not the same content. Do not publish an image that is built on it.`,
      ),
  ),
};

function unpinned(props: Props): readonly (readonly [string, string])[] {
  const { args } = (props["build"] ?? {}) as Props;
  return entriesOf(args).filter(
    ([name, image]) => name.endsWith("_IMAGE") && !/@sha256:[0-9a-f]{64}$/.test(image),
  );
}

/** The only name that cli/setup/base-images.ts gives. */
function isMadeHere(image: string): boolean {
  return image.startsWith("kalisi/debian:");
}
