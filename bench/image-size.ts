// What takes up space in the image, layer by layer.
// node --require ./compile.cjs bench/image-size.ts [image]
import { docker } from "../test/support/e2e/probe";

interface Layer {
  readonly Size: number;
  readonly CreatedBy: string;
}

const megabytes = (bytes: number) => (bytes / 1e6).toFixed(0).padStart(6);

void (async () => {
  const image = docker.getImage(process.argv[2] ?? "kalisi/image-test:latest");
  const layers = ((await image.history()) as readonly Layer[]).filter(({ Size }) => Size >= 1e6);
  for (const { CreatedBy, Size } of [...layers].sort((a, b) => b.Size - a.Size)) {
    console.log(`${megabytes(Size)} MB  ${CreatedBy.replaceAll(/\s+/g, " ").slice(0, 90)}`);
  }
  console.log(`${megabytes((await image.inspect()).Size)} MB  in all`);
})();
