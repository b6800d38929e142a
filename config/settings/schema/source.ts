import { z } from "zod";
import { branch, repository, sourceFolder } from "../formats";

/** Where the source tree is, and where it comes from. */
export const sourceSchema = z
  .strictObject({
    path: sourceFolder
      .default("source")
      .describe("the Kalisi source tree, relative to the project's root"),
    repository: repository
      .default("https://github.com/littleredshack/kalisi.git")
      .describe("where the source tree is cloned from, and brought up to date"),
    ref: branch.default("main").describe("the repository's branch that it follows"),
    sync: z
      .boolean()
      .default(false)
      .describe(
        "whether `npm start` brings the source tree up to date first, as `npm run sync` does",
      ),
    git: z
      .boolean()
      .default(true)
      .describe(
        "whether `/workspace/source` gets the tree's git history, where the tree is a clone",
      ),
  })
  .prefault({})
  .describe("the Kalisi source tree that the image is built from");
