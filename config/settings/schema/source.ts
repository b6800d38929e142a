import { z } from "zod";
import { branch, repository, sourceFolder } from "../formats";

/** Where the source tree is, and where it comes from. */
export const sourceSchema = z
  .strictObject({
    path: sourceFolder
      .default("source")
      .describe("the folder of the Kalisi source tree, relative to the project's root"),
    repository: repository
      .default("https://github.com/littleredshack/kalisi.git")
      .describe("where the source tree is cloned and updated from"),
    ref: branch.default("main").describe("the repository's branch that the source tree follows"),
    sync: z
      .boolean()
      .default(false)
      .describe("whether `npm start` updates the source tree first, as `npm run sync` does"),
    git: z
      .boolean()
      .default(true)
      .describe(
        "whether `/workspace/source` gets the source tree's git history, if the tree is a clone",
      ),
  })
  .prefault({})
  .describe("the Kalisi source tree that the image is built from");
